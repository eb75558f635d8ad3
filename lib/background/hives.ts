import * as z from 'zod/mini';
import { RbeeError } from '../errors.ts';
import { hostPermissions, isLoopback } from '../hive/address.ts';
import { createHiveClient, type HiveClient, HiveUnreachable } from '../hive/client.ts';
import { defaultHives, discover } from '../hive/discovery.ts';
import type { HiveModel, HiveStatus, VerifiedHive } from '../hive/types.ts';
import type { StorageArea } from '../runs/store.ts';
import type { Settings } from '../settings/settings.ts';

/** How long a hive is believed to be one, and to have what it listed. */
const freshMs = 60_000;
/** Of one list, in `storage.session`: all of it has 10 MB. A longer one is read again by the next service worker. */
const keptCharacters = 400_000;
const sessionKey = 'hives';

const Device = z.object({ id: z.string(), name: z.string(), kind: z.literal(['gpu', 'cpu']), memoryGb: z.number() });
const Verified = z.object({ url: z.string(), at: z.number(), devices: z.array(Device) });
type Verified = z.infer<typeof Verified>;
const Model = z.object({ id: z.string(), path: z.string(), sizeBytes: z.number() });
const Installed = z.object({ id: z.string() });
type Kept<T> = { at: number; list: T[] };

export type Hives = ReturnType<typeof createHives>;

type Deps = {
  settings(): Settings;
  /** Stores where clicks go; `settings` answers with it from then on. */
  choose(defaultHive: string | undefined): Promise<void>;
  /** Resolves when `settings` answers with what was stored. */
  settled: Promise<void>;
  /** `storage.session`: what was verified lately outlives the service worker, not the browser. */
  session: StorageArea;
  hasPermission(patterns: string[]): Promise<boolean>;
  now(): number;
};

