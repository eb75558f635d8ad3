import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../lib/runs/run.ts';
import { launchWithoutDebugger, type PlainBrowser } from '../browser/launch-without-debugger.ts';
import { type HiveOptions, type StandIn, startHive } from '../hive/start-hive.ts';
import { callsOf, download, installed, list, qwen, wholeRun } from './calls.ts';
import { test as base, expect } from './fixtures.ts';

type Given = { browser: PlainBrowser; hive: StandIn };

const test = base.extend<{ launch: (options: HiveOptions) => Promise<Given> }>({
  /** Starts a browser without a debugger on the service worker, and its hive. */
  launch: async ({ hub }, use) => {
    const ends: (() => Promise<unknown>)[] = [];
    await use(async (options) => {
      const hive = await startHive({ kind: 'better', hub: hub.url, heartbeatMs: 50, ...options });
      const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
      ends.unshift(hive.stop, () => rm(profile, { recursive: true, force: true, maxRetries: 3 }));
      const browser = await launchWithoutDebugger({ profile, routes: { hub: hub.tlsPort, hive: hive.port } });
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

test('an open stream without events keeps the service worker running; without a run the browser terminates it', async ({
  launch,
}) => {
  test.setTimeout(120_000);
  const [silent, idle] = await Promise.all([
    launch({
      installed: [],
      faults: [{ on: 'stream', operation: 'model_download', stream: { silence: { afterEvents: 3 } } }],
    }),
    launch({}),
  ]);
  await start(silent);
  await silent.hive.until(({ paused }) => paused());
  await expect.poll(() => runOf(silent)).toMatchObject({ state: 'downloading' });
  // Without alarms, each of which would keep the service worker running for 30 seconds, only the stream does.
  await silent.browser.inExtension('chrome.alarms.clearAll()');
  await start(idle);
  await expect.poll(() => runOf(idle), { timeout: 30_000 }).toMatchObject({ state: 'running' });
  const asked = idle.hive.requests.length;

  await expect.poll(() => idle.browser.serviceWorkers(), { intervals: [500], timeout: 60_000 }).toEqual([]);
  expect(idle.hive.requests.length, 'nothing is requested while nothing runs').toBe(asked);
  expect(callsOf(idle.hive)).toEqual(wholeRun);

  // By then the hive has sent nothing for longer than the idle timeout of the service worker.
  expect(await silent.browser.serviceWorkers()).toHaveLength(1);
  expect(callsOf(silent.hive)).toEqual(download);
  silent.hive.release();
  await expect.poll(() => runOf(silent)).toMatchObject({ state: 'choose', choice: 'install' });
  expect((await runOf(silent)).notes).toEqual(['not-loadable']);
  expect(silent.hive.jobs[0]?.dropped, 'the same service worker read the whole stream').toBe(0);
  expect(callsOf(silent.hive)).toEqual([...download, ...list, ...installed]);
});
