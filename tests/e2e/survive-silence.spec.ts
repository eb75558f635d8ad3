import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../lib/runs/run.ts';
import { type Alone, launchAlone } from '../browser/launch-alone.ts';
import { type HiveOptions, type StandIn, startHive } from '../hive/start-hive.ts';
import { callsOf, download, installed, list, qwen, wholeRun } from './calls.ts';
import { test as base, expect } from './fixtures.ts';

type Given = { browser: Alone; hive: StandIn };

const test = base.extend<{ alone: (options: HiveOptions) => Promise<Given> }>({
  /** A browser without any debugger on its service worker, and a hive for it. */
  alone: async ({ hub }, use) => {
    const ends: (() => Promise<unknown>)[] = [];
    await use(async (options) => {
      const hive = await startHive({ kind: 'better', hub: hub.url, heartbeatMs: 50, ...options });
      const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
      ends.unshift(hive.stop, () => rm(profile, { recursive: true, force: true, maxRetries: 3 }));
      const browser = await launchAlone({ profile, routes: { hub: hub.tlsPort, hive: hive.port } });
      ends.unshift(browser.close);
      return { browser, hive };
    });
    for (const end of ends) await end();
  },
});

const start = ({ browser }: Given) =>
  browser.inExtension(
    `chrome.runtime.sendMessage(${JSON.stringify({ type: 'run/start', request: { subject: qwen } })})`,
  );

const runOf = ({ browser }: Given): Promise<Run> =>
  browser.inExtension(
    `chrome.storage.local.get().then((stored) => stored[Object.keys(stored).find((key) => key.startsWith('run:'))])`,
  );

test('an open stream keeps the service worker alive while the hive is silent, and without a run the browser ends it', async ({
  alone,
}) => {
  test.setTimeout(120_000);
  const [silent, idle] = await Promise.all([
    alone({
      installed: [],
      faults: [{ on: 'stream', operation: 'model_download', stream: { silence: { afterEvents: 3 } } }],
    }),
    alone({}),
  ]);
  await start(silent);
  await silent.hive.until(({ paused }) => paused());
  await expect.poll(() => runOf(silent)).toMatchObject({ state: 'downloading' });
  // Each alarm would keep the service worker for another half a minute; here the stream has to.
  await silent.browser.inExtension('chrome.alarms.clearAll()');
  await start(idle);
  await expect.poll(() => runOf(idle), { timeout: 30_000 }).toMatchObject({ state: 'running' });
  const asked = idle.hive.requests.length;

  await expect.poll(() => idle.browser.serviceWorkers(), { intervals: [500], timeout: 60_000 }).toEqual([]);
  expect(idle.hive.requests.length, 'nothing is requested while nothing runs').toBe(asked);
  expect(callsOf(idle.hive)).toEqual(wholeRun);

  // The hive has been silent for longer than that.
  expect(await silent.browser.serviceWorkers()).toHaveLength(1);
  expect(callsOf(silent.hive)).toEqual(download);
  silent.hive.release();
  await expect.poll(() => runOf(silent)).toMatchObject({ state: 'choose', choice: 'install' });
  expect((await runOf(silent)).notes).toBeUndefined();
  expect(silent.hive.jobs[0]?.dropped, 'the same service worker read the whole stream').toBe(0);
  expect(callsOf(silent.hive)).toEqual([...download, ...list, ...installed]);
});
