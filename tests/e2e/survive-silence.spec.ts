import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../lib/runs/run.ts';
import { type Alone, launchAlone } from '../browser/launch-alone.ts';
import { type HiveOptions, type StandIn, startHive } from '../hive/start-hive.ts';
import { sleep } from '../net/wait.ts';
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

const silenceMs = 60_000;

const start = ({ browser }: Given) =>
  browser.inExtension(
    `chrome.runtime.sendMessage(${JSON.stringify({ type: 'run/start', request: { subject: qwen } })})`,
  );

const runOf = ({ browser }: Given): Promise<Run> =>
  browser.inExtension(
    `chrome.storage.local.get().then((stored) => stored[Object.keys(stored).find((key) => key.startsWith('run:'))])`,
  );

test('a minute in which the hive says nothing ends no stream; a minute in which nothing runs ends the service worker', async ({
  alone,
}) => {
  test.setTimeout(180_000);
  const [silent, idle] = await Promise.all([
    alone({
      installed: [],
      faults: [{ on: 'stream', operation: 'model_download', stream: { silence: { afterEvents: 3 } } }],
    }),
    alone({}),
  ]);

  await Promise.all([start(silent), start(idle)]);
  await silent.hive.until(({ paused }) => paused());
  await expect.poll(() => runOf(silent)).toMatchObject({ state: 'downloading' });
  await expect.poll(() => runOf(idle), { timeout: 30_000 }).toMatchObject({ state: 'running' });
  // Each ringing of the alarm would keep the service worker for another half a minute; here the stream has to.
  await silent.browser.inExtension('chrome.alarms.clearAll()');
  const asked = idle.hive.requests.length;
  const began = Date.now();
  const [lives, deaths]: [boolean[], boolean[]] = [[], []];
  while (Date.now() - began < silenceMs + 2_000) {
    await sleep(1_000);
    lives.push((await silent.browser.serviceWorkers()).length > 0);
    deaths.push((await idle.browser.serviceWorkers()).length === 0);
  }

  expect(new Set(lives)).toEqual(new Set([true]));
  expect(callsOf(silent.hive)).toEqual(download);
  silent.hive.release();
  await expect.poll(() => runOf(silent)).toMatchObject({ state: 'choose', choice: 'install' });
  expect((await runOf(silent)).notes).toBeUndefined();
  expect(silent.hive.jobs[0]?.dropped).toBe(0);
  expect(callsOf(silent.hive)).toEqual([...download, ...list, ...installed]);

  // Once gone it stays gone, and nobody was asked for anything.
  expect(deaths.lastIndexOf(false)).toBeLessThan(deaths.indexOf(true));
  expect(deaths.indexOf(true)).toBeLessThan(40);
  expect(idle.hive.requests.length).toBe(asked);
  expect(callsOf(idle.hive)).toEqual(wholeRun);
});
