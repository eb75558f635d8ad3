import type { StandIn } from '../hive/start-hive.ts';
import { callsOf, download, install, installed, list, llama, qwen, spawn, stop, times, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, sometime, withJob, withStep } from './service-page.ts';

// `tests/unit/runs/model.test.ts` terminates the simulated service worker at random moments; here it happens in a browser.

const signalWorkers = ({ workers }: StandIn, signal: NodeJS.Signals): void => {
  for (const { pid, alive } of workers) if (alive) process.kill(pid, signal);
};
const hangOnce = (operation: string) => ({ on: 'submit', operation, hang: true, times: 1 }) as const;

test.describe('on a hive without a worker binary', () => {
  test.use({ hiveOptions: { installed: [] } });

  test('a run starts one worker although the service worker is terminated at each request and in each stream', async ({
    extension,
    hive,
    hub,
  }) => {
    test.setTimeout(120_000);
    hub.setFaults([{ path: '/api/', hang: true, times: 1 }]);
    hive.setFaults([
      hangOnce('model_download'),
      { on: 'stream', operation: 'model_download', hang: true, times: 1 },
      { after: 'hf_download_file', pause: true },
      hangOnce('model_list'),
      hangOnce('worker_list_installed'),
      { after: 'build_start', pause: true },
      { ...hangOnce('worker_spawn'), late: true },
      { after: 'started', pause: true },
    ]);
    const service = await openServicePage(extension);
    const terminate = async (alarms = 1) => {
      await extension.terminateServiceWorker();
      // The alarm would start the service worker if no view was open.
      expect(await service.alarms()).toHaveLength(alarms);
      await service.wake();
    };
    const asked = (call: string, count = 1) =>
      hive.until(({ calls }) => calls().filter((made) => made === call).length >= count);
    const job = () => hive.jobs.findLast(({ operation }) => /download|install$|spawn/.test(operation ?? ''));

    const run = await service.ask('run/start', { subject: qwen });
    await hub.until(({ requests }) => requests.length > 0);
    await terminate();
    await asked('POST model_download');
    await terminate();
    await asked('GET model_download');
    await terminate();

    for (const name of ['download', 'install', 'spawn'] as const) {
      if (name === 'install') {
        await asked('POST worker_list_installed');
        await terminate();
        await expectRuns(service, { state: 'choose', choice: 'install' });
        await terminate();
        await service.ask('run/agree', { id: run.id });
      }
      if (name === 'spawn') {
        await asked('POST worker_spawn');
        await expectRuns(service, withStep('spawn', { state: 'active' }));
        await terminate();
      }
      await hive.until(({ paused }) => paused());
      await expectRuns(service, withJob(name, { state: 'live' }));
      await extension.terminateServiceWorker();
      hive.release();
      await hive.until(() => job()?.state === 'completed');
      await service.wake();
      if (name === 'download') {
        await asked('POST model_list');
        await terminate();
      }
    }

    await expectRuns(service, { state: 'running', attempt: 1, notes: ['found-after-loss'] });
    expect(callsOf(hive)).toEqual([
      ...[...times(2, 'POST model_download'), ...times(2, 'GET model_download')],
      ...['POST model_list', ...list, 'POST worker_list_installed', ...installed],
      ...[...installed, ...install, ...installed, 'POST worker_spawn', ...spawn],
    ]);
    expect(hive.workers).toMatchObject([{ alive: true }]);
    await expectTidy(service);
  });
});

test('a cancel is completed although the service worker is terminated at each of its requests', async ({
  extension,
  hive,
}) => {
  hive.setFaults([
    { after: 'health_check', pause: true },
    { on: 'cancel', hang: true, times: 1 },
    hangOnce('worker_process_delete'),
  ]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, { worker: { pid: sometime } });
  await service.ask('run/cancel', { id: run.id });
  for (const call of ['DELETE worker_spawn', 'POST worker_process_delete']) {
    await hive.until(({ calls }) => calls().includes(call));
    await extension.terminateServiceWorker();
    expect(await service.alarms()).toHaveLength(1);
    await service.wake();
  }

  await expectRuns(service, { state: 'cancelled', attempt: 1 });
  const asked = [...wholeRun, ...times(2, 'DELETE worker_spawn'), 'POST worker_process_delete', ...stop];
  expect(callsOf(hive)).toEqual(asked);
  expect(hive.workers).toMatchObject([{ alive: false }]);
  await expectTidy(service);
});

test('a queued run continues after a termination, and ten clicks that start the service worker add no second run', async ({
  extension,
  hive,
}) => {
  const service = await openServicePage(extension);
  hive.setFaults([{ after: 'started', pause: true, times: 1 }]);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  signalWorkers(hive, 'SIGSTOP');
  await service.ask('run/start', { subject: llama });
  await expectRuns(service, { state: 'starting' }, { state: 'queued', ...withStep('download', { state: 'done' }) });
  await extension.terminateServiceWorker();

  const clicks = await Promise.all(times(10, qwen).map((subject) => service.ask('run/start', { subject })));
  expect(clicks.map(({ id }) => id)).toEqual(times(10, run.id));
  await expectRuns(service, { state: 'starting' }, { state: 'queued' });
  signalWorkers(hive, 'SIGCONT');
  await expectRuns(service, { state: 'running', attempt: 1 }, { state: 'running', attempt: 1 });
  expect(callsOf(hive)).toEqual([...wholeRun, ...download, ...list, ...installed, ...spawn]);
  await expectTidy(service);
});
