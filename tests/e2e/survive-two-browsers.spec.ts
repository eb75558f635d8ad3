import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { launchWithExtension } from '../browser/launch.ts';
import { callsOf, download, installed, list, qwen, spawn, wholeRun } from './calls.ts';
import { test as base, expect } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, type ServicePage } from './service-page.ts';

/** A place in a second person's browser, which has the same hive. */
const test = base.extend<{ other: ServicePage }>({
  other: async ({ site, hub, hive }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
    const launched = await launchWithExtension({
      profile,
      routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
    });
    exposeClosedRoots(launched.context);
    try {
      await use(await openServicePage(launched));
      expect(await launched.console.complaints()).toEqual([]);
    } finally {
      await launched.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    }
  },
});

test.use({ hiveOptions: { heartbeatMs: 50, lockWaitMs: 100 } });

const model = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q4_k_m.gguf';
const running = { state: 'running', attempt: 1 };
const there = { ...running, notes: ['already-there'] };

test('what one browser has downloaded and started is there for the other, which uses the same worker', async ({
  extension,
  other,
  hive,
}) => {
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await expectRuns(service, running);
  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, there);

  expect(callsOf(hive)).toEqual([...wholeRun, ...download, ...list, ...installed]);
  expect(hive.models().map(({ id }) => id)).toEqual([model]);
  const ports = (await Promise.all([service, other].map((each) => each.runs()))).map(([run]) => run?.worker?.port);
  expect(hive.workers).toHaveLength(1);
  expect(new Set(ports)).toEqual(new Set(hive.workers.map(({ port }) => port)));
  await expectTidy(service);
  await expectTidy(other);
});

test('while one browser downloads a file, the other is told that it is locked, and disturbs nothing', async ({
  extension,
  other,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.5 }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await hub.until(({ held }) => held());
  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, { state: 'failed', failure: { code: 'download-locked' }, locks: 1 });
  const [run] = await other.runs();
  expect((run?.retryAt ?? 0) - (run?.failure?.at ?? 0)).toBe(15_000);
  hub.release();

  await expectRuns(service, running);
  expect((await service.runs())[0]?.notes).toBeUndefined();
  expect(callsOf(hive)).toEqual([...download, ...download, ...list, ...list, ...installed, ...spawn]);
  await expectTidy(service);
  await expectTidy(other);
});

test('where both download the same file, the one whose copy comes second has it all the same', async ({
  extension,
  other,
  hive,
}) => {
  hive.setFaults([{ before: 'hf_download_complete', pause: true, times: 1 }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, running);
  expect((await other.runs())[0]?.notes).toBeUndefined();
  hive.release();

  await expectRuns(service, there);
  expect(hive.jobs[0]?.error).toBe(`Artifact '${model}' already exists in catalog`);
  expect(callsOf(hive)).toEqual([...download, ...wholeRun, ...list, ...installed]);
  expect(hive.models().map(({ id }) => id)).toEqual([model]);
  await expectTidy(service);
  await expectTidy(other);
});

test('a cancel in one browser is none in the other', async ({ extension, other, hive }) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused() === 1);
  await other.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused() === 2);
  await service.ask('run/cancel', { id: run.id });
  await expectRuns(service, { state: 'cancelled' });
  hive.release();

  await expectRuns(other, running);
  expect(callsOf(hive)).toEqual([
    ...download,
    ...download,
    'DELETE model_download',
    ...[...list, ...installed, ...spawn],
  ]);
  expect(hive.jobs.slice(0, 2).map(({ state }) => state)).toEqual(['cancelled', 'completed']);
  await expectTidy(service);
  await expectTidy(other);
});
