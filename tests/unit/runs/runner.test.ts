import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKey } from '../../../lib/runs/keys.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { hiveFaults } from '../../hive/faults.ts';
import { type Fault, type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { listen } from '../../net/listener.ts';
import { at, clicked } from './samples.ts';
import { type Desk, openDesk } from './test-service.ts';

const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const file = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const model = `${repo}:${file}`;
const subject = `hf:${model}`;
const otherModel = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q4_k_m.gguf';

let hub: Hub;
let hive: StandIn;
let desk: Desk;

async function open(options: HiveOptions = {}): Promise<void> {
  hive = await startHive({ kind: 'better', hub: hub.url, progressMs: 20, heartbeatMs: 20, ...options });
  desk = await openDesk({ hive: hive.url, hub: hub.url });
}

beforeEach(async () => {
  hub = await startHub({ maxBytesSent: 65_536 });
});
afterEach(async () => {
  desk.die();
  await Promise.all([hive.stop(), hub.stop()]);
});

const start = (what = subject) => desk.commands['run/start']({ subject: what });
const cancel = () => desk.commands['run/cancel']({ id: desk.run().id });
const failing = (after: string, fail: string): Fault[] => [{ after, fail }];
const paused = (after: string): Fault[] => [{ after, pause: true, times: 1 }];
const said = (action: string) =>
  hive.until(({ jobs }) => jobs.some(({ lines }) => lines.some((line) => line.action === action)));
const download = ['POST model_download', 'GET model_download'];
const list = ['POST model_list', 'GET model_list'];
const binaries = ['POST worker_list_installed', 'GET worker_list_installed'];
const spawn = ['POST worker_spawn', 'GET worker_spawn'];
/** The worker that the run was told of is up. */
const answering = () => {
  const health = `${desk.run().worker?.address}/health`;
  return expect
    .poll(
      () =>
        fetch(health).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
};
const posts = (operation: string) => hive.calls().filter((call) => call === `POST ${operation}`).length;
const isDown = (run: Run) => {
  const job = run.steps[1]?.job;
  return job?.state === 'lost' && job.downAt;
};
const isOver = ({ state }: Run) => ['running', 'failed', 'cancelled', 'installed'].includes(state);

describe('one click', () => {
  it('ends in a running worker, and asks the hive for nothing it does not need', async () => {
    await open();
    await start();
    await desk.until((run) => run.state === 'running');
    const run = desk.run();
    expect(hive.calls()).toEqual([...download, ...list, ...binaries, ...spawn]);
    expect(desk.states).toEqual([
      'queued',
      'resolving',
      'queued',
      'downloading',
      'queued',
      'starting',
      'queued',
      'starting',
      'running',
    ]);
    const [worker] = hive.workers;
    expect(run).toMatchObject({ model, worker: { pid: worker?.pid, port: worker?.port } });
    expect(run.notes).toBeUndefined();
    expect(await (await fetch(`${run.worker?.address}/health`)).json()).toEqual({ status: 'healthy' });
    expect(desk.held()).toBe(0);
  });

  it('on a model that the hive has takes it as it is', async () => {
    await open({ models: [model] });
    await start();
    await desk.until((run) => run.state === 'running');
    expect(desk.run().notes).toEqual(['already-there']);
    expect(hive.calls()).toEqual([...download, ...list, ...binaries, ...spawn]);
  });

  it('ten times from many tabs is one run and one POST', async () => {
    await open({ faults: paused('hf_download_file') });
    const answers = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    await said('hf_download_file');
    await Promise.all(Array.from({ length: 10 }, () => start()));
    hive.release();
    await desk.until((run) => run.state === 'running');
    expect(posts('model_download')).toBe(1);
    expect(posts('worker_spawn')).toBe(1);
  });

  it('is stored before it is sent, and its job before the stream is opened', async () => {
    await open({ faults: [{ on: 'submit', operation: 'model_download', delayMs: 50 }] });
    const stored = () => [...desk.area.items.values()][0] as Run | undefined;
    const atPost = hive.until(({ requests }) =>
      requests.some(({ operation }) => operation === 'model_download') ? (stored()?.state ?? 'nothing') : undefined,
    );
    await start();
    expect(await atPost).not.toBe('nothing');
    const jobAtGet = hive.until(
      ({ jobs }) => jobs[0]?.openedAt && (desk.area.items.get(runKey(desk.run().id)) as Run).steps[1]?.job?.id,
    );
    expect(await jobAtGet).toBe(hive.jobs[0]?.id);
  });

  it('on a worker’s page asks for the binary, and says honestly why there is none', async () => {
    await open({ installed: [], install: false });
    await start('worker:llm-worker-rbee-cpu');
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'failed', failure: { code: 'worker-install', step: 'install' } });
    expect(posts('worker_install')).toBe(1);
  });

  it('on a worker’s page ends installed where the build works', async () => {
    await open({ installed: [], install: true });
    await start('worker:llm-worker-rbee-cpu');
    await desk.until(isOver);
    expect(desk.run().state).toBe('installed');
  });
});

