import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runKey } from '../../../lib/runs/keys.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { hiveFaults } from '../../hive/faults.ts';
import { type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { listen } from '../../net/listener.ts';
import { memoryArea } from '../runs/area.ts';
import { hive, hives, hub, open, posts, restartService, service } from '../runs/hives.ts';
import { at, t0 } from '../runs/samples.ts';

const subject = 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const model = subject.slice('hf:'.length);

const killWorkers = async () => {
  for (const { pid } of hive.workers) process.kill(pid, 'SIGKILL');
  await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
};

describe('run/start', () => {
  it('is persisted before the reply', async () => {
    await open();
    const run = await service.handlers['run/start']({ subject });
    expect(service.area.items.has(runKey(run.id))).toBe(true);
  });

  it('rejects a CivitAI model as unsupported', async () => {
    await open();
    await expect(service.handlers['run/start']({ subject: 'civitai:4384' })).rejects.toMatchObject({
      code: 'unsupported-source',
    });
    expect(service.store.all()).toEqual([]);
  });

  it.each(['', 'hf:', 'hf:../../etc', 'nonsense', 'worker:../x', 'hf:org/name:../../x'])(
    'rejects %j and creates no run',
    async (text) => {
      await open();
      await expect((async () => service.handlers['run/start']({ subject: text }))()).rejects.toMatchObject({
        code: 'message-rejected',
      });
      expect(service.store.all()).toEqual([]);
      expect(hive.requests).toEqual([]);
    },
  );

  it('rejects a hive that is not configured and does not contact it', async () => {
    await open();
    const start = async () => service.handlers['run/start']({ subject, hive: 'http://127.0.0.1:1' });
    await expect(start()).rejects.toMatchObject({ code: 'message-rejected' });
    expect(service.store.all()).toEqual([]);
  });

  it('without a file finds the run of that model with any file', async () => {
    await open({ faults: [{ after: 'hf_download_file', pause: true, times: 1 }] });
    const first = await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'downloading');
    const second = await service.handlers['run/start']({ subject: subject.slice(0, subject.lastIndexOf(':')) });
    expect(second.id).toBe(first.id);
  });

  it('stores the model’s path on the hive, which a manual start needs', async () => {
    await open();
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    expect(service.run().path).toBe(hive.models()[0]?.path);
  });
});

describe('the worker that run/start installs or starts', () => {
  const posted = (operation: string) =>
    hive.jobs.filter((job) => job.operation === operation).map(({ payload }) => payload);

  it('has the requested backend instead of that of the options, also after the service worker was terminated', async () => {
    await open({ machine: 'gpu24', models: [model] });
    await service.handlers['run/start']({ subject, backend: 'cuda' });
    await restartService();
    await service.until((run) => run.state === 'running');
    expect(posted('worker_spawn')).toMatchObject([{ worker: 'cuda', device: 0 }]);
  });

  it.each([
    ['worker:llm-worker-rbee', undefined, 'llm-worker-rbee-cpu'],
    ['worker:llm-worker-rbee', 'cuda', 'llm-worker-rbee-cuda'],
    ['worker:llm-worker-rbee-cuda', undefined, 'llm-worker-rbee-cuda'],
  ] as const)('on the page %s, with the requested backend %s, is %s', async (page, backend, id) => {
    await open({ machine: 'gpu24', installed: [] });
    const run = await service.handlers['run/start']({ subject: page, backend });
    await service.until((run) => run.state === 'installed');
    expect(posted('worker_install')).toMatchObject([{ worker_id: id }]);
    expect(service.store.get(run.id)?.subject).toBe(page);
  });

  it.each([
    ['laptop', 'llm-worker-rbee-cpu'],
    ['gpu24', 'llm-worker-rbee-cuda'],
  ] as const)('on a machine like %s, without a requested backend, is %s', async (machine, id) => {
    await open({ machine, installed: [] }, { settings: { backend: 'auto' } });
    await service.handlers['run/start']({ subject: 'worker:llm-worker-rbee' });
    await service.until((run) => run.state === 'installed');
    expect(posted('worker_install')).toMatchObject([{ worker_id: id }]);
  });

  it('has a run of its own if another backend was installed before', async () => {
    await open({ machine: 'gpu24', installed: [] });
    const first = await service.handlers['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cpu' });
    await service.until((run) => run.state === 'installed');
    const again = await service.handlers['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cpu' });
    expect(again.id).toBe(first.id);
    const other = await service.handlers['run/start']({ subject: 'worker:llm-worker-rbee', backend: 'cuda' });
    expect(other.id).not.toBe(first.id);
  });

  it('is asked about before a start without a model, even if its installation failed for a model before', async () => {
    await open({ installed: [] });
    const hiveFailure = { code: 'worker-install', step: 'install', backend: 'cpu', text: '', installed: [] } as const;
    service.store.add({
      ...at('running'),
      hive: hive.url,
      hiveFailure: { ...hiveFailure, installed: [], at: service.now() },
    });
    await service.handlers['run/start']({ subject: 'worker:llm-worker-rbee', withoutModel: true });
    await service.until((run) => run.subject.startsWith('worker:') && run.choice === 'install');
  });

  it('is built again if it was removed from the hive meanwhile', async () => {
    await open({ installed: [] });
    const request = { subject: 'worker:llm-worker-rbee', backend: 'cpu' } as const;
    const first = await service.handlers['run/start'](request);
    await service.until((run) => run.state === 'installed');
    rmSync(join(hive.dataDir, '.cache/rbee/workers'), { recursive: true });
    const again = await service.handlers['run/start'](request);
    await service.until((run) => run.attempt === 2 && run.state === 'installed');
    expect(again.id).toBe(first.id);
    expect(posts('worker_install')).toBe(2);
    expect(hive.installed()).toHaveLength(1);
  });

  it('has the requested backend when the click retries a failed run', async () => {
    await open({ machine: 'gpu24', models: [model], spawn: 'noPorts' });
    const first = await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'failed');
    hive.set({ spawn: 'works' });
    const run = await service.handlers['run/start']({ subject, backend: 'cuda' });
    expect(run.id).toBe(first.id);
    await service.until((run) => run.state === 'running');
    expect(service.run()).toMatchObject({ attempt: 2, device: { backend: 'cuda', index: 0 } });
  });
});

