import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { launchWithExtension } from '../browser/launch.ts';
import { callsOf, download, installed, list, llama, qwen, spawn } from './calls.ts';
import { test as base, expect } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, type ServicePage } from './service-page.ts';

/** A page in another user's browser, which uses the same hive. */
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
      expect(await launched.console.problems()).toEqual([]);
    } finally {
      await launched.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    }
  },
});

test.use({ hiveOptions: { lockWaitMs: 100 } });

const model = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q4_k_m.gguf';
const running = { state: 'running', attempt: 1 };
const alreadyThere = { ...running, notes: ['already-there'] };

test('two browsers share the model and worker of a hive, and cancelling in one does not cancel the other’s download', async ({
  extension,
  other,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.5 }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await hub.until(({ held }) => held());
  const { id } = await other.ask('run/start', { subject: qwen });
  await expectRuns(other, { state: 'failed', failure: { code: 'download-locked' }, locks: 1 });
  const [run] = await other.runs();
  expect((run?.retryAt ?? 0) - (run?.failure?.at ?? 0)).toBe(15_000);
  await other.ask('run/dismiss', { id });
  hub.setFaults([]);
  hub.release();
  await expectRuns(service, running);
  expect((await service.runs())[0]?.notes).toBeUndefined();
  const locked = [...download, ...download, ...list, ...list, ...installed, ...spawn];
  expect(callsOf(hive)).toEqual(locked);

  await other.ask('run/start', { subject: qwen });
  await expectRuns(other, alreadyThere);
  expect(callsOf(hive)).toEqual([...locked, ...download, ...list, ...installed]);
  expect(hive.models().map(({ id }) => id)).toEqual([model]);
  const ports = (await Promise.all([service, other].map((each) => each.runs()))).map(([run]) => run?.worker?.port);
  expect(hive.workers).toHaveLength(1);
  expect(new Set(ports)).toEqual(new Set(hive.workers.map(({ port }) => port)));

  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const first = await service.ask('run/start', { subject: llama });
  await hive.until(({ paused }) => paused() === 1);
  await other.ask('run/start', { subject: llama });
  await hive.until(({ paused }) => paused() === 2);
  await service.ask('run/cancel', { id: first.id });
  await expectRuns(service, running, { state: 'cancelled' });
  hive.release();
  await expectRuns(other, alreadyThere, running);
  const downloads = hive.jobs.filter(({ operation }) => operation === 'model_download').slice(-2);
  expect(downloads.map(({ state }) => state)).toEqual(['cancelled', 'completed']);
  await expectTidy(service);
  await expectTidy(other);
});