describe('storage that takes nothing', () => {
  it('keeps the next job from being sent, and the run says why', async () => {
    await open({ faults: paused('hf_copy_start') });
    await start();
    await hive.until(({ paused }) => paused());
    desk.area.quota = 10;
    hive.release();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'failed', failure: { code: 'storage', step: 'spawn' } });
    expect(posts('worker_spawn')).toBe(0);
  });

  it('once the job is with the hive ends no run: it goes on, and is stored when there is room', async () => {
    await open({ models: [model], faults: paused('started') });
    await start();
    await hive.until(({ paused }) => paused());
    desk.area.quota = 10;
    hive.release();
    await desk.until((run) => run.state === 'running');
    const stored = () => (desk.area.items.get(runKey(desk.run().id)) as Run).state;
    expect(stored()).toBe('starting');
    desk.area.quota = undefined;
    await expect.poll(stored, { timeout: 8_000 }).toBe('running');
  }, 15_000);
});

describe('two clicks that come to one model', () => {
  const base = 'hf:meta-llama/Llama-3.2-1B-Instruct';
  const onBase = async () => {
    const run = { ...clicked(), id: 'base', subject: base, hive: hive.url, picked: { repo, path: file } };
    desk.store.add(run);
    desk.runner.schedule();
    await hive.until(({ paused }) => paused());
  };
  const states = () => desk.store.all().map(({ state }) => state);

  it('are one download and one worker, which both show', async () => {
    await open({ faults: paused('hf_download_file') });
    await onBase();
    await start(`hf:${repo}`);
    await desk.until((run) => run.model && run.state === 'queued');
    hive.release();
    await desk.until(() => states().every((state) => state === 'running'));
    const [first, second] = desk.store.all();
    expect(second?.worker?.address).toBe(first?.worker?.address);
    expect(second?.notes).toEqual(['already-there']);
    expect([posts('model_download'), posts('worker_spawn')]).toEqual([1, 1]);
  });

  it('are two runs still where the first ends without it', async () => {
    await open({ faults: paused('hf_download_file') });
    await onBase();
    await start(`hf:${repo}`);
    await desk.until((run) => run.model && run.state === 'queued');
    await desk.commands['run/cancel']({ id: 'base' });
    hive.release();
    await desk.until(() => states()[1] === 'running');
    expect(states()).toEqual(['cancelled', 'running']);
    expect(posts('worker_spawn')).toBe(1);
  });

  it('are two workers where a person wants them on different devices', async () => {
    await open({ models: [model] });
    const gpu: Run = {
      ...at('running'),
      id: 'gpu',
      subject: base,
      hive: hive.url,
      model,
      device: { backend: 'cuda', index: 0 },
    };
    desk.store.add(gpu);
    await start(`hf:${repo}`);
    await desk.until((run) => run.state === 'running');
    expect(posts('worker_spawn')).toBe(1);
  });
});

