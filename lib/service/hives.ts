import { RbeeError } from '../errors.ts';
import { hostPermission, isLoopback } from '../hive/address.ts';
import { createHiveClient, type HiveClient, HiveUnreachable } from '../hive/client.ts';
import { defaultHives, discover } from '../hive/discovery.ts';
import type { HiveModel, HiveStatus } from '../messages/contract.ts';
import type { VerifiedHive } from '../runs/runner.ts';
import type { StorageArea } from '../runs/store.ts';
import type { Settings } from '../settings/settings.ts';
import * as z from '../z.ts';

const verifiedForMs = 60_000;
const modelsForMs = 60_000;
const sessionKey = 'hives';

const Device = z.object({ id: z.string(), name: z.string(), kind: z.literal(['gpu', 'cpu']), memoryGb: z.number() });
const Verified = z.object({ url: z.string(), at: z.number(), devices: z.array(Device) });
type Verified = z.infer<typeof Verified>;

export type Hives = ReturnType<typeof createHives>;

type Deps = {
  settings(): Settings;
  /** Resolves when `settings` answers with what was stored. */
  settled: Promise<void>;
  /** `storage.session`: what was verified lately outlives the service worker, not the browser. */
  session: StorageArea;
  hasPermission(pattern: string): Promise<boolean>;
  now(): number;
};

/** The hives this extension may talk to, and what was seen of each lately. */
export function createHives({ settings, settled, session, hasPermission, now }: Deps) {
  const clients = new Map<string, HiveClient>();
  const models = new Map<string, { at: number; list: Promise<HiveModel[]> }>();
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
    const urls = hives.map(({ url }) => url);
    return defaultHive && urls.includes(defaultHive)
      ? [defaultHive, ...urls.filter((url) => url !== defaultHive)]
      : urls;
  }

  const fresh = (url: string) => {
    const seen = verified.get(url);
    return seen && Math.abs(now() - seen.at) < verifiedForMs ? seen : undefined;
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
    if (!isLoopback(url) && !(await hasPermission(hostPermission(url))))
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
    if (hive.state === 'down') throw new HiveUnreachable(hive.why ?? 'refused', `No hive answers at ${url}.`);
    const code = hive.state === 'permission-missing' ? hive.state : 'not-a-hive';
    throw new RbeeError(code, `${hive.url}: ${hive.state.replaceAll('-', ' ')}`);
  }

  async function statusOf(url: string, signal: AbortSignal): Promise<HiveStatus> {
    let hive = await look(url, signal);
    if (hive.state !== 'connected') return { url: hive.url, state: hive.state, devices: [] };
    const telemetry = await client(hive.url).telemetry(signal);
    if (!telemetry) {
      // Verified lately is not now: the hive may have gone since.
      forget(hive.url);
      hive = await look(hive.url, signal);
    }
    return {
      url: hive.url,
      state: hive.state,
      devices: hive.devices,
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
      throw new RbeeError('message-rejected', `Not one of your hives: ${url}`);
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

    forgetModels: (url: string): void => void models.delete(url),

    /** Where a click goes: the hive that answered last, or else the first to ask. */
    preferred(): string {
      const urls = candidates();
      return urls.find((url) => fresh(url)) ?? urls[0] ?? 'http://localhost:7835';
    },

    /** All named hives, or the one found on this machine. */
    async status(signal: AbortSignal): Promise<HiveStatus[]> {
      await ready;
      const urls = settings().hives.length === 0 ? [this.preferred()] : candidates();
      return Promise.all(urls.map((url) => statusOf(url, signal)));
    },

    /** What the hive has, read at most once a minute for all views together. */
    async models(url: string, signal: AbortSignal): Promise<{ models: HiveModel[]; readAt: number }> {
      const known = models.get(url);
      if (known && Math.abs(now() - known.at) < modelsForMs) return { models: await known.list, readAt: known.at };
      // Remembered before anything is waited for, so that views which ask together share one request.
      const reading = { at: now(), list: verify(url, signal).then(() => client(url).models(signal)) };
      models.set(url, reading);
      reading.list.catch(() => models.delete(url));
      return { models: await reading.list, readAt: reading.at };
    },
  };
}
