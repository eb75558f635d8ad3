import { onTestFinished } from 'vitest';
import { createHives } from '../../../lib/background/hives.ts';
import { createAccess } from '../../../lib/background/host-access.ts';
import { createLastChoice } from '../../../lib/background/last-chosen-file.ts';
import { createMessageHandlers } from '../../../lib/background/message-handlers.ts';
import { createPages } from '../../../lib/background/pages.ts';
import { createHubClient } from '../../../lib/hub/client.ts';
import type { Handlers } from '../../../lib/messages/receive.ts';
import { createPlanner } from '../../../lib/runs/planner.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { createRunner, type Runner } from '../../../lib/runs/runner.ts';
import { activeStep } from '../../../lib/runs/steps.ts';
import { createStore, type Store } from '../../../lib/runs/store.ts';
import { createSessionCache } from '../../../lib/session-cache.ts';
import { defaultSettings, type Settings } from '../../../lib/settings/settings.ts';
import { createChanges } from '../../net/wait.ts';
import { type MemoryArea, memoryArea } from './area.ts';
import { terminableArea, terminableClient, unlessTerminated } from './termination.ts';

export type ServiceOptions = {
  hive: string;
  /** Further configured hives. */
  others?: string[];
  hub: string;
  /** The browser's storage; the next service worker gets the same one. */
  area?: MemoryArea;
  settings?: Partial<Settings>;
};

export type TestService = {
  area: MemoryArea;
  store: Store;
  runner: Runner;
  handlers: Handlers;
  /** The run that changed last. */
  run(): Run;
  /** All states of the run, in order. */
  states: string[];
  until<T>(condition: (run: Run) => T, timeoutMs?: number): Promise<NonNullable<T>>;
  /** Sets the clock forward and makes the runner check every run. */
  advance(ms: number): void;
  /** Skips the pauses before checks for evidence of downloads and installations from now on. */
  skipWaits(): void;
  /** The number of streams that keep the service worker running. */
  keepAlives(): number;
  /** The service worker's clock, in ms since the epoch. */
  now(): number;
  /** Terminates the service worker: all its operations end, and changes that were not stored are lost. */
  terminate(): void;
};

/** The service worker in Node: the real store, runner, message handlers and clients, with real HTTP. */
export async function openTestService(options: ServiceOptions): Promise<TestService> {
  const area = options.area ?? memoryArea();
  const termination = new AbortController();
  const changes = createChanges('run');
  const settings: Settings = {
    ...defaultSettings,
    hives: [options.hive, ...(options.others ?? [])].map((url) => ({ url, name: '' })),
    backend: 'cpu',
    ...options.settings,
  };
  const states: string[] = [];
  let ahead = 0;
  let keepAlives = 0;
  let latest = '';
  let changed = false;
  let skipsWaits = false;
  const now = () => Date.now() + ahead;
  const advance = (ms: number): void => {
    ahead += ms;
    for (const each of store.all()) runner.runChanged(each.id);
  };

  const storage = terminableArea(area, termination.signal);
  const store = createStore(
    storage,
    (run) => {
      latest = run.id;
      if (states.at(-1) !== run.state) states.push(run.state);
      const { name, job } = activeStep(run) ?? {};
      const wait = (job?.nextCheckAt ?? 0) - now();
      // A worker is a real process: on a busy machine its 150 s must not end before it has started.
      if (skipsWaits && wait > 0 && name !== 'spawn') setImmediate(() => !termination.signal.aborted && advance(wait));
      changes.changed();
      if (changed) return;
      changed = true;
      queueMicrotask(() => {
        changed = false;
        if (!termination.signal.aborted) runner.schedule();
      });
    },
    { now },
  );
  const hives = createHives({
    settings: () => settings,
    setDefaultHive: async (defaultHive) => void Object.assign(settings, { defaultHive }),
    settingsRead: Promise.resolve(),
    session: memoryArea(),
    cache: createSessionCache(memoryArea()),
    access: createAccess(async () => true),
    runs: () => store.all(),
    observer: {
      modelsListed: (url, models) => runner.modelsListed(url, models),
      hiveSeen: (url, isOnline) => runner.hiveSeen(url, isOnline),
    },
    now,
  });
  const hub = createHubClient({ baseUrl: options.hub });
  const lastChoice = createLastChoice(storage);
  const planner = createPlanner({ hives, hub, lastChoice, backend: () => settings.backend, now });
  const runner = createRunner({
    store,
    client: (url) => terminableClient(hives.client(url), termination.signal),
    verify: (url, signal) => unlessTerminated(hives.verify(url, signal), termination.signal),
    planner: {
      selectHive: (run, signal) => unlessTerminated(planner.selectHive(run, signal), termination.signal),
      chooseDevice: planner.chooseDevice,
      chooseFile: (run, devices, signal) =>
        unlessTerminated(planner.chooseFile(run, devices, signal), termination.signal),
    },
    forget: hives.forget,
    limits: () => ({ downloads: settings.downloadsAtOnce }),
    now,
    keepAlive: () => {
      keepAlives += 1;
      return () => {
        keepAlives -= 1;
      };
    },
  });
  const pages = createPages({ session: memoryArea(), runs: store.all, send: async () => {} });
  const handlers = createMessageHandlers({
    store,
    runner,
    hives,
    hub,
    lastChoice,
    pages,
    settings: () => settings,
    now,
  });
  const run = (): Run => {
    const found = store.get(latest) ?? store.all()[0];
    if (!found) throw new Error('Nothing was clicked.');
    return found;
  };
  const terminate = () => termination.abort(new Error('The service worker was terminated.'));
  onTestFinished(terminate);
  await store.ready;
  runner.schedule();
  return {
    area,
    store,
    runner,
    handlers,
    run,
    states,
    until: (condition, timeoutMs = 30_000) =>
      changes
        .until(() => (store.all().length > 0 ? condition(run()) : undefined), timeoutMs)
        .catch((error: unknown) => {
          throw new Error(`${String(error)}\n${JSON.stringify(store.all(), null, 1)}`);
        }),
    advance,
    skipWaits: () => {
      skipsWaits = true;
      advance(60_000);
    },
    keepAlives: () => keepAlives,
    terminate,
    now,
  };
}
