import { RbeeError } from '../errors.ts';
import { createHiveClient, type HiveClient, type Telemetry, type WorkerProcess } from '../hive/client.ts';
import { localHives } from '../hive/discovery.ts';
import type { HiveModel, HiveStatus, HiveWorker, VerifiedHive } from '../hive/types.ts';
import { neverAborts } from '../never-aborts.ts';
import { type HiveObserver, observeHive } from '../runs/observe-hive.ts';
import type { Run } from '../runs/run.ts';
import type { SessionCache } from '../session-cache.ts';
import type { Settings } from '../settings/settings.ts';
import { createShare } from '../share-request.ts';
import type { StorageArea } from '../storage-area.ts';
import { createHiveLists } from './hive-lists.ts';
import { combineWorkers } from './hive-status.ts';
import type { Access } from './host-access.ts';
import { createVerification, requireHive } from './verification.ts';

export type Hives = ReturnType<typeof createHives>;

type Deps = {
  settings(): Settings;
  /** Stores the default hive; `settings` returns it from then on. */
  setDefaultHive(url: string | undefined): Promise<void>;
  /** Resolves when `settings` returns what was stored. */
  settingsRead: Promise<void>;
  /** `storage.session`. */
  session: StorageArea;
  cache: SessionCache;
  access: Access;
  runs(): readonly Run[];
  /** Learns what requests reveal about a hive. */
  observer: HiveObserver;
  now(): number;
};

/** Each process list is a job for which the hive runs `ps`; views ask every few seconds. */
const processesFreshMs = 10_000;

