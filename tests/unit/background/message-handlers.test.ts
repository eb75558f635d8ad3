import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runKey } from '../../../lib/runs/keys.ts';
import { hiveFaults } from '../../hive/faults.ts';
import { type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { memoryArea } from '../runs/area.ts';
import { at, t0 } from '../runs/samples.ts';
import { openTestService, type TestService } from '../runs/test-service.ts';

const subject = 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const model = subject.slice('hf:'.length);

let hub: Hub;
let hive: StandIn;
let service: TestService;

async function open(options: HiveOptions = {}, area = memoryArea(), host = '127.0.0.1'): Promise<void> {
  hive = await startHive({ kind: 'better', hub: hub.url, progressMs: 20, heartbeatMs: 20, ...options });
  service = await openTestService({ hive: hive.url.replace('127.0.0.1', host), hub: hub.url, area });
}
beforeEach(async () => {
  hub = await startHub({ maxBytesSent: 65_536 });
});
afterEach(async () => {
  service.terminate();
  await Promise.all([hive.stop(), hub.stop()]);
});

const killWorkers = async () => {
  for (const { pid } of hive.workers) process.kill(pid, 'SIGKILL');
  await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
};
const posts = (operation: string) => hive.calls().filter((call) => call === `POST ${operation}`).length;

describe('a click', () => {
  it('is stored when it is answered', async () => {
    await open();
    const { run } = await service.commands['run/start']({ subject });
    expect(service.area.items.has(runKey(run.id))).toBe(true);
  });

  it.each(['civitai:4384'])('on %s is told that no hive has that source, and leaves nothing', async (text) => {
    await open();
    await expect(service.commands['run/start']({ subject: text })).rejects.toMatchObject({
      code: 'unsupported-source',
    });
    expect(service.store.all()).toEqual([]);
  });

  it.each(['', 'hf:', 'hf:../../etc', 'nonsense', 'worker:../x', 'hf:org/name:../../x'])(
    'on %j is refused, and leaves nothing',
    async (text) => {
      await open();
      await expect((async () => service.commands['run/start']({ subject: text }))()).rejects.toMatchObject({
        code: 'message-rejected',
      });
      expect(service.store.all()).toEqual([]);
      expect(hive.requests).toEqual([]);
    },
  );

  it('to a hive that nobody named is refused, and that hive hears nothing', async () => {
    await open();
    const start = async () => service.commands['run/start']({ subject, hive: 'http://127.0.0.1:1' });
    await expect(start()).rejects.toMatchObject({ code: 'message-rejected' });
    expect(service.store.all()).toEqual([]);
  });

  it('without a file is the run of that model, whatever file it has', async () => {
    await open({ faults: [{ after: 'hf_download_file', pause: true, times: 1 }] });
    const first = await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'downloading');
    const second = await service.commands['run/start']({ subject: subject.slice(0, subject.lastIndexOf(':')) });
    expect(second.run.id).toBe(first.run.id);
  });

  it('keeps where the hive has the model, for whoever starts a worker by hand', async () => {
    await open();
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    expect(service.run().path).toBe(hive.models()[0]?.path);
  });

  it('on a run that failed is its next attempt', async () => {
    await open({ models: [model], spawn: 'noPorts' });
    const first = await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'failed');
    hive.set({ spawn: 'works' });
    const { run } = await service.commands['run/start']({ subject });
    expect(run).toMatchObject({ id: first.run.id, attempt: 2 });
    await service.until((run) => run.state === 'running');
  });
});

