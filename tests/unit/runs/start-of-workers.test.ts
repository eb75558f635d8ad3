import { describe, expect, it, onTestFinished } from 'vitest';
import { buildWorkerCommand, startWorkerCommand } from '../../../lib/hive-commands/commands.ts';
import type { ManualStart } from '../../../lib/runs/run.ts';
import type { Fault, HiveOptions } from '../../hive/start-hive.ts';
import { findFreePort } from '../../net/free-port.ts';
import { listen } from '../../net/listener.ts';
import { alive, isHealthy, model, otherModel, paused, start } from './clicks.ts';
import { hive, open, posts, service } from './hives.ts';
import { at, jobState } from './samples.ts';

const stateAfterCheck = async () => {
  await service.handlers['run/check']({ id: service.run().id });
  return service.run().state;
};
/** Advances the clock past the deadline of a spawn and past the pauses before the last checks for its worker. */
const passDeadline = async () => {
  service.advance(151_000);
  while (service.run().state === 'starting') {
    const { job } = service.run().steps[3] ?? {};
    await service.until((run) => run.state !== 'starting' || run.steps[3]?.job?.checks !== job?.checks);
    service.advance(5_000);
  }
};

describe('a run whose hive cannot start a worker', () => {
  const waiting = async (): Promise<ManualStart> => {
    await service.until((run) => run.choice === 'start-worker');
    return service.run().manual as ManualStart;
  };
  const today = (options: HiveOptions = {}) => open({ kind: 'today', models: [model], installed: ['cpu'], ...options });

  it('is running if the worker responds although an error was reported', async () => {
    await today();
    await start();
    await service.until((run) => jobState(run) === 'ended');
    service.skipWaits();
    await service.until((run) => run.state === 'running');
    expect(service.run().worker?.port).toBe(hive.workers[0]?.port);
    expect(posts('worker_spawn')).toBe(1);
  });

  it.each(['binaryMissing', 'notInstalled'] as const)('leads to a manual start at once (%s)', async (spawn) => {
    await today({ spawn });
    await start();
    const { installed, port } = await waiting();
    expect(installed).toBe(spawn === 'binaryMissing');
    hive.shell((installed ? startWorkerCommand : buildWorkerCommand)(service.run()) as string);
    await expect.poll(stateAfterCheck).toBe('running');
    expect(service.run().worker).toMatchObject({ port, pid: expect.any(Number) });
    await service.handlers['run/stop']({ id: service.run().id });
    expect(service.run().state).toBe('stopped');
  });

  it.each(['timesOut', 'exits', 'failsHealth', 'notSpawned', 'neverHealthy', 'neverListens', 'otherProgram'] as const)(
    'leads to a manual start after 150 s (%s)',
    async (spawn) => {
      await today({ spawn, spawnTimeoutMs: 300 });
      await start();
      await service.until((run) => jobState(run) === 'ended');
      await service.until((run) => run.steps[3]?.job?.nextCheckAt);
      expect(service.run().state).toBe('starting');
      await passDeadline();
      await waiting();
      expect(posts('worker_spawn')).toBe(1);
    },
  );

  it('keeps the displayed port if the worker starts to respond while a poll looks for a free one', async () => {
    const noList: Fault = { on: 'submit', operation: 'worker_process_list', reply: { status: 500 } };
    await today({ spawn: 'binaryMissing', faults: [noList] });
    await start();
    const { port } = await waiting();
    const polled = () => service.until((run) => (run.manual?.nextPollAt ?? 0) > service.now());
    await polled();
    // A poll lists the workers to find this one, and again to choose a port.
    hive.setFaults([noList, { on: 'heartbeats', skip: 1, times: 1, delayMs: 500 }]);
    const listings = () => hive.requests.filter(({ path }) => path === '/v1/heartbeats/stream').length;
    const before = listings();
    await service.handlers['run/check']({ id: service.run().id });
    await hive.until(() => listings() === before + 2);
    const worker = await listen((_, response) => void response.end('{"status":"healthy"}'), { port });
    onTestFinished(worker.close);
    await polled();
    expect(service.run()).toMatchObject({ state: 'choose', manual: { port } });
    await expect.poll(stateAfterCheck).toBe('running');
    expect(service.run().worker?.port).toBe(port);
  });

  it('makes the next run wait for a manual start as well, until the user requests another spawn', async () => {
    await today({ spawn: 'binaryMissing', models: [model, otherModel] });
    await start();
    const first = await waiting();
    await start(`hf:${otherModel}`);
    await service.until((run) => run.model === otherModel && run.choice === 'start-worker');
    expect(posts('worker_spawn')).toBe(1);
    expect(service.run().manual?.port).not.toBe(first.port);
    await service.handlers['run/try-hive']({ id: service.run().id });
    await service.until(() => posts('worker_spawn') === 2);
  });

  it('is found when it starts after the clock was set back by hours', async () => {
    await today({ spawn: 'binaryMissing' });
    await start();
    await waiting();
    await service.until((run) => (run.manual?.nextPollAt ?? 0) > service.now());
    hive.shell(startWorkerCommand(service.run()) as string);
    await expect.poll(() => isHealthy(service.run().manual?.port)).toBe(true);
    service.advance(-7_200_000);
    await service.until((run) => run.state === 'running');
  });

  it('builds a worker once if two runs asked and the user agreed for both', async () => {
    await open({ installed: [], models: [model, otherModel] });
    const runs = [await start(), await start(`hf:${otherModel}`)];
    await service.until(() => service.store.all().every(({ choice }) => choice === 'install'));
    for (const { id } of runs) {
      await service.handlers['run/agree']({ id });
      await service.until(() => service.store.get(id)?.state === 'running');
    }
    expect(posts('worker_install')).toBe(1);
  });

  it.each([false, true])(
    'shows no command if the worker was started before the click (on a used port: %s)',
    async (used) => {
      await today({ installed: [], install: false });
      const port = await findFreePort();
      const old = { address: `http://127.0.0.1:${port}`, port, portTaken: true, spawnKey: 'another model' };
      if (used) service.store.add({ ...at('running'), id: 'old', state: 'stopped', hive: hive.url, worker: old });
      hive.shell(startWorkerCommand({ ...at('downloaded'), hive: hive.url, model }, port) as string);
      await expect.poll(() => isHealthy(port)).toBe(true);
      await start();
      await service.until((run) => run.state === 'running' || run.choice);
      expect(service.states).not.toContain('choose');
      expect(posts('worker_spawn')).toBe(0);
    },
  );

  it('does not stop a worker with another backend that responds on the port of an earlier attempt', async () => {
    await today({ installed: [], install: false });
    const port = await findFreePort();
    const device = { backend: 'cuda', index: 0 } as const;
    hive.shell(startWorkerCommand({ ...at('downloaded'), hive: hive.url, model, device }, port) as string);
    await expect.poll(() => isHealthy(port)).toBe(true);
    const old = { address: `http://127.0.0.1:${port}`, port, portTaken: true, spawnKey: `${model} cpu 0` };
    service.store.add({
      ...at('running'),
      state: 'stopped',
      hive: hive.url,
      subject: `hf:${model}`,
      model,
      worker: old,
    });
    await start();
    await service.until((run) => run.choice === 'install');
    expect(await isHealthy(port)).toBe(true);
  });

  it('continues when the user starts the worker instead of agreeing to an installation', async () => {
    await today({ installed: [], install: false });
    await start();
    await service.until((run) => run.choice === 'install');
    hive.shell(buildWorkerCommand(service.run()) as string);
    await expect.poll(stateAfterCheck).toBe('running');
  });
});

