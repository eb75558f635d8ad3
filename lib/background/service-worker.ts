import { browser } from '../browser.ts';
import { createHubClient } from '../hub/client.ts';
import { developmentOrigin, pageOrigins } from '../marketplace/origins.ts';
import { readCaller, receive } from '../messages/receive.ts';
import { neverAborts } from '../never-aborts.ts';
import { createPlanner } from '../runs/planner.ts';
import type { Run } from '../runs/run.ts';
import { createRunner } from '../runs/runner.ts';
import { needsNoAction } from '../runs/steps.ts';
import { createStore } from '../runs/store.ts';
import { createSessionCache } from '../session-cache.ts';
import { defaultSettings, setSettings, watchSettings } from '../settings/settings.ts';
import { createAlarm, runsAlarm } from './alarm.ts';
import { createBadge } from './badge.ts';
import { createHives } from './hives.ts';
import { createAccess } from './host-access.ts';
import { createKeepAlive } from './keep-alive.ts';
import { createKeepAwake } from './keep-awake.ts';
import { createLastChoice } from './last-chosen-file.ts';
import { createMessageHandlers } from './message-handlers.ts';
import { notify } from './notify.ts';
import { openRun } from './open-run.ts';
import { createPages } from './pages.ts';
import { restrictStorage } from './restrict-storage.ts';

/**
 * Creates the parts of the service worker and registers all listeners. Synchronous: the browser delivers the event that started the
 * service worker only to listeners that were registered by then.
 */
export function startService(): void {
  void restrictStorage();
  const now = () => Date.now();
  let settings = defaultSettings;
  const settingsRead = watchSettings((changed) => {
    settings = changed;
    updateAll();
  }, neverAborts);

  const store = createStore(browser.storage.local, onRunChange, {
    configuredHives: () => settingsRead.then(() => hives.all()),
  });
  const access = createAccess((origins) => browser.permissions.contains({ origins }));
  const cache = createSessionCache(browser.storage.session);
  const hives = createHives({
    settings: () => settings,
    setDefaultHive: async (defaultHive) => {
      settings = await setSettings({ defaultHive });
    },
    settingsRead,
    session: browser.storage.session,
    cache,
    access,
    runs: store.all,
    observer: {
      modelsListed: (url, models) => runner.modelsListed(url, models),
      hiveSeen: (url, isOnline) => runner.hiveSeen(url, isOnline),
    },
    now,
  });
  const hub = createHubClient({ cache });
  const lastChoice = createLastChoice(browser.storage.local);
  const runner = createRunner({
    store,
    client: hives.client,
    verify: hives.verify,
    planner: createPlanner({ hives, hub, lastChoice, backend: () => settings.backend, now }),
    forget: hives.forget,
    limits: () => ({ downloads: settings.downloadsAtOnce }),
    now,
    keepAlive: createKeepAlive(),
  });
  const ours = {
    id: browser.runtime.id,
    origin: new URL(browser.runtime.getURL('/')).origin,
    pages: import.meta.env.DEV ? [...pageOrigins, developmentOrigin] : pageOrigins,
  };
  const pages = createPages({
    session: browser.storage.session,
    runs: store.all,
    send: (tabId, update) => browser.tabs.sendMessage(tabId, update, { frameId: 0 }),
  });
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
  const updateBadge = createBadge();
  const updateKeepAwake = createKeepAwake();
  const updateAlarm = createAlarm(now);
  const ready = Promise.all([store.ready, settingsRead]);
  let changed = false;

  function onRunChange(run: Run, before: Run | undefined): void {
    void notify(run, before, settings).catch(() => {});
    if (run.state === 'running' && before?.state !== 'running') {
      stopOlder(run);
      const { model: id, path = '', file } = run;
      if (id) hives.addModel(run.hive, { id, path, sizeBytes: file?.size ?? 0 });
    }
    updateAll();
  }

  /** A port has one owner: an older run with another worker on the same address has stopped. */
  function stopOlder(run: Run): void {
    for (const other of store.all()) {
      const { address, spawnKey } = other.worker ?? {};
      const same = other.id !== run.id && other.state === 'running' && address === run.worker?.address;
      if (same && spawnKey !== run.worker?.spawnKey) store.apply(other.id, { type: 'worker-gone' });
    }
  }

  /** Runs once for any number of changes, such as a burst of narration; in the next task, so that it does not delay the requests they cause. */
  function updateAll(): void {
    if (changed) return;
    changed = true;
    setTimeout(async () => {
      await ready;
      changed = false;
      runner.schedule();
      updateBadge(store.all());
      updateKeepAwake(store.all(), settings.keepAwake);
      pages.changed();
      void updateAlarm(store.all()).catch(() => {});
    });
  }

  async function resumeRuns(): Promise<void> {
    await ready;
    updateAll();
    await runner.lookForHives(neverAborts);
  }

  browser.runtime.onMessage.addListener((raw: unknown, sender, sendResponse: (reply: unknown) => void) => {
    const reply = receive(handlers, raw, readCaller(sender, ours));
    void reply?.then(sendResponse);
    // `true` holds the channel open in every browser; a returned promise only in recent ones.
    return (reply !== undefined) as true;
  });
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === runsAlarm) void resumeRuns();
  });
  /** Runs that waited for permission continue; those whose hive may not be reached any more wait (`access.fetch`). */
  function permissionsChanged(): void {
    access.changed();
    hives.forgetAll();
    void resumeRuns();
    // Verifying their hives now makes runs that wait for a later check continue at once (`runner.hiveSeen`).
    const waiting = store.all().filter((run) => !needsNoAction(run));
    for (const url of new Set(waiting.map(({ hive }) => hive))) void hives.verify(url, neverAborts).catch(() => {});
  }
  browser.permissions.onAdded.addListener(permissionsChanged);
  browser.permissions.onRemoved.addListener(permissionsChanged);
  browser.runtime.onStartup.addListener(() => void resumeRuns());
  browser.runtime.onInstalled.addListener(() => void resumeRuns());
  browser.notifications.onClicked.addListener((id) => void openRun(id).catch(() => {}));
  void resumeRuns();
}