describe('a click that names the worker to run on', () => {
  const posted = (operation: string) =>
    hive.jobs.filter((job) => job.operation === operation).map(({ payload }) => payload);

  it('runs the model on that one, whatever the options say', async () => {
    await open({ machine: 'gpu24', models: [model] });
    await service.commands['run/start']({ subject, backend: 'cuda' });
    await service.until((run) => run.state === 'running');
    expect(posted('worker_spawn')).toMatchObject([{ worker: 'cuda', device: 0 }]);
  });

  it('is known to the next service worker', async () => {
    await open({ machine: 'gpu24', models: [model] });
    await service.commands['run/start']({ subject, backend: 'cuda' });
    service.terminate();
    service = await openTestService({ hive: hive.url, hub: hub.url, area: service.area });
    await service.until((run) => run.state === 'running');
    expect(posted('worker_spawn')).toMatchObject([{ worker: 'cuda' }]);
  });

  it.each([
    ['worker:llm-worker-rbee', undefined, 'llm-worker-rbee-cpu'],
    ['worker:llm-worker-rbee', 'cuda', 'llm-worker-rbee-cuda'],
    ['worker:llm-worker-rbee-cuda', undefined, 'llm-worker-rbee-cuda'],
  ] as const)('installs of %s with %s: %s', async (page, worker, id) => {
    await open({ machine: 'gpu24', installed: [] });
    const { run } = await service.commands['run/start']({ subject: page, backend: worker });
    await service.until((run) => run.state === 'installed');
    expect(posted('worker_install')).toMatchObject([{ worker_id: id }]);
    expect(service.store.get(run.id)?.subject).toBe(page);
  });

  it.each([
    ['laptop', 'llm-worker-rbee-cpu'],
    ['gpu24', 'llm-worker-rbee-cuda'],
  ] as const)('or none installs what the devices of a %s ask for', async (machine, id) => {
    hive = await startHive({ kind: 'better', hub: hub.url, progressMs: 20, heartbeatMs: 20, machine, installed: [] });
    service = await openTestService({ hive: hive.url, hub: hub.url, settings: { backend: 'auto' } });
    await service.commands['run/start']({ subject: 'worker:llm-worker-rbee' });
    await service.until((run) => run.state === 'installed');
    expect(posted('worker_install')).toMatchObject([{ worker_id: id }]);
  });

  it('is a run of its own where that worker is not what was installed before', async () => {
    await open({ machine: 'gpu24', installed: [] });
    const first = await service.commands['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cpu' });
    await service.until((run) => run.state === 'installed');
    const again = await service.commands['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cpu' });
    expect(again.run.id).toBe(first.run.id);
    const other = await service.commands['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cuda' });
    expect(other.run.id).not.toBe(first.run.id);
  });

  it('where it was installed and has gone since installs it again', async () => {
    await open({ machine: 'gpu24', installed: [] });
    const first = await service.commands['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cpu' });
    await service.until((run) => run.state === 'installed');
    const body = { operation: 'worker_remove', hive_id: 'localhost', worker_id: hive.installed()[0]?.id };
    const removal = await fetch(`${hive.url}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { job_id: job } = (await removal.json()) as { job_id: string };
    await (await fetch(`${hive.url}/v1/jobs/${job}/stream`)).text();
    expect(hive.installed()).toEqual([]);
    const again = await service.commands['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cpu' });
    expect(again.run).toMatchObject({ id: first.run.id, attempt: 2 });
    await service.until((run) => run.state === 'installed');
    expect(posted('worker_install')).toHaveLength(2);
  });

  it('on a model that failed is its next attempt, with that worker', async () => {
    await open({ machine: 'gpu24', models: [model], spawn: 'noPorts' });
    const first = await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'failed');
    hive.set({ spawn: 'works' });
    const { run } = await service.commands['run/start']({ subject, backend: 'cuda' });
    expect(run.id).toBe(first.run.id);
    await service.until((run) => run.state === 'running');
    expect(service.run().device).toEqual({ backend: 'cuda', index: 0 });
  });
});

describe('a worker without a model', () => {
  const page = 'worker:llm-worker-rbee';

  it('is started where it is installed, as rbee does it, and proven like any other', async () => {
    await open();
    await service.commands['run/start']({ subject: page, bare: true });
    await service.until((run) => run.state === 'running');
    expect(service.run().steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['install skipped', 'spawn done']);
    expect(hive.jobs.at(-1)?.payload).toMatchObject({
      operation: 'worker_spawn',
      model: '',
      worker: 'cpu',
      device: 0,
    });
    expect(service.run().worker?.port).toBe(hive.workers[0]?.port);
  });

  it('is asked about before anything is built, and started once it is', async () => {
    await open({ installed: [] });
    const { run } = await service.commands['run/start']({ subject: page, bare: true });
    await service.until((run) => run.state === 'choose');
    expect(service.run().choice).toBe('install');
    expect(posts('worker_install')).toBe(0);
    await service.commands['run/agree']({ id: run.id });
    await service.until((run) => run.state === 'running');
    expect(posts('worker_install')).toBe(1);
  });

  it('is another run than the one that installed it', async () => {
    await open();
    const install = await service.commands['run/start']({ subject: page });
    await service.until((run) => run.state === 'installed');
    const bare = await service.commands['run/start']({ subject: page, bare: true });
    expect(bare.run.id).not.toBe(install.run.id);
    const again = await service.commands['run/start']({ subject: page, bare: true });
    expect(again.run.id).toBe(bare.run.id);
    await service.until((run) => run.state === 'running');
  });

  it('that today’s hive does not find ends in that hive’s own words', async () => {
    await open({ spawn: 'real' });
    await service.commands['run/start']({ subject: page, bare: true });
    await service.until((run) => run.state === 'failed');
    expect(service.run().failure).toMatchObject({ code: 'spawn-binary', step: 'spawn' });
  });

  it('is nothing that a model could be', async () => {
    await open();
    await expect((async () => service.commands['run/start']({ subject, bare: true }))()).rejects.toMatchObject({
      code: 'message-rejected',
    });
    expect(service.store.all()).toEqual([]);
  });
});

describe('a click where several hives are named', () => {
  let other: StandIn;

  async function openTwo(one: HiveOptions, two: HiveOptions, settings = {}): Promise<void> {
    [hive, other] = (await Promise.all(
      [one, two].map((options) =>
        startHive({ kind: 'better', hub: hub.url, progressMs: 20, heartbeatMs: 20, ...options }),
      ),
    )) as [StandIn, StandIn];
    onTestFinished(() => other.stop());
    service = await openTestService({
      hive: hive.url,
      others: [other.url],
      hub: hub.url,
      settings: { backend: 'auto', ...settings },
    });
  }
  const there = { models: [model] };

  it('is stored before any of them is asked, and goes to the one that the model fits best', async () => {
    await openTwo({ ...there, machine: 'laptop' }, { ...there, machine: 'gpu24' });
    const { run } = await service.commands['run/start']({ subject });
    expect(run).toMatchObject({ hive: hive.url, anyHive: true });
    await service.until((run) => run.state === 'running');
    expect(service.run()).toMatchObject({ hive: other.url, device: { backend: 'cuda', index: 0 } });
    expect(service.run().anyHive, 'from now on it stays there').toBeUndefined();
    expect(hive.calls()).toEqual([]);
  });

  it('is one run, however many arrive together', async () => {
    await openTwo({ ...there, machine: 'laptop' }, { ...there, machine: 'gpu24' });
    const runs = await Promise.all([1, 2, 3].map(() => service.commands['run/start']({ subject })));
    expect(new Set(runs.map(({ run }) => run.id)).size).toBe(1);
    await service.until((run) => run.state === 'running');
  });

  it('goes to the one that answers, and leaves out the other', async () => {
    await openTwo({ ...there, machine: 'laptop' }, { ...there, machine: 'gpu24' });
    await other.unplug();
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(hive.url);
  });

  it('waits while none answers, and starts with the first that does', async () => {
    await openTwo(there, there);
    await Promise.all([hive.unplug(), other.unplug()]);
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    await other.plug();
    await service.commands['hive/status']({});
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(other.url);
  });

  it('goes where it says, and to the first choice, and to the best fit when that is asked for', async () => {
    await openTwo({ ...there, machine: 'laptop' }, { ...there, machine: 'gpu24' });
    const named = await service.commands['run/start']({ subject, hive: hive.url });
    expect(named.run.anyHive).toBeUndefined();
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(hive.url);
    await service.commands['hive/prefer']({ url: hive.url });
    const smol = 'hf:HuggingFaceTB/SmolLM2-135M-Instruct-GGUF';
    expect((await service.commands['run/start']({ subject: smol })).run.hive).toBe(hive.url);
    await service.until((run) => run.subject === smol && run.state === 'running');
    expect(service.run().hive).toBe(hive.url);
    const qwen = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';
    await service.commands['run/start']({ subject: qwen, hive: 'best' });
    await service.until((run) => run.subject === qwen && run.state === 'running');
    expect(service.run().hive).toBe(other.url);
  });

  it('takes up after the service worker died before it was settled', async () => {
    await openTwo({ ...there, machine: 'laptop' }, { ...there, machine: 'gpu24' });
    await service.commands['run/start']({ subject });
    service.terminate();
    service = await openTestService({
      hive: hive.url,
      others: [other.url],
      hub: hub.url,
      area: service.area,
      settings: { backend: 'auto' },
    });
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(other.url);
  });

  it('installs a worker on one that answers', async () => {
    await openTwo({ installed: [] }, { installed: [] });
    await hive.unplug();
    await service.commands['run/start']({ subject: 'worker:llm-worker-rbee' });
    await service.until((run) => run.state === 'installed');
    expect(service.run().hive).toBe(other.url);
  });
});

describe('a new attempt', () => {
  const over = { ...at('downloading', { type: 'failed', code: 'disk', text: '' }), subject };

  it.each(['run/start', 'run/retry'] as const)('(%s) goes to no hive that nobody names any more', async (type) => {
    const old = await startHive({ kind: 'better', hub: hub.url, models: [model] });
    await open({ models: [model] }, memoryArea({ [runKey('old')]: { ...over, id: 'old', hive: old.url } }));
    await service.commands[type]({ id: 'old', subject } as never);
    await service.until((run) => run.state === 'running');
    expect(service.run()).toMatchObject({ id: 'old', hive: hive.url });
    expect(old.requests).toEqual([]);
    await old.stop();
  });

  it('waits behind the clicks that came before it', async () => {
    const area = memoryArea({ [runKey('old')]: { ...over, id: 'old', hive: 'http://127.0.0.1:9' } });
    await open({ models: [model] }, area);
    const other = await service.commands['run/start']({ subject: 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF' });
    const again = await service.commands['run/retry']({ id: 'old' });
    expect(again.run.order).toBeGreaterThan(other.run.order);
  });
});

describe('a worker that is said to run', () => {
  it('is proven again when a view asks, and has stopped where it does not answer', async () => {
    await open({ models: [model] });
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    const proven = service.run().worker?.provenAt ?? 0;
    service.later(6_000);
    await service.commands['run/sync']({});
    await service.until((run) => (run.worker?.provenAt ?? 0) > proven);
    await killWorkers();
    service.later(6_000);
    await service.commands['run/sync']({});
    await service.until((run) => run.state === 'stopped');
  });

  it('is proven again after the clock was set back', async () => {
    await open({ models: [model] });
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    await killWorkers();
    service.later(-3_600_000);
    await service.commands['run/sync']({});
    expect(service.run().state).toBe('stopped');
  });

  it('on another machine has stopped only where that machine can be asked, and does not show it', async () => {
    await open({ models: [model] }, memoryArea(), '0.0.0.0');
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    await killWorkers();
    await hive.unplug();
    service.later(6_000);
    await service.commands['run/sync']({});
    expect(service.run().state).toBe('running');
    await hive.plug();
    await service.commands['run/sync']({});
    await service.until((run) => run.state === 'stopped');
  });

  it('is stopped on request', async () => {
    await open({ models: [model] });
    const { run } = await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    expect((await service.commands['run/stop']({ id: run.id })).run.state).toBe('stopped');
    await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
  });
});

describe('a view', () => {
  it('that asks about a run that is gone is told so, for every kind of request', async () => {
    await open();
    for (const type of [
      'run/retry',
      'run/cancel',
      'run/check',
      'run/again',
      'run/agree',
      'run/stop',
      'run/dismiss',
    ] as const) {
      await expect((async () => service.commands[type]({ id: 'gone' }))()).rejects.toMatchObject({
        code: 'message-rejected',
      });
    }
  });

  it('dismisses what is over, with its log, and nothing that goes on', async () => {
    const over = at('downloading', { type: 'failed', code: 'disk', text: '' });
    const area = memoryArea({
      [runKey('over')]: { ...over, id: 'over' },
      'log:over': [{ at: t0, action: 'x', message: 'y' }],
      [runKey('runs')]: { ...at('running'), id: 'runs' },
      [runKey('waits')]: { ...at('resolving', { type: 'choice-needed', reason: 'no-fit' }), id: 'waits' },
    });
    await open({}, area);
    service.store.add({ ...at('downloading'), id: 'lost', hive: 'http://127.0.0.1:9' });
    await service.commands['run/dismiss']({ id: 'over' });
    await service.commands['run/cancel']({ id: 'lost' });
    expect(service.store.get('lost')?.state).toBe('cancelling');
    for (const id of ['waits', 'runs', 'lost']) {
      await expect((async () => service.commands['run/dismiss']({ id }))()).rejects.toMatchObject({
        code: 'message-rejected',
      });
    }
    expect(service.store.all().map(({ id }) => id)).toEqual(['runs', 'waits', 'lost']);
    expect(area.items.has('log:over')).toBe(false);
  });

  it('that has shown a failure makes the badge forget it', async () => {
    const over = at('downloading', { type: 'failed', code: 'disk', text: '' });
    await open({}, memoryArea({ [runKey('over')]: { ...over, id: 'over' } }));
    await service.commands['run/seen']({ ids: ['over', 'gone'] });
    expect(service.store.get('over')?.seen).toBe(true);
  });

  it('hears of the runs it shows, and of no others', async () => {
    const run = at('running');
    await open(
      {},
      memoryArea({
        [runKey('a')]: { ...run, id: 'a' },
        [runKey('b')]: { ...run, id: 'b', subject: 'hf:org/b', model: 'org/b:f.gguf' },
      }),
    );
    const { runs } = await service.commands['run/sync']({ subjects: ['hf:org/b'] });
    expect(runs.map(({ id }) => id)).toEqual(['b']);
  });

  it('hears which of its models the hive has, and of no others', async () => {
    await open({ models: [model, 'org/b:x.gguf', 'org/b:y.gguf', 'org/bb:z.gguf'] });
    const ask = async (subjects?: string[]) => (await service.commands['run/sync']({ subjects })).there;
    expect((await ask(['hf:org/b', subject])).toSorted()).toEqual([model, 'org/b:x.gguf', 'org/b:y.gguf']);
    expect(await ask(['hf:org/c', 'worker:llm-worker-rbee'])).toEqual([]);
    expect(await ask()).toEqual([]);
    expect(posts('model_list')).toBe(1);
  });

  it('is not kept waiting by a hive that says nothing', async () => {
    await open({ models: [model], faults: [{ on: 'stream', hang: true }] });
    const began = Date.now();
    expect(await service.commands['run/sync']({ subjects: [subject] })).toEqual({ runs: [], there: [] });
    expect(Date.now() - began).toBeLessThan(2_500);
  });

  it('wakes a run that waits for its hive as soon as that is there', async () => {
    await open({ models: [model] });
    await hive.unplug();
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    await hive.plug();
    await service.commands['hive/status']({});
    await service.until((run) => run.state === 'running');
    expect(posts('model_download')).toBe(1);
  });

  it('sees a run wait for its hive that was verified a moment ago, and neither flicker nor knock', async () => {
    await open({ models: [model] });
    await service.commands['hive/status']({});
    await hive.unplug();
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    const seen = service.states.length;
    for (let i = 0; i < 3; i += 1) {
      await service.commands['run/sync']({});
      await service.runner.lookForHives(new AbortController().signal);
    }
    expect(service.states.slice(seen)).toEqual([]);
  });

  it('is told where something else answers in place of the hive a run waits for', async () => {
    await open({ models: [model] });
    await hive.unplug();
    await service.commands['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    hive.setFaults(hiveFaults.somebodysWebServer);
    await hive.plug();
    await service.commands['run/check']({ id: service.run().id });
    expect(service.run()).toMatchObject({ state: 'failed', failure: { code: 'not-a-hive' } });
  });
});