/** The hives that this extension may contact, and what is known about them. */
export function createHives({
  settings,
  setDefaultHive,
  settingsRead,
  session,
  cache,
  access,
  runs,
  observer,
  now,
}: Deps) {
  const clients = new Map<string, HiveClient>();
  const share = createShare();
  const processLists = new Map<string, { at: number; list: WorkerProcess[] | undefined }>();
  const telemetries = new Map<string, { at: number; sample: Telemetry | undefined }>();
  const verification = createVerification({
    configured: () => settings().hives.map(({ url }) => url),
    settingsRead,
    session,
    access,
    observer,
    now,
  });
  const { ready, check, checkPassively, forget } = verification;

  function client(url: string): HiveClient {
    const known = clients.get(url) ?? observeHive(createHiveClient(url, { fetch: access.fetch }), url, observer);
    clients.set(url, known);
    return known;
  }

  const verify = async (url: string, signal: AbortSignal): Promise<VerifiedHive> =>
    requireHive(await check(url, signal));

  const lists = createHiveLists({
    cache,
    connect: async (url, passive, signal) =>
      client(requireHive(await (passive ? checkPassively : check)(url, signal)).url),
    now,
  });

  /** In the order they are asked; the first one is where a click goes while none has answered. */
  function all(): readonly string[] {
    const { hives, defaultHive: chosen } = settings();
    if (hives.length === 0) return localHives;
    const isChosen = (url: string) => Number(url === chosen);
    return hives.map(({ url }) => url).toSorted((a, b) => isChosen(b) - isChosen(a));
  }

  /** Where a click goes unless to the best fit: the user's choice, else the first hive that answered lately, else the first one to ask. */
  function defaultHive(): string {
    const urls = all();
    return (urls.find((url) => settings().defaultHive || verification.isVerified(url)) ?? urls[0]) as string;
  }

  /** Whether a click goes to the hive that its model fits best. `asked`: the hive that the click named. */
  function usesBestFit(asked?: string): boolean {
    const { hives, defaultHive: chosen } = settings();
    return hives.length > 1 && (asked === 'best-fit' || (!asked && !hives.some(({ url }) => url === chosen)));
  }

  /** The hive's worker processes, at most 10 s old; undefined if it has no list (Windows). */
  function processes(url: string, signal: AbortSignal): Promise<WorkerProcess[] | undefined> {
    const known = processLists.get(url);
    if (known && Math.abs(now() - known.at) < processesFreshMs) return Promise.resolve(known.list);
    return share(`processes ${url}`, signal, async () => {
      const list = await client(url)
        .workerProcesses(neverAborts)
        .catch(() => undefined);
      processLists.set(url, { at: now(), list });
      return list;
    });
  }

  /** The hive's workers, at most 10 s old. */
  async function workers(url: string, signal: AbortSignal): Promise<HiveWorker[]> {
    const hive = client(url);
    const known = telemetries.get(url);
    const isFresh = known && Math.abs(now() - known.at) < processesFreshMs;
    const [telemetry, listed] = await Promise.all([
      isFresh ? known.sample : share(`telemetry ${url}`, signal, () => readTelemetry(url)),
      processes(url, signal),
    ]);
    return combineWorkers(url, runs(), telemetry, listed, hive.workerAddress);
  }

  async function readTelemetry(url: string): Promise<Telemetry | undefined> {
    const sample = await client(url).telemetry(neverAborts);
    telemetries.set(url, { at: now(), sample });
    return sample;
  }

  async function statusOf(url: string, signal: AbortSignal): Promise<HiveStatus> {
    const { at: _, ...hive } = await check(url, signal);
    if (hive.state !== 'connected') return hive;
    const [telemetry, listed] = await Promise.all([readTelemetry(hive.url), processes(hive.url, signal)]);
    if (!telemetry) {
      // The hive may have gone since it was verified.
      forget(hive.url);
      const { at: _, ...again } = await check(hive.url, signal);
      if (again.state !== 'connected') return again;
    }
    return {
      ...hive,
      ...(telemetry && { version: telemetry.version, id: telemetry.id }),
      listsWorkers: listed !== undefined,
      workers: combineWorkers(hive.url, runs(), telemetry, listed, client(hive.url).workerAddress),
    };
  }

  return {
    ready,
    client,
    verify,
    forget,
    forgetAll: verification.forgetAll,
    all,
    defaultHive,
    setDefaultHive,
    usesBestFit,
    named: () => settings().hives,
    workers,

    /** A process was started or stopped: the next `workers` asks the hive. */
    forgetWorkers(url: string): void {
      processLists.delete(url);
      telemetries.delete(url);
    },

    /** As `verify`, for requests that no user gesture asked for: at most one a minute, whatever the answer was. */
    verifyPassively: async (url: string, signal: AbortSignal): Promise<VerifiedHive> =>
      requireHive(await checkPassively(url, signal)),

    /** Returns the address if it is a configured hive, or a local one if none is configured. Throws `message-rejected` otherwise. */
    known(url: string | undefined): string | undefined {
      if (url === undefined || all().includes(url)) return url;
      throw new RbeeError('message-rejected', url);
    },

    orDefault: (url: string): string => (all().includes(url) ? url : defaultHive()),

    /** Checks one address now. */
    async test(url: string, signal: AbortSignal): Promise<HiveStatus> {
      await ready;
      forget(url);
      return statusOf(url, signal);
    },

    /** All configured hives, or the one found on this machine. */
    async status(signal: AbortSignal): Promise<HiveStatus[]> {
      await ready;
      const urls = settings().hives.length === 0 ? [defaultHive()] : all();
      const { defaultHive: chosen } = settings();
      return Promise.all(
        urls.map(async (url) => ({
          ...(await statusOf(url, signal)),
          isDefault: urls.length === 1 || url === chosen,
        })),
      );
    },

    async models(url: string, signal: AbortSignal, passive = false): Promise<{ models: HiveModel[]; readAt: number }> {
      const { at, list } = await lists.models.read(url, signal, passive);
      return { models: list, readAt: at };
    },

    installed: async (url: string, signal: AbortSignal, passive = false) =>
      (await lists.installed.read(url, signal, passive)).list,

    forgetModels: lists.models.forget,

    /** Whether the last list has a model with that id. Sends no request. */
    isListed: async (url: string, wanted: string): Promise<boolean> =>
      lists.models.known(url).some(({ id }) => id === wanted),

    /** A run has proven that the hive has this model. */
    addModel: (url: string, model: HiveModel): void => lists.models.add(url, model, ({ id }) => id === model.id),

    /** The ids of all models on the hives that a click may go to, as far as they answer. Passive. */
    async downloadedIds(signal: AbortSignal): Promise<Set<string>> {
      await ready;
      const urls = usesBestFit() ? all() : [defaultHive()];
      const read = await Promise.all(urls.map((url) => lists.models.read(url, signal, true).catch(() => undefined)));
      return new Set(read.flatMap((one) => one?.list.map(({ id }) => id) ?? []));
    },
  };
}
