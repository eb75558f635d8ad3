import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { launchWithExtension } from '../browser/launch.ts';
import { download, installed, list, qwen, spawn, wholeRun } from './calls.ts';
import { test as base, expect } from './fixtures.ts';
import { expectRuns, expectTidy, type Seat, takeSeat } from './seat.ts';

/** A place in a second person's browser, which has the same hive. */
const test = base.extend<{ other: Seat }>({
  other: async ({ site, hub, hive }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
    const launched = await launchWithExtension({
      profile,
      routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
    });
    exposeClosedRoots(launched.context);
    try {
      await use(await takeSeat(launched));
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

test('what one browser has downloaded is there for the other, which starts a worker of its own', async ({
  extension,
  other,
  hive,
}) => {
  const seat = await takeSeat(extension);
  await seat.ask('run/start', { subject: qwen });
  await expectRuns(seat, running);
  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, there);

  expect(hive.calls()).toEqual([...wholeRun, ...wholeRun]);
  expect(hive.models().map(({ id }) => id)).toEqual([model]);
  const ports = (await Promise.all([seat, other].map((each) => each.runs()))).map(([run]) => run?.worker?.port);
  expect(new Set(ports)).toEqual(new Set(hive.workers.map(({ port }) => port)));
  await expectTidy(seat);
  await expectTidy(other);
});

test('while one browser downloads a file, the other is told that it is locked, and disturbs nothing', async ({
  extension,
  other,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.5 }]);
  const seat = await takeSeat(extension);
  await seat.ask('run/start', { subject: qwen });
  await hub.until(({ held }) => held());
  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, { state: 'failed', failure: { code: 'download-locked' }, locks: 1 });
  const [run] = await other.runs();
  expect((run?.retryAt ?? 0) - (run?.failure?.at ?? 0)).toBe(15_000);
  hub.release();

  await expectRuns(seat, running);
  expect((await seat.runs())[0]?.notes).toBeUndefined();
  expect(hive.calls()).toEqual([...download, ...download, ...list, ...list, ...installed, ...spawn]);
  await expectTidy(seat);
  await expectTidy(other);
});

test('where both download the same file, the one whose copy comes second has it all the same', async ({
  extension,
  other,
  hive,
}) => {
  hive.setFaults([{ before: 'hf_download_complete', pause: true, times: 1 }]);
  const seat = await takeSeat(extension);
  await seat.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, running);
  expect((await other.runs())[0]?.notes).toBeUndefined();
  hive.release();

  await expectRuns(seat, there);
  expect(hive.jobs[0]?.error).toBe(`Artifact '${model}' already exists in catalog`);
  expect(hive.calls()).toEqual([...download, ...wholeRun, ...list, ...installed, ...spawn]);
  expect(hive.models().map(({ id }) => id)).toEqual([model]);
  await expectTidy(seat);
  await expectTidy(other);
});

test('a cancel in one browser is none in the other', async ({ extension, other, hive }) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const seat = await takeSeat(extension);
  const { run } = await seat.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused() === 1);
  await other.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused() === 2);
  await seat.ask('run/cancel', { id: run.id });
  await expectRuns(seat, { state: 'cancelled' });
  hive.release();

  await expectRuns(other, running);
  expect(hive.calls()).toEqual([
    ...download,
    ...download,
    'DELETE model_download',
    ...[...list, ...installed, ...spawn],
  ]);
  expect(hive.jobs.slice(0, 2).map(({ state }) => state)).toEqual(['cancelled', 'completed']);
  await expectTidy(seat);
  await expectTidy(other);
});
