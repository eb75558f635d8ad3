import * as z from 'zod/mini';
import { RbeeError } from '../errors.ts';
import { HiveUnreachable } from '../hive/client.ts';
import { type Discovery, discover, localHives } from '../hive/discovery.ts';
import type { HiveStatus, VerifiedHive } from '../hive/types.ts';
import { neverAborts } from '../never-aborts.ts';
import type { HiveObserver } from '../runs/observe-hive.ts';
import { createShare } from '../share-request.ts';
import type { StorageArea } from '../storage-area.ts';
import type { Access } from './host-access.ts';

/** For how long a hive that was verified is not asked again. */
export const freshMs = 60_000;
const sessionKey = 'hives';

const Device = z.object({ id: z.string(), name: z.string(), kind: z.literal(['gpu', 'cpu']), memoryGb: z.number() });
const HiveCheck = z.object({
  url: z.string(),
  at: z.number(),
  state: z.literal(['connected', 'offline', 'not-a-hive', 'old-hive', 'permission-missing']),
  why: z.optional(z.literal(['refused', 'timeout', 'gateway'])),
  devices: z.array(Device),
});
/** What answered at an address, and when (ms since the epoch). */
export type HiveCheck = z.infer<typeof HiveCheck>;

type Deps = {
  /** Addresses the user has configured; empty: the local ones. */
  configured(): readonly string[];
  /** Resolves when `configured` returns what was stored. */
  settingsRead: Promise<void>;
  /** `storage.session`: what was verified outlives the service worker, but not the browser. */
  session: StorageArea;
  access: Access;
  observer: HiveObserver;
  now(): number;
};

/** Which addresses are hives: `/health` and `/v1/capabilities`, at most once a minute while they answer. */
export function createVerification({ configured, settingsRead, session, access, observer, now }: Deps) {
  const share = createShare();
  const checks = new Map<string, HiveCheck>();

  const ready = Promise.all([session.get(sessionKey), settingsRead]).then(([stored]) => {
    for (const one of z.safeParse(z.array(HiveCheck), stored[sessionKey]).data ?? []) {
      if (!checks.has(one.url)) checks.set(one.url, one);
    }
  });

  /** Not critical: it only saves the next service worker a request. */
  const persist = () => session.set({ [sessionKey]: [...checks.values()] }).catch(() => {});

  const isFresh = (at: number) => Math.abs(now() - at) < freshMs;

  /** The last result, if it is less than a minute old. */
  const recent = (url: string): HiveCheck | undefined => {
    const known = checks.get(url);
    return known && isFresh(known.at) ? known : undefined;
  };

  async function check(url: string, signal: AbortSignal): Promise<HiveCheck> {
    await ready;
    const known = recent(url);
    if (known?.state === 'connected' && (await access.mayReach(url))) return known;
    return share(url, signal, async () => {
      const found = await ask(url);
      checks.set(url, found);
      checks.set(found.url, found);
      await persist();
      return found;
    });
  }

  async function ask(url: string): Promise<HiveCheck> {
    if (!(await access.mayReach(url))) return { url, at: now(), state: 'permission-missing', devices: [] };
    // Without a configured hive any of the default ports will do.
    const isLocal = configured().length === 0 && localHives.includes(url);
    const candidates = isLocal ? [url, ...localHives.filter((other) => other !== url)] : [url];
    const found: Discovery | undefined = await discover(candidates, neverAborts, {
      fetch: access.fetch,
    });
    if (found?.state === 'connected') observer.hiveSeen(found.url, true);
    if (found?.state === 'offline' && found.why === 'refused') observer.hiveSeen(url, false);
    return { url, state: 'offline', devices: [], ...found, at: now() };
  }

  return {
    ready,
    isFresh,
    check,

    /** Whether a hive answered here within the last minute. */
    isVerified: (url: string): boolean => recent(url)?.state === 'connected',

    /** As `check`, for requests that no user gesture asked for: a failure is reused for a minute, too. */
    checkPassively: async (url: string, signal: AbortSignal): Promise<HiveCheck> => {
      await ready;
      return recent(url) ?? check(url, signal);
    },

    /** The next check asks again. */
    forget(url: string): void {
      if (checks.delete(url)) void persist();
    },

    forgetAll(): void {
      checks.clear();
      void persist();
    },
  };
}

/** The hive, if that is what was found. Throws `HiveUnreachable` (also if it may not be reached), or an `RbeeError` for what is there instead. */
export function requireHive({
  url,
  state,
  why,
  devices,
}: Pick<HiveStatus, 'url' | 'state' | 'why' | 'devices'>): VerifiedHive {
  if (state === 'connected') return { url, devices };
  if (state === 'offline') throw new HiveUnreachable(why ?? 'refused', url);
  if (state === 'permission-missing') throw new HiveUnreachable('timeout', url, { code: state });
  throw new RbeeError(state === 'old-hive' ? 'hive-protocol' : state, `${url}: ${state}`);
}