describe('a hive that says no', () => {
  const failed = 'HuggingFace download failed:';
  it.each<[fault: string, after: string, code: string]>([
    [`${failed} request error: https://huggingface.co/x: status code 401`, 'hf_download_file', 'gated'],
    [`${failed} request error: https://huggingface.co/x: status code 404`, 'hf_download_file', 'file-missing'],
    [`${failed} Lock acquisition failed: x.lock`, 'hf_download_file', 'download-locked'],
    [`${failed} I/O error No space left on device (os error 28)`, 'hf_copy_start', 'disk'],
    ['something nobody has heard of', 'model_provision_start', 'hive-rejected'],
  ])('to a download with %j', async (text, after, code) => {
    await open({ faults: failing(after, text) });
    await start();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'failed', failure: { code, step: 'download', text } });
    expect(hive.calls()).toEqual([...download, ...list]);
  });

  it.each([
    ['real', 'spawn-binary'],
    ['notInstalled', 'worker-missing'],
    ['noPorts', 'no-ports'],
    ['notSpawned', 'spawn-unproven'],
  ] as const)('to a spawn that goes as in "%s"', async (mode, code) => {
    await open({ models: [model], spawn: mode });
    await start();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'failed', failure: { code, step: 'spawn' } });
    expect(desk.run().notes).not.toContain('process-may-remain');
    expect(posts('worker_spawn')).toBe(1);
  });

  it.each(['timesOut', 'exits', 'failsHealth'] as const)(
    'to a spawn that goes as in "%s" is not believed until 150 s have passed, and what it started is told of',
    async (spawn) => {
      await open({ models: [model], spawn, spawnTimeoutMs: 300 });
      await start();
      await desk.until((run) => run.steps[3]?.job?.nextCheckAt);
      expect(desk.run()).toMatchObject({ state: 'starting' });
      expect(desk.run().steps[3]?.progress?.phase).toBe('loading');
      desk.later(151_000);
      await desk.until(isOver);
      expect(desk.run()).toMatchObject({ state: 'failed', failure: { code: 'spawn-timeout', step: 'spawn' } });
      expect(desk.run().notes).toContain('process-may-remain');
      expect(posts('worker_spawn')).toBe(1);
    },
  );

  it('to the list of files with [DONE] is not believed', async () => {
    const early: Fault[] = [
      { on: 'stream', operation: 'model_download', stream: { inject: { afterEvents: 3, raw: 'data: [DONE]\n\n' } } },
      ...paused('hf_download_file'),
    ];
    await open({ faults: early });
    await start();
    await desk.until((run) => run.steps[1]?.job?.state === 'ended');
    desk.hurry();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'failed', failure: { code: 'hive-protocol', step: 'download' } });
    expect(posts('worker_spawn')).toBe(0);
  });
});

describe('a worker that nothing proves', () => {
  it.each(['neverHealthy', 'neverListens', 'impostor'] as const)(
    '(%s) is not running, though its hive says so',
    async (mode) => {
      await open({ models: [model], spawn: mode });
      await start();
      await desk.until((run) => run.steps[3]?.job?.state === 'ended');
      expect(desk.run().state).toBe('starting');
      desk.later(151_000);
      await desk.until(isOver);
      const { worker, failure } = desk.run();
      expect(failure).toMatchObject({ code: 'spawn-unproven', text: worker?.address });
      expect(worker?.port).toBe(hive.workers[0]?.port);
    },
  );

  it.each([true, false])(
    'is not the old one on its port, after a restart of the hive (telemetry: %s)',
    async (telemetry) => {
      const free = await listen(() => {});
      await free.close();
      await open({ models: [model, otherModel], workersOutlive: true, workerBasePort: free.port, telemetry });
      await start();
      await desk.until((run) => run.state === 'running');
      await hive.restart();
      await start(`hf:${otherModel}`);
      await desk.until((run) => run.model === otherModel && run.steps[3]?.job?.state === 'ended');
      expect(desk.run().worker?.port).toBe(free.port);
      expect(desk.run().state).toBe('starting');
      desk.later(151_000);
      await desk.until(isOver);
      expect(desk.run().failure?.code).toBe('spawn-unproven');
    },
  );
});

it('a worker stays where it was when its run goes to another hive: who has its port there is not it', async () => {
  await open({ models: [model], telemetry: false });
  await start();
  await desk.until((run) => run.state === 'running');
  const { worker } = desk.run();
  const moved: Run = { ...desk.run(), id: 'moved', order: 2, state: 'stopped' };
  desk.store.remove(desk.run().id);
  desk.store.add({ ...moved, worker: { ...worker, address: `http://192.0.2.1:${worker?.port}` } as Run['worker'] });
  await desk.commands['run/retry']({ id: 'moved' });
  await desk.until((run) => run.state === 'running');
  expect(posts('worker_spawn')).toBe(2);
  expect(desk.run().worker?.port).not.toBe(worker?.port);
  expect(hive.workers.map(({ alive }) => alive)).toEqual([true, true]);
});