it('run/agree installs the worker at once, although the worker of a manual start is polled for', async () => {
  await open({ models: [model], installed: [] });
  const { id } = await service.handlers['run/start']({ subject });
  // The next poll is half a minute away.
  await service.until((run) => (run.manual?.nextPollAt ?? 0) > service.now() + 20_000);
  await service.handlers['run/agree']({ id });
  await service.until((run) => run.state === 'running', 15_000);
  expect(posts('worker_install')).toBe(1);
});

describe('run/start of a worker without a model', () => {
  const page = 'worker:llm-worker-rbee';

  it('starts an installed worker and verifies it', async () => {
    await open();
    await service.handlers['run/start']({ subject: page, withoutModel: true });
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

  it('asks the user before the worker is built, and starts it afterwards', async () => {
    await open({ installed: [] });
    const run = await service.handlers['run/start']({ subject: page, withoutModel: true });
    await service.until((run) => run.state === 'choose');
    expect(service.run().choice).toBe('install');
    expect(posts('worker_install')).toBe(0);
    await service.handlers['run/agree']({ id: run.id });
    await service.until((run) => run.state === 'running');
    expect(posts('worker_install')).toBe(1);
  });

  it('starts another run than that of the installation', async () => {
    await open();
    const install = await service.handlers['run/start']({ subject: page });
    await service.until((run) => run.state === 'installed');
    const bare = await service.handlers['run/start']({ subject: page, withoutModel: true });
    expect(bare.id).not.toBe(install.id);
    const again = await service.handlers['run/start']({ subject: page, withoutModel: true });
    expect(again.id).toBe(bare.id);
    await service.until((run) => run.state === 'running');
  });

  it('fails with the hive’s error if the hive does not find the binary', async () => {
    await open({ spawn: 'binaryMissing' });
    await service.handlers['run/start']({ subject: page, withoutModel: true });
    await service.until((run) => run.state === 'failed');
    expect(service.run().failure).toMatchObject({ code: 'spawn-binary', step: 'spawn' });
  });

  it('is rejected for a model', async () => {
    await open();
    await expect((async () => service.handlers['run/start']({ subject, withoutModel: true }))()).rejects.toMatchObject({
      code: 'message-rejected',
    });
    expect(service.store.all()).toEqual([]);
  });
});

describe('run/start with several hives', () => {
  const openTwo = (...options: [HiveOptions, HiveOptions]) => open(options, { settings: { backend: 'auto' } });
  const [laptop, gpu] = [
    { models: [model], machine: 'laptop' },
    { models: [model], machine: 'gpu24' },
  ] as const;
  const second = () => hives[1] as StandIn;

  it('is persisted before hives are contacted, and the next service worker uses the best fit', async () => {
    await openTwo(laptop, gpu);
    const run = await service.handlers['run/start']({ subject });
    expect(service.store.get(run.id)).toMatchObject({ hive: hive.url, bestFit: true });
    await restartService();
    await service.until((run) => run.state === 'running');
    expect(service.run()).toMatchObject({ hive: second().url, device: { backend: 'cuda', index: 0 } });
    expect(service.run().bestFit, 'the hive stays the same from now on').toBeUndefined();
    expect(hive.calls()).toEqual([]);
  });

  it('starts one run for simultaneous clicks', async () => {
    await openTwo(laptop, gpu);
    const runs = await Promise.all([1, 2, 3].map(() => service.handlers['run/start']({ subject })));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    await service.until((run) => run.state === 'running');
  });

  it('uses the hive that responds', async () => {
    await openTwo(laptop, gpu);
    await second().disconnect();
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(hive.url);
  });

  it('waits while no hive responds, and uses the first one that does', async () => {
    await openTwo(laptop, laptop);
    await Promise.all([hive.disconnect(), second().disconnect()]);
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    await second().connect();
    await service.handlers['hive/status']({});
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(second().url);
  });

  it('uses the hive in the request, the default hive, or the best fit if the request asks for it', async () => {
    await openTwo(laptop, gpu);
    const named = await service.handlers['run/start']({ subject, hive: hive.url });
    expect(service.store.get(named.id)?.bestFit).toBeUndefined();
    await service.until((run) => run.state === 'running');
    expect(service.run().hive).toBe(hive.url);
    await service.handlers['hive/set-default']({ url: hive.url });
    const smol = 'hf:HuggingFaceTB/SmolLM2-135M-Instruct-GGUF';
    await service.handlers['run/start']({ subject: smol });
    await service.until((run) => run.subject === smol && run.state === 'running');
    expect(service.run().hive).toBe(hive.url);
    const qwen = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';
    await service.handlers['run/start']({ subject: qwen, hive: 'best-fit' });
    await service.until((run) => run.subject === qwen && run.state === 'running');
    expect(service.run().hive).toBe(second().url);
  });

  it('installs a worker on a hive that responds', async () => {
    await openTwo({ installed: [] }, { installed: [] });
    await hive.disconnect();
    await service.handlers['run/start']({ subject: 'worker:llm-worker-rbee' });
    await service.until((run) => run.state === 'installed');
    expect(service.run().hive).toBe(second().url);
  });
});

describe('a retry', () => {
  const over = { ...at('downloading', { type: 'failed', code: 'disk', text: '' }), subject };

  it.each(['run/start', 'run/retry'] as const)(
    '(%s) uses a configured hive if the old one was removed',
    async (type) => {
      const old = await startHive({ kind: 'better', hub: hub.url, models: [model] });
      const area = memoryArea({ [runKey('old')]: { ...over, id: 'old', hive: old.url } });
      await open({ models: [model] }, { area });
      await service.handlers[type]({ id: 'old', subject } as never);
      await service.until((run) => run.state === 'running');
      expect(service.run()).toMatchObject({ id: 'old', hive: hive.url });
      expect(old.requests).toEqual([]);
      await old.stop();
    },
  );

  it('moves the run to the end of the queue', async () => {
    const area = memoryArea({ [runKey('old')]: { ...over, id: 'old', hive: 'http://127.0.0.1:9' } });
    await open({ models: [model] }, { area });
    const other = await service.handlers['run/start']({ subject: 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF' });
    const again = await service.handlers['run/retry']({ id: 'old' });
    const orderOf = ({ id }: { id: string }) => service.store.get(id)?.order ?? 0;
    expect(orderOf(again)).toBeGreaterThan(orderOf(other));
  });
});

describe('a running worker', () => {
  it('is verified when a view requests it, and shown as stopped if it does not respond', async () => {
    await open({ models: [model] });
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    const proven = service.run().worker?.provenAt ?? 0;
    service.advance(6_000);
    await service.handlers['run/sync']({});
    await service.until((run) => (run.worker?.provenAt ?? 0) > proven);
    await killWorkers();
    service.advance(6_000);
    await service.handlers['run/sync']({});
    await service.until((run) => run.state === 'stopped');
  });

  it('is verified after the clock was set back', async () => {
    await open({ models: [model] });
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    await killWorkers();
    service.advance(-3_600_000);
    await service.handlers['run/sync']({});
    expect(service.run().state).toBe('stopped');
  });

  it('on another machine is shown as stopped only if its hive responds and does not list it', async () => {
    await open({ models: [model] }, { host: '0.0.0.0' });
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    await killWorkers();
    await hive.disconnect();
    service.advance(6_000);
    await service.handlers['run/sync']({});
    expect(service.run().state).toBe('running');
    await hive.connect();
    await service.handlers['run/sync']({});
    await service.until((run) => run.state === 'stopped');
  });

  it('on another machine is not shown as stopped because of a captive portal', async () => {
    await open({ models: [model] }, { host: '0.0.0.0' });
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    const portal = await listen(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in'),
    );
    onTestFinished(() => portal.close());
    await hive.disconnect();
    const { worker } = service.run();
    const run = {
      ...service.run(),
      id: 'behind',
      worker: { ...worker, port: portal.port, address: `http://0.0.0.0:${portal.port}` },
    };
    service.store.add(run as Run);
    service.advance(6_000);
    await service.handlers['run/sync']({});
    expect(service.store.get('behind')?.state).toBe('running');
    await hive.connect();
    await service.handlers['run/sync']({});
    expect(service.store.get('behind')?.state).toBe('stopped');
  });

  it('is checked at most 5 times for 100 requests of one page', async () => {
    await open();
    const address = 'http://127.0.0.1:9';
    service.store.add({ ...at('running'), hive: hive.url, worker: { address, port: 9 } });
    const sent = vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}));
    const request = { subjects: [service.run().subject] };
    await Promise.all(Array.from({ length: 100 }, () => service.handlers['page/show'](request, 1)));
    await new Promise((resolve) => setImmediate(resolve));
    const probes = sent.mock.calls.filter(([url]) => url === `${address}/health`);
    sent.mockRestore();
    expect(probes).toHaveLength(5);
  });

  it('is stopped on request by the pid that its hive lists', async () => {
    await open({ models: [model] });
    const run = await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    await service.handlers['run/stop']({ id: run.id });
    expect(service.run().state).toBe('stopped');
    await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
  });

  it('is not stopped for a run with another model, whose worker was on the same port', async () => {
    await open({ models: [model] });
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'running');
    const { path: _, ...run } = service.run();
    service.store.add({ ...run, id: 'other', model: 'org/other:f.gguf' });
    await expect(async () => service.handlers['run/stop']({ id: 'other' })).rejects.toMatchObject({
      code: 'not-stopped',
    });
    expect(hive.workers.every(({ alive }) => alive)).toBe(true);
  });
});

