import { runKey } from '../../lib/runs/keys.ts';
import type { Rule } from '../../lib/runs/resume-rules.ts';
import type { RunState } from '../../lib/runs/run.ts';
import type { Fault, HiveOptions, StandIn } from '../hive/start-hive.ts';
import type { HubFault } from '../hub/faults.ts';
import type { Hub } from '../hub/start-hub.ts';
import { callsOf, download, install, installed, list, llama, qwen, spawn, stop, times, wholeRun } from './calls.ts';
import { type Extension, expect, test } from './fixtures.ts';
import {
  expectRuns,
  expectTidy,
  openServicePage,
  type ServicePage,
  sometime,
  withJob,
  withStep,
} from './service-page.ts';

test.use({ hiveOptions: { heartbeatMs: 50 } });

type World = { service: ServicePage; hive: StandIn; hub: Hub; extension: Extension };

type Death = {
  /** The row of the death table where the service worker is ended. */
  rule: Rule;
  /** What the person did and the hive was at. */
  when: string;
  subject?: string;
  options?: Partial<HiveOptions>;
  faults?: Fault[];
  hubFaults?: HubFault[];
  /** On the way to the point. */
  first?(world: World): Promise<void>;
  /** Resolves when the service worker stands at the point for the nth time. */
  stands(world: World, nth: number): Promise<unknown>;
  /** Before the last waking: lets go what kept it there. */
  last?(world: World): Promise<unknown>;
  ends: { state: RunState; attempt: number; notes?: string[] };
  calls: string[];
};

const asked =
  (call: string, before = 0) =>
  ({ hive }: World, nth: number) =>
    hive.until(({ calls }) => calls().filter((made) => made === call).length >= before + nth);

const signalWorkers = ({ hive }: World, signal: NodeJS.Signals): void => {
  for (const { pid, alive } of hive.workers) if (alive) process.kill(pid, signal);
};

const running = { state: 'running' as const, attempt: 1 };