it.each([true, false])('an old worker on the announced port is no evidence (telemetry: %s)', async (telemetry) => {
  await open({ models: [model, otherModel], workersOutlive: true, workerBasePort: await findFreePort(), telemetry });
  await start();
  await service.until((run) => run.state === 'running');
  await hive.restart();
  await start(`hf:${otherModel}`);
  await service.until((run) => run.model === otherModel && run.steps[3]?.job?.state === 'ended');
  expect(service.run().state).toBe('starting');
  await passDeadline();
  await service.until((run) => run.model === otherModel && run.choice === 'start-worker');
});

describe('a slow worker', () => {
  const startUntilTimeout = async (options: HiveOptions = {}) => {
    await open({ models: [model], spawnTimeoutMs: 500, faults: paused('started'), ...options });
    await start();
    await hive.until(({ paused }) => paused());
    signal('SIGSTOP');
    hive.release();
    await service.until((run) => jobState(run) === 'ended');
  };
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const { pid } of hive.workers) process.kill(pid, name);
  };

  it('is running when it responds, although its hive has timed out', async () => {
    await startUntilTimeout();
    signal('SIGCONT');
    service.skipWaits();
    await service.until((run) => run.state === 'running');
  });

  it.each([true, false])('ends the manual start when it responds (telemetry: %s)', async (telemetry) => {
    await startUntilTimeout({ telemetry });
    await passDeadline();
    await service.until((run) => run.choice === 'start-worker');
    signal('SIGCONT');
    await expect.poll(stateAfterCheck).toBe('running');
    expect([posts('worker_spawn'), alive()]).toEqual([1, 1]);
  });

  it('is stopped before the next spawn if it still does not respond', async () => {
    await startUntilTimeout();
    await passDeadline();
    await service.until((run) => run.choice === 'start-worker');
    await service.handlers['run/try-hive']({ id: service.run().id });
    await service.until((run) => run.state === 'running');
    expect([posts('worker_spawn'), alive()]).toEqual([2, 1]);
  });
});