describe('a worker that is slow', { timeout: 20_000 }, () => {
  /** The hive gives up on a worker that hangs. */
  const giveUp = async (options: HiveOptions = {}) => {
    await open({ models: [model], spawnTimeoutMs: 500, faults: paused('started'), ...options });
    await start();
    await hive.until(({ paused }) => paused());
    signal('SIGSTOP');
    hive.release();
    await desk.until((run) => run.steps[3]?.job?.state === 'ended');
  };
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const { pid } of hive.workers) process.kill(pid, name);
  };
  const alive = () => hive.workers.filter((worker) => worker.alive).length;
  const retry = () => desk.commands['run/retry']({ id: desk.run().id });

  it('runs when it answers, though its hive gave up on it', async () => {
    await giveUp();
    signal('SIGCONT');
    desk.hurry();
    await desk.until((run) => run.state === 'running');
    expect(desk.run().notes).toEqual(['already-there']);
  });

  it.each([true, false])('is what Retry takes, once it answers (telemetry: %s)', async (telemetry) => {
    await giveUp({ telemetry });
    desk.later(151_000);
    await desk.until((run) => run.state === 'failed');
    signal('SIGCONT');
    await answering();
    await retry();
    await desk.until((run) => run.state === 'running');
    expect([posts('worker_spawn'), alive()]).toEqual([1, 1]);
  });

  it('and hangs still is stopped before Retry starts another', async () => {
    await giveUp();
    desk.later(151_000);
    await desk.until((run) => run.state === 'failed');
    await retry();
    await desk.until((run) => run.state === 'running');
    expect([posts('worker_spawn'), alive()]).toEqual([2, 1]);
  });
});

describe('a cancel', () => {
  it('while the file is looked for sends nothing to the hive', async () => {
    await open();
    hub.setFaults([{ path: '/api/', hang: true }]);
    await start();
    await desk.until((run) => run.state === 'resolving');
    await cancel();
    await desk.until(isOver);
    expect(desk.run().state).toBe('cancelled');
    expect(hive.calls()).toEqual([]);
  });

  it('in the queue sends nothing to the hive, and frees the place', async () => {
    await open({ faults: paused('hf_download_file') });
    await start();
    await said('hf_download_file');
    await start(`hf:${otherModel}`);
    await desk.until((run) => run.model === otherModel && run.state === 'queued');
    await cancel();
    await desk.until((run) => run.model === otherModel && run.state === 'cancelled');
    expect(hive.calls()).toEqual(download);
  });

  it.each(['model_download_start', 'hf_download_file', 'hf_copy_start'])(
    'of a download at %s is one DELETE',
    async (at) => {
      await open({ faults: paused(at) });
      await start();
      await said(at);
      await cancel();
      await desk.until(isOver);
      expect(desk.run()).toMatchObject({ state: 'cancelled' });
      expect(hive.calls()).toEqual([...download, 'DELETE model_download']);
      expect(hive.jobs[0]?.state).toBe('cancelled');
    },
  );

  it('of a spawn before its process was told says that one may remain: an empty telemetry proves nothing', async () => {
    await open({ models: [model], faults: paused('worker_spawn_start') });
    await start();
    await said('worker_spawn_start');
    await cancel();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'cancelled', notes: ['already-there', 'process-may-remain'] });
    expect(hive.workers).toEqual([]);
  });

  it('of a spawn after its pid was told stops that process too', async () => {
    await open({ models: [model], faults: paused('health_check') });
    await start();
    await desk.until((run) => run.worker?.pid);
    await cancel();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'cancelled', notes: ['already-there'] });
    await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
    expect(hive.calls()).toContain('POST worker_process_delete');
  });

  it('that comes too late says that the hive finished first', async () => {
    await open({ faults: [...paused('hf_download_file'), ...hiveFaults.cancelTooLate] });
    await start();
    await said('hf_download_file');
    await cancel();
    hive.release();
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'cancelled', notes: ['finished-first'] });
    expect(hive.models().map(({ id }) => id)).toEqual([model]);
  });

  it('while the network is away is remembered, and sent once it is back', async () => {
    await open({ faults: paused('hf_download_file') });
    await start();
    await said('hf_download_file');
    await hive.unplug();
    await desk.until((run) => run.steps[1]?.job?.state === 'lost');
    await cancel();
    await desk.until((run) => run.cancel && run.steps[1]?.job?.nextCheckAt);
    expect(desk.run().state).toBe('cancelling');
    await hive.plug();
    desk.hurry();
    await desk.until(isOver);
    expect(desk.run().state).toBe('cancelled');
    expect(hive.calls().at(-1)).toBe('DELETE model_download');
  });
});