const deaths: Death[] = [
  {
    rule: 'file not chosen',
    when: 'the hub has not answered',
    hubFaults: [{ path: '/api/', hang: true, times: 3 }],
    stands: ({ hub }, nth) => hub.until(({ requests }) => requests.length >= nth),
    ends: running,
    calls: wholeRun,
  },
  {
    rule: 'waiting for the user',
    when: 'whose quantised version to take is not decided',
    subject: 'hf:Qwen/Qwen2.5-0.5B-Instruct',
    stands: ({ service }) => expectRuns(service, { state: 'choose' }),
    last: async ({ service }) => {
      const [run] = await service.runs();
      await service.ask('run/start', { subject: run?.subject ?? '', repo: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF' });
    },
    ends: running,
    calls: wholeRun,
  },
  {
    rule: 'not submitted',
    when: 'the hive has not noticed the request',
    faults: [{ on: 'submit', operation: 'model_download', hang: true, times: 3 }],
    stands: asked('POST model_download'),
    ends: running,
    calls: [...times(3, 'POST model_download'), ...wholeRun],
  },
  {
    rule: 'not submitted',
    when: 'the hive has made the job, and its answer is on the way',
    faults: [{ on: 'submit', operation: 'worker_spawn', late: true, hang: true, times: 3 }],
    stands: async (world, nth) => {
      await asked('POST worker_spawn')(world, nth);
      await expectRuns(world.service, withStep('spawn', { state: 'active' }));
    },
    ends: running,
    calls: [...download, ...list, ...installed, ...times(3, 'POST worker_spawn'), ...spawn],
  },
  {
    rule: 'submitted, stream not opened',
    when: 'the hive has not noticed that the stream was asked for',
    faults: [{ on: 'stream', operation: 'model_download', hang: true, times: 3 }],
    stands: asked('GET model_download'),
    ends: running,
    calls: ['POST model_download', ...times(4, 'GET model_download'), ...list, ...installed, ...spawn],
  },
  {
    rule: 'submitted, stream not opened',
    when: 'the hive has started the job, and the headers are on the way',
    faults: [
      { on: 'stream', operation: 'worker_spawn', late: true, hang: true, times: 1 },
      // The second and third time the stream cannot be had any more, and the worker does not answer yet.
      { before: 'started', pause: true },
    ],
    stands: async (world, nth) => {
      const { hive, service } = world;
      if (nth > 1) return expectRuns(service, withJob('spawn', { state: 'lost' }));
      await hive.until(({ paused }) => paused());
      signalWorkers(world, 'SIGSTOP');
    },
    last: async (world) => signalWorkers(world, 'SIGCONT'),
    ends: { ...running, notes: ['found-after-loss'] },
    calls: [...wholeRun, 'GET worker_spawn'],
  },
  {
    rule: 'lost',
    when: 'the model is looked for while the hive is still at it',
    faults: [
      { after: 'hf_download_file', pause: true },
      { on: 'submit', operation: 'model_list', hang: true, times: 3 },
    ],
    first: async ({ hive, service, extension }) => {
      await hive.until(({ paused }) => paused());
      await expectRuns(service, withJob('download', { state: 'live' }));
      await extension.killServiceWorker();
      await service.wake();
    },
    stands: asked('POST model_list'),
    last: ({ hive }) => {
      hive.release();
      return hive.until(({ jobs }) => jobs[0]?.state === 'completed');
    },
    ends: { ...running, notes: ['found-after-loss'] },
    calls: [...download, ...times(3, 'POST model_list'), ...list, ...installed, ...spawn],
  },
  {
    rule: 'ended, evidence not stored',
    when: 'the list of models has not been answered',
    faults: [{ on: 'submit', operation: 'model_list', hang: true, times: 3 }],
    stands: async (world, nth) => {
      await asked('POST model_list')(world, nth);
      await expectRuns(world.service, withJob('download', { state: 'ended', as: 'done' }));
    },
    ends: running,
    calls: [...download, ...times(3, 'POST model_list'), ...list, ...installed, ...spawn],
  },
  {
    rule: 'ended, evidence not stored',
    when: 'the worker has not answered',
    faults: [{ after: 'worker_spawn_complete', pause: true }],
    first: async (world) => {
      await world.hive.until(({ paused }) => paused());
      signalWorkers(world, 'SIGSTOP');
      world.hive.release();
    },
    stands: ({ service }) => expectRuns(service, withJob('spawn', { state: 'ended', as: 'done' })),
    last: async (world) => signalWorkers(world, 'SIGCONT'),
    ends: running,
    calls: wholeRun,
  },
  {
    rule: 'worker binary not looked for',
    when: 'the list of installed workers has not been answered',
    faults: [{ on: 'submit', operation: 'worker_list_installed', hang: true, times: 3 }],
    stands: async (world, nth) => {
      await asked('POST worker_list_installed')(world, nth);
      await expectRuns(world.service, withStep('download', { state: 'done' }));
    },
    ends: running,
    calls: [...download, ...list, ...times(3, 'POST worker_list_installed'), ...installed, ...spawn],
  },
  {
    rule: 'cancelled before the hive was told',
    when: 'the cancel has not been answered',
    faults: [
      { after: 'hf_download_file', pause: true },
      { on: 'cancel', hang: true, times: 3 },
    ],
    first: cancelWhenPaused,
    stands: asked('DELETE model_download'),
    ends: { state: 'cancelled', attempt: 1 },
    calls: [...download, ...times(4, 'DELETE model_download')],
  },
  {
    rule: 'cancelled after the hive was told',
    when: 'the hive lets the job go on, and the process it started is being stopped',
    faults: [
      { after: 'health_check', pause: true },
      { on: 'cancel', tooLate: true },
      { on: 'submit', operation: 'worker_process_delete', hang: true, times: 2 },
    ],
    first: cancelWhenPaused,
    stands: async (world, nth) => {
      if (nth > 1) return asked('POST worker_process_delete')(world, nth - 1);
      await expectRuns(world.service, { cancel: { askedAt: sometime, sentAt: sometime } });
    },
    ends: { state: 'cancelled', attempt: 1 },
    calls: [...wholeRun, 'DELETE worker_spawn', ...times(2, 'POST worker_process_delete'), ...stop],
  },
  {
    rule: 'cancelled after the hive reported the end',
    when: 'the process that the spawn started is being stopped',
    faults: [
      { after: 'health_check', pause: true },
      { on: 'submit', operation: 'worker_process_delete', hang: true, times: 3 },
    ],
    first: cancelWhenPaused,
    stands: asked('POST worker_process_delete'),
    ends: { state: 'cancelled', attempt: 1 },
    calls: [...wholeRun, 'DELETE worker_spawn', ...times(3, 'POST worker_process_delete'), ...stop],
  },
  {
    rule: 'cancelled after the hive reported an end that may be success',
    when: 'the cancel came too late, and the model is looked for',
    faults: [
      { after: 'hf_copy_start', pause: true },
      { on: 'cancel', tooLate: true },
      { on: 'submit', operation: 'model_list', hang: true, times: 3 },
    ],
    first: async (world) => {
      await cancelWhenPaused(world);
      await expectRuns(world.service, { cancel: { askedAt: sometime, sentAt: sometime } });
      world.hive.release();
    },
    stands: asked('POST model_list'),
    ends: { state: 'cancelled', attempt: 1, notes: ['finished-first'] },
    calls: [...download, 'DELETE model_download', ...times(3, 'POST model_list'), ...list],
  },
  {
    rule: 'lost, to be submitted again for the user',
    when: 'the lost one is being cancelled',
    faults: [
      { after: 'hf_download_file', pause: true, times: 1 },
      { on: 'submit', operation: 'model_list', hang: true, times: 1 },
      { on: 'cancel', hang: true, times: 3 },
    ],
    first: async ({ hive, service, extension }) => {
      await hive.until(({ paused }) => paused());
      await expectRuns(service, withJob('download', { state: 'live' }));
      await extension.killServiceWorker();
      await service.wake();
      await hive.until(({ calls }) => calls().includes('POST model_list'));
      const [run] = await service.runs();
      await service.ask('run/again', { id: run?.id ?? '' });
    },
    stands: asked('DELETE model_download'),
    ends: running,
    calls: [...download, 'POST model_list', ...times(4, 'DELETE model_download'), ...wholeRun],
  },
];

async function cancelWhenPaused({ hive, service }: World): Promise<void> {
  await hive.until(({ paused }) => paused());
  const [run] = await service.runs();
  await service.ask('run/cancel', { id: run?.id ?? '' });
}

for (const { rule, when, subject = qwen, options, faults, hubFaults, first, stands, last, ends, calls } of deaths) {
  test(`three deaths in one run, ${rule}: ${when}`, async ({ extension, hive, hub }) => {
    const service = await openServicePage(extension);
    const world = { service, hive, hub, extension };
    hive.set(options ?? {});
    hive.setFaults(faults ?? []);
    hub.setFaults(hubFaults ?? []);
    await service.ask('run/start', { subject });
    await first?.(world);

    for (const nth of [1, 2, 3]) {
      await stands(world, nth);
      await extension.killServiceWorker();
      // What wakes it where no view is open.
      const { state } = (await service.runs())[0] ?? {};
      expect(await service.alarms()).toHaveLength(state === 'choose' ? 0 : 1);
      if (nth === 3) await last?.(world);
      await service.wake();
    }

    await expectRuns(service, ends);
    expect(callsOf(hive)).toEqual(calls);
    expect(hive.workers.filter(({ alive }) => alive)).toHaveLength(ends.state === 'running' ? 1 : 0);
    await expectTidy(service);
  });
}

test('three deaths in one run, between two steps: another run is starting its worker', async ({
  extension,
  hive,
  hub,
}) => {
  const service = await openServicePage(extension);
  const world = { service, hive, hub, extension };
  hive.setFaults([{ after: 'started', pause: true, times: 1 }]);
  await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  signalWorkers(world, 'SIGSTOP');
  await service.ask('run/start', { subject: llama });

  const waiting = { state: 'queued', ...withStep('download', { state: 'done' }) };
  for (const nth of [1, 2, 3]) {
    await expectRuns(service, { state: 'starting' }, waiting);
    await extension.killServiceWorker();
    if (nth === 3) signalWorkers(world, 'SIGCONT');
    await service.wake();
  }

  await expectRuns(service, running, running);
  expect(callsOf(hive)).toEqual([...wholeRun, ...download, ...list, ...installed, ...spawn]);
  await expectTidy(service);
});

test('three deaths in one run, cancel asked, nothing sent to the hive: it was stored, and nothing came of it yet', async ({
  extension,
  hive,
  hub,
}) => {
  const service = await openServicePage(extension);
  hub.setFaults([{ path: '/api/', hang: true }]);
  const run = await service.ask('run/start', { subject: qwen });
  await expectRuns(service, { state: 'resolving' });
  const [resolving] = await service.runs();

  for (const _ of [1, 2, 3]) {
    await extension.killServiceWorker();
    // Too short a moment to be met from outside, so the record is put back to how it was in it.
    await service.store({ [runKey(run.id)]: { ...resolving, state: 'cancelling', cancel: { askedAt: Date.now() } } });
    await service.wake();
    await expectRuns(service, { state: 'cancelled' });
  }

  expect(callsOf(hive)).toEqual([]);
  await expectTidy(service);
});

test.describe('on a hive without a worker binary', () => {
  test.use({ hiveOptions: { heartbeatMs: 50, installed: [] } });

  test('three deaths in one run, stream opened, no end heard: one in each of its three long streams', async ({
    extension,
    hive,
  }) => {
    const service = await openServicePage(extension);
    hive.setFaults([
      { after: 'hf_download_file', pause: true },
      { after: 'build_start', pause: true },
      { after: 'started', pause: true },
    ]);
    const run = await service.ask('run/start', { subject: qwen });

    for (const name of ['download', 'install', 'spawn'] as const) {
      await hive.until(({ paused }) => paused());
      await expectRuns(service, withJob(name, { state: 'live' }));
      await extension.killServiceWorker();
      hive.release();
      await hive.until(({ jobs }) => jobs.at(-1)?.state === 'completed');
      await service.wake();
      if (name !== 'download') continue;
      await expectRuns(service, { state: 'choose', choice: 'install' });
      await service.ask('run/agree', { id: run.id });
    }

    await expectRuns(service, { ...running, notes: ['found-after-loss'] });
    expect(callsOf(hive)).toEqual([...download, ...list, ...installed, ...install, ...installed, ...spawn]);
    await expectTidy(service);
  });

  test('three deaths in one run, contact lost: the installed worker is looked for while the hive builds it', async ({
    extension,
    hive,
  }) => {
    const service = await openServicePage(extension);
    hive.setFaults([
      { after: 'build_start', pause: true },
      { on: 'submit', operation: 'worker_list_installed', hang: true, skip: 1, times: 3 },
    ]);
    await service.ask('run/start', { subject: 'worker:llm-worker-rbee-cpu' });
    await hive.until(({ paused }) => paused());
    await expectRuns(service, withJob('install', { state: 'live' }));
    await extension.killServiceWorker();
    await service.wake();

    for (const nth of [1, 2, 3]) {
      await hive.until(({ calls }) => calls().filter((call) => call === 'POST worker_list_installed').length > nth);
      await extension.killServiceWorker();
      if (nth === 3) hive.release();
      if (nth === 3) await hive.until(({ jobs }) => jobs[1]?.state === 'completed');
      await service.wake();
    }

    await expectRuns(service, { state: 'installed', attempt: 1, notes: ['found-after-loss'] });
    expect(callsOf(hive)).toEqual([...installed, ...install, ...times(3, 'POST worker_list_installed'), ...installed]);
    await expectTidy(service);
  });
});