describe('a view', () => {
  it('receives an error for each request for a removed run', async () => {
    await open();
    for (const type of [
      'run/retry',
      'run/cancel',
      'run/check',
      'run/resubmit',
      'run/try-hive',
      'run/agree',
      'run/stop',
      'run/dismiss',
    ] as const) {
      await expect((async () => service.handlers[type]({ id: 'removed' }))()).rejects.toMatchObject({
        code: 'message-rejected',
      });
    }
  });

  it('can dismiss ended runs with their logs, but no other runs', async () => {
    const over = at('downloading', { type: 'failed', code: 'disk', text: '' });
    const area = memoryArea({
      [runKey('over')]: { ...over, id: 'over' },
      'log:over': [{ at: t0, action: 'x', message: 'y' }],
      [runKey('runs')]: { ...at('running'), id: 'runs' },
      [runKey('waits')]: { ...at('resolving', { type: 'choice-needed', reason: 'no-fit' }), id: 'waits' },
    });
    await open({}, { area });
    service.store.add({ ...at('downloading'), id: 'lost', hive: 'http://127.0.0.1:9' });
    await service.handlers['run/dismiss']({ id: 'over' });
    await service.handlers['run/cancel']({ id: 'lost' });
    expect(service.store.get('lost')?.state).toBe('cancelling');
    for (const id of ['waits', 'runs', 'lost']) {
      await expect((async () => service.handlers['run/dismiss']({ id }))()).rejects.toMatchObject({
        code: 'message-rejected',
      });
    }
    expect(service.store.all().map(({ id }) => id)).toEqual(['runs', 'waits', 'lost']);
    expect(area.items.has('log:over')).toBe(false);
  });

  it('marks failures as seen', async () => {
    const over = at('downloading', { type: 'failed', code: 'disk', text: '' });
    await open({}, { area: memoryArea({ [runKey('over')]: { ...over, id: 'over' } }) });
    await service.handlers['run/seen']({ ids: ['over', 'removed'] });
    expect(service.store.get('over')?.seen).toBe(true);
  });

  it('is notified of no state change while the hive of a waiting run stays offline', async () => {
    await open({ models: [model] });
    await service.handlers['hive/status']({});
    await hive.disconnect();
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    const before = service.states.length;
    for (let i = 0; i < 3; i += 1) {
      await service.handlers['run/sync']({});
      await service.runner.lookForHives(new AbortController().signal);
    }
    expect(service.states.slice(before)).toEqual([]);
  });

  it('is notified that a run failed if another program responds instead of its hive', async () => {
    await open({ models: [model] });
    await hive.disconnect();
    await service.handlers['run/start']({ subject });
    await service.until((run) => run.state === 'offline');
    hive.setFaults(hiveFaults.otherProgram);
    await hive.connect();
    await service.handlers['run/check']({ id: service.run().id });
    expect(service.run()).toMatchObject({ state: 'failed', failure: { code: 'not-a-hive' } });
  });
});
