import * as z from 'zod/mini';
import type { HiveClient } from '../hive/client.ts';
import type { HiveModel } from '../hive/types.ts';
import { neverAborts } from '../never-aborts.ts';
import type { SessionCache } from '../session-cache.ts';
import { createShare } from '../share-request.ts';
import { freshMs } from './verification.ts';

/** A longer list is read again by the next service worker: `storage.session` has 10 MB for everything. */
const maxCharacters = 400_000;

const Model = z.object({ id: z.string(), path: z.string(), sizeBytes: z.number() });
const Installed = z.object({ id: z.string() });

type Deps = {
  /** `storage.session`, so that the lists outlive the service worker. */
  cache: SessionCache;
  /** The hive's client, once the hive was verified. `passive`: as in `read`. */
  connect(url: string, passive: boolean, signal: AbortSignal): Promise<HiveClient>;
  now(): number;
};

/** What hives have, read at most once a minute for all views and runs together. */
export function createHiveLists(deps: Deps) {
  return {
    models: createList<HiveModel>('models', Model, (hive, signal) => hive.models(signal), deps),
    installed: createList('installed', Installed, (hive, signal) => hive.installedWorkers(signal), deps),
  };
}

type Read<T> = { at: number; list: T[] };

function createList<T>(
  name: string,
  Item: z.ZodMiniType<T>,
  ask: (hive: HiveClient, signal: AbortSignal) => Promise<T[]>,
  { cache, connect, now }: Deps,
) {
  const share = createShare();
  const latest = new Map<string, Read<T>>();
  const failures = new Map<string, { at: number; error: unknown }>();
  const isFresh = ({ at }: { at: number }) => Math.abs(now() - at) < freshMs;
  const keyOf = (url: string) => `${name} ${url}`;

  async function load(url: string, passive: boolean): Promise<Read<T>> {
    const entry = await cache.read(keyOf(url));
    const stored = entry && isFresh(entry) ? z.safeParse(z.array(Item), entry.value) : undefined;
    if (entry && stored?.success) return { at: entry.at, list: stored.data };
    // All callers share the request, so none of them may abort it.
    const list = await ask(await connect(url, passive, neverAborts), neverAborts);
    const read = { at: now(), list };
    if (JSON.stringify(list).length < maxCharacters) await cache.write(keyOf(url), { at: read.at, value: list });
    return read;
  }

  return {
    /** The list that was read last, whatever its age. Sends no request. */
    known: (url: string): readonly T[] => latest.get(url)?.list ?? [],

    /**
     * The list, at most a minute old; `at` is in ms since the epoch. `passive`: no user gesture asked for it, so that a failure is
     * reused for a minute, too.
     */
    async read(url: string, signal: AbortSignal, passive = false): Promise<Read<T>> {
      const known = latest.get(url);
      if (known && isFresh(known)) return known;
      const failure = failures.get(url);
      if (passive && failure && isFresh(failure)) throw failure.error;
      return share(url, signal, async () => {
        try {
          const read = await load(url, passive);
          latest.set(url, read);
          failures.delete(url);
          return read;
        } catch (error) {
          failures.set(url, { at: now(), error });
          throw error;
        }
      });
    },

    /** The next `read` asks the hive. */
    async forget(url: string): Promise<void> {
      latest.delete(url);
      failures.delete(url);
      await cache.write(keyOf(url), { at: 0, value: [] });
    },

    /** Something is on the hive that the last list does not have yet. */
    add(url: string, item: T, isSame: (other: T) => boolean): void {
      const read = latest.get(url);
      if (read && !read.list.some(isSame)) read.list.push(item);
    },
  };
}