/** The hives this extension may talk to, and what was seen of each lately. */
export function createHives({ settings, choose, settled, session, hasPermission, now }: Deps) {
  const clients = new Map<string, HiveClient>();
  const verified = new Map<string, Verified>();

  const ready = Promise.all([session.get(sessionKey), settled]).then(([stored]) => {
    for (const hive of z.safeParse(z.array(Verified), stored[sessionKey]).data ?? []) {
      if (!verified.has(hive.url)) verified.set(hive.url, hive);
    }
  });

  function client(url: string): HiveClient {
    const known = clients.get(url) ?? createHiveClient(url);
    clients.set(url, known);
    return known;
  }

  /** In the order they are asked; the first is where a click goes while none has answered. */
  function candidates(): readonly string[] {
    const { hives, defaultHive } = settings();
    if (hives.length === 0) return defaultHives;
    const isDefault = (url: string) => Number(url === defaultHive);
    return hives.map(({ url }) => url).toSorted((a, b) => isDefault(b) - isDefault(a));
  }

  const isFresh = (at: number) => Math.abs(now() - at) < freshMs;
  const fresh = (url: string) => {
    const seen = verified.get(url);
    return seen && isFresh(seen.at) ? seen : undefined;
  };

  async function remember(url: string, devices: VerifiedHive['devices']): Promise<void> {
    verified.set(url, { url, at: now(), devices });
    await keep();
  }

  /** Only to spare the next service worker a question, so it may fail. */
  const keep = () => session.set({ [sessionKey]: [...verified.values()] }).catch(() => {});

  function forget(url: string): void {
    if (verified.delete(url)) void keep();
  }

  /** A hive's list, read at most once a minute for all views together, however often the service worker starts anew. */
  function createList<T>(
    name: string,
    Item: z.ZodMiniType<T>,
    read: (hive: HiveClient, signal: AbortSignal) => Promise<T[]>,
  ) {
    const lists = new Map<string, { at?: number; kept: Promise<Kept<T>> }>();
    const Stored = z.object({ at: z.number(), list: z.array(Item) });
    const keyOf = (url: string) => `${name}:${url}`;

    async function load(url: string, signal: AbortSignal): Promise<Kept<T>> {
      const key = keyOf(url);
      const stored = z.safeParse(Stored, (await session.get(key))[key]).data;
      if (stored && isFresh(stored.at)) return stored;
      const hive = await verify(url, signal);
      const kept = { at: now(), list: await read(client(hive.url), signal) };
      if (JSON.stringify(kept).length < keptCharacters) await session.set({ [key]: kept }).catch(() => {});
      return kept;
    }

    return {
      /** What was read last. What is still on the way is waited for by nobody, and may yet fail. */
      known: (url: string) => (lists.get(url)?.at ? lists.get(url)?.kept : undefined),
      read(url: string, signal: AbortSignal): Promise<Kept<T>> {
        const known = lists.get(url);
        if (known && isFresh(known.at ?? now())) return known.kept;
        // Remembered before anything is waited for, so that views which ask together share one request.
        const reading: { at?: number; kept: Promise<Kept<T>> } = { kept: load(url, signal) };
        lists.set(url, reading);
        reading.kept.then(
          ({ at }) => {
            reading.at = at;
          },
          () => lists.delete(url),
        );
        return reading.kept;
      },
      async forget(url: string): Promise<void> {
        lists.delete(url);
        await session.remove(keyOf(url)).catch(() => {});
      },
    };
  }

  const models = createList<HiveModel>('models', Model, (hive, signal) => hive.models(signal));
  const installed = createList('installed', Installed, (hive, signal) => hive.installedWorkers(signal));

  /** Whether a click goes to the hive that its model fits best. */
  const isOpen = (asked?: string): boolean => {
    const { hives, defaultHive } = settings();
    return hives.length > 1 && (asked === 'best' || (!asked && !hives.some(({ url }) => url === defaultHive)));
  };

  type Seen = {
    url: string;
    devices: VerifiedHive['devices'];
    state: HiveStatus['state'];
    why?: HiveUnreachable['why'];
  };

  async function look(url: string, signal: AbortSignal): Promise<Seen> {
    await ready;
    const seen = fresh(url);
    if (seen) return { url, devices: seen.devices, state: 'connected' };
    if (!isLoopback(url) && !(await hasPermission(hostPermissions(url))))
      return { url, devices: [], state: 'permission-missing' };
    // Without a named hive any of the default ports will do, the one that was meant first.
    const isDefault = settings().hives.length === 0 && defaultHives.includes(url);
    const found = await discover(isDefault ? [url, ...defaultHives.filter((other) => other !== url)] : [url], signal);
    if (found?.state === 'connected') {
      await remember(found.url, found.devices);
      return found;
    }
    forget(url);
    if (!found || found.state === 'down') return { url, devices: [], state: 'down', why: found?.why ?? 'refused' };
    return { url: found.url, devices: [], state: found.state };
  }

  async function verify(url: string, signal: AbortSignal): Promise<VerifiedHive> {
    const hive = await look(url, signal);
    if (hive.state === 'connected') return hive;
    if (hive.state === 'down') throw new HiveUnreachable(hive.why ?? 'refused', url);
    throw new RbeeError(hive.state === 'old-hive' ? 'hive-protocol' : hive.state, `${hive.url}: ${hive.state}`);
  }

  async function statusOf(url: string, signal: AbortSignal): Promise<HiveStatus> {
    let hive = await look(url, signal);
    if (hive.state !== 'connected') return hive;
    const telemetry = await client(hive.url).telemetry(signal);
    if (!telemetry) {
      // Verified lately is not now: the hive may have gone since.
      forget(hive.url);
      hive = await look(hive.url, signal);
    }
    return {
      ...hive,
      ...(telemetry && {
        version: telemetry.version,
        id: telemetry.id,
        workers: workersOf(hive.url, telemetry.workers),
      }),
    };
  }

  function workersOf(url: string, workers: { pid: number; port?: number; model?: string }[]) {
    return workers.flatMap(({ pid, port, model }) =>
      port ? [{ pid, port, address: client(url).workerAddress(port), ...(model && { model }) }] : [],
    );
  }

  return {
    ready,
    client,
    verify,
    forget,

    /** Only the hives a person named, or the default ones, are talked to for a run. Throws `message-rejected` for any other. */
    known(url: string | undefined): string | undefined {
      if (url === undefined || candidates().includes(url)) return url;
      throw new RbeeError('message-rejected', url);
    },

    orPreferred(url: string): string {
      return candidates().includes(url) ? url : this.preferred();
    },

    /** A fresh look at one address. */
    async test(url: string, signal: AbortSignal): Promise<HiveStatus> {
      await ready;
      forget(url);
      return statusOf(url, signal);
    },

    prefer: choose,
    isOpen,
    all: candidates,
    named: () => settings().hives,
    forgetModels: models.forget,

    /** Whether the list that was read last has a model of that id. Asks nobody. */
    async isListed(url: string, wanted: string): Promise<boolean> {
      return !!(await models.known(url))?.list.some(({ id }) => id === wanted);
    },

    /** A model that a run has proven to be there since the list was read. */
    async addModel(url: string, model: HiveModel): Promise<void> {
      const { list = [] } = (await models.known(url)) ?? {};
      if (!list.some(({ id }) => id === model.id)) list.push(model);
    },

    /** Where a click goes: the first choice, or else the hive that answered last, or else the first to ask. */
    preferred(): string {
      const urls = candidates();
      // A first choice is the first to ask.
      return (urls.find((url) => settings().defaultHive || fresh(url)) ?? urls[0]) as string;
    },

    /** All named hives, or the one found on this machine. */
    async status(signal: AbortSignal): Promise<HiveStatus[]> {
      await ready;
      const urls = settings().hives.length === 0 ? [this.preferred()] : candidates();
      const { defaultHive } = settings();
      return Promise.all(
        urls.map(async (url) => ({
          ...(await statusOf(url, signal)),
          preferred: urls.length === 1 || url === defaultHive,
        })),
      );
    },

    async models(url: string, signal: AbortSignal): Promise<{ models: HiveModel[]; readAt: number }> {
      const { at, list } = await models.read(url, signal);
      return { models: list, readAt: at };
    },

    installed: async (url: string, signal: AbortSignal) => (await installed.read(url, signal)).list,

    /** The ids of all models on the hives that a click may go to, as far as they answer. */
    async there(signal: AbortSignal): Promise<Set<string>> {
      await ready;
      const urls = isOpen() ? candidates() : [this.preferred()];
      const lists = await Promise.all(urls.map((url) => models.read(url, signal).catch(() => undefined)));
      return new Set(lists.flatMap((kept) => kept?.list.map(({ id }) => id) ?? []));
    },
  };
}