describe('a lost stream', () => {
  it.each([0, 1, 2, 3, 5, 8])(
    'of a download, cut after %i events, ends in what the hive has',
    async (cutAfterEvents) => {
      await open({ faults: [{ on: 'stream', operation: 'model_download', stream: { cutAfterEvents } }] });
      await start();
      desk.hurry();
      await desk.until(isOver);
      expect(desk.run()).toMatchObject({ state: 'running', notes: expect.arrayContaining(['found-after-loss']) });
      expect(posts('model_download')).toBe(1);
      expect(hive.calls().filter((call) => call === 'GET model_download')).toHaveLength(1);
    },
  );

  it.each([0, 3, 4, 12, 15])(
    'of a spawn, cut after %i events, ends in the worker that is there',
    async (cutAfterEvents) => {
      await open({
        models: [model],
        faults: [{ on: 'stream', operation: 'worker_spawn', stream: { cutAfterEvents } }],
      });
      await start();
      await desk.until((run) => run.state === 'running');
      expect(desk.run().worker).toMatchObject({ port: hive.workers[0]?.port });
      expect(posts('worker_spawn')).toBe(1);
    },
  );

  it('and a list nobody can read end in what the hive has', async () => {
    const garbled: Fault = { on: 'stream', operation: 'model_list', times: 2, stream: { contentType: 'text/html' } };
    await open({ faults: [{ on: 'stream', operation: 'model_download', stream: { cutAfterEvents: 3 } }, garbled] });
    await start();
    desk.hurry();
    await desk.until(isOver);
    expect(desk.run().state).toBe('running');
    expect(posts('model_download')).toBe(1);
  });
});

describe('a hive that restarts', () => {
  it('with the model goes on where the run was', async () => {
    await open({ faults: paused('hf_download_file') });
    await start();
    await said('hf_download_file');
    await hive.kill();
    await desk.until((run) => isDown(run));
    await hive.restart({ add: [model] });
    desk.hurry();
    await desk.until((run) => run.state === 'running');
    expect(posts('model_download')).toBe(1);
  });

  it('without the model gets the download once more, and the run says so', async () => {
    await open({ faults: paused('hf_download_file') });
    await start();
    await said('hf_download_file');
    await hive.kill();
    await desk.until((run) => isDown(run));
    await hive.restart();
    desk.hurry();
    await desk.until((run) => run.state === 'running');
    expect(posts('model_download')).toBe(2);
    expect(desk.run().notes).toContain('sent-again');
  });

  it('never gets a spawn twice', async () => {
    await open({ models: [model], faults: paused('worker_spawn_start') });
    await start();
    await said('worker_spawn_start');
    await hive.restart();
    await desk.until((run) => run.steps[3]?.job?.state === 'lost');
    desk.later(151_000);
    await desk.until(isOver);
    expect(desk.run()).toMatchObject({ state: 'failed', failure: { code: 'spawn-unproven' } });
    expect(posts('worker_spawn')).toBe(1);
  });
});

describe('a POST without an answer', () => {
  it.each(['submitLost', 'submitRefused'] as const)(
    '(%s) makes the run wait and try again, and its job runs once',
    async (fault) => {
      await open({ models: [model] });
      hive.setFaults(hiveFaults[fault]);
      await start();
      await desk.until((run) => run.state === 'offline');
      await desk.runner.lookForHives(new AbortController().signal);
      await desk.until((run) => run.state === 'running');
      expect(hive.jobs.filter(({ operation, openedAt }) => operation === 'model_download' && openedAt)).toHaveLength(1);
    },
  );
});

describe('a service worker that dies', () => {
  const succeed = async (point: string) => {
    await start();
    await said(point);
    await desk.store.flush();
    const { area } = desk;
    desk.die();
    desk = await openDesk({ hive: hive.url, hub: hub.url, area });
    hive.release();
  };

  it.each(['model_download_start', 'hf_download_file', 'hf_copy_start'])(
    'during a download, at %s, leaves the next one what it needs, and nothing is sent twice',
    async (point) => {
      await open({ faults: paused(point) });
      await succeed(point);
      desk.hurry();
      await desk.until((run) => run.steps[1]?.state === 'done');
      await desk.until((run) => run.state === 'running');
      expect(posts('model_download')).toBe(1);
      expect(posts('worker_spawn')).toBe(1);
    },
  );

  it.each(['worker_spawn_start', 'worker_spawn_port', 'health_check'])(
    'during a spawn, at %s, leaves the next one what it needs, and nothing is sent twice',
    async (point) => {
      await open({ models: [model], faults: paused(point) });
      await succeed(point);
      await desk.until((run) => run.state === 'running');
      expect(posts('worker_spawn')).toBe(1);
    },
  );
});
