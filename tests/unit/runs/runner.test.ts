import { describe, expect, it } from 'vitest';
import { runKey } from '../../../lib/runs/keys.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { hiveFaults } from '../../hive/faults.ts';
import type { Fault } from '../../hive/start-hive.ts';
import { alive, file, isHealthy, model, otherModel, paused, repo, start } from './clicks.ts';
import { hive, hub, open, posts, restartService, service } from './hives.ts';
import { at, clicked, jobState } from './samples.ts';

const cancel = () => service.handlers['run/cancel']({ id: service.run().id });
const retry = () => service.handlers['run/retry']({ id: service.run().id });
const failing = (after: string, fail: string): Fault[] => [{ after, fail }];
const reported = (action: string) =>
  hive.until(({ jobs }) => jobs.some(({ lines }) => lines.some((line) => line.action === action)));
const streamed = (...operations: string[]) => operations.flatMap((name) => [`POST ${name}`, `GET ${name}`]);
const download = streamed('model_download');
const wholeRun = streamed(
  'model_download',
  'model_list',
  'worker_list_installed',
  'worker_process_list',
  'worker_spawn',
);
const isOver = ({ state }: Run) => ['running', 'failed', 'cancelled', 'installed'].includes(state);

describe('one click', () => {
  it('ends with a running worker and sends no other requests to the hive', async () => {
    await open();
    await start();
    await service.until((run) => run.state === 'running');
    expect(hive.calls()).toEqual(wholeRun);
    expect(service.states.join(' ')).toBe(
      'queued resolving queued downloading queued starting queued starting running',
    );
    const [worker] = hive.workers;
    expect(service.run()).toMatchObject({ model, worker: { pid: worker?.pid, port: worker?.port } });
    expect(service.run().notes).toBeUndefined();
    expect(service.keepAlives()).toBe(0);
  });

  it('on a downloaded model does not download it again', async () => {
    await open({ models: [model] });
    await start();
    await service.until((run) => run.state === 'running');
    expect(service.run().notes).toEqual(['already-there']);
    expect(hive.calls()).toEqual(wholeRun);
  });

  it('repeated in many tabs starts one run and sends one POST', async () => {
    await open({ faults: paused('hf_download_file') });
    const replies = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
    await reported('hf_download_file');
    await start();
    hive.release();
    await service.until((run) => run.state === 'running');
    expect([posts('model_download'), posts('worker_spawn')]).toEqual([1, 1]);
  });

  it('is stored with its job before the stream is opened', async () => {
    await open();
    const storedJob = hive.until(
      ({ jobs }) => jobs[0]?.openedAt && (service.area.items.get(runKey(service.run().id)) as Run).steps[1]?.job?.id,
    );
    await start();
    expect(await storedJob).toBe(hive.jobs[0]?.id);
  });

  it('on a worker page installs the binary, or reports why it cannot', async () => {
    await open({ installed: [], install: false });
    await start('worker:llm-worker-rbee-cpu');
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'failed', failure: { code: 'worker-install', step: 'install' } });
    hive.set({ install: true });
    await retry();
    await service.until((run) => run.state === 'installed');
  });
});

describe('full storage', () => {
  it('prevents the start of a job, and the run fails with the code "storage"', async () => {
    await open({ faults: paused('hf_copy_start') });
    await start();
    await hive.until(({ paused }) => paused());
    service.area.quota = 10;
    hive.release();
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'failed', failure: { code: 'storage', step: 'spawn' } });
    expect(hive.calls()).not.toContain('GET worker_spawn');
  });

  it('does not end a run whose job was started: the run is stored once there is space', async () => {
    await open({ models: [model], faults: paused('started') });
    await start();
    await hive.until(({ paused }) => paused());
    service.area.quota = 10;
    hive.release();
    await service.until((run) => run.state === 'running');
    const stored = () => (service.area.items.get(runKey(service.run().id)) as Run).state;
    expect(stored()).toBe('starting');
    service.area.quota = undefined;
    await expect.poll(stored).toBe('running');
  });
});

describe('two clicks that lead to one model', () => {
  const base = 'hf:meta-llama/Llama-3.2-1B-Instruct';
  const startOnBase = async () => {
    await open({ faults: paused('hf_download_file') });
    service.store.add({ ...clicked(), id: 'base', subject: base, hive: hive.url, picked: { repo, path: file } });
    service.runner.schedule();
    await hive.until(({ paused }) => paused());
    await start(`hf:${repo}`);
    await service.until((run) => run.model && run.state === 'queued');
  };
  const states = () => service.store.all().map(({ state }) => state);

  it('share one download and one worker', async () => {
    await startOnBase();
    hive.release();
    await service.until(() => states().every((state) => state === 'running'));
    const [first, second] = service.store.all();
    expect(second?.worker?.address).toBe(first?.worker?.address);
    expect([posts('model_download'), posts('worker_spawn')]).toEqual([1, 1]);
  });

  it('are two runs if the first one is cancelled', async () => {
    await startOnBase();
    await service.handlers['run/cancel']({ id: 'base' });
    hive.release();
    await service.until(() => states()[1] === 'running');
    expect(states()).toEqual(['cancelled', 'running']);
  });

  it('start two workers for different devices', async () => {
    await open({ models: [model] });
    const device = { backend: 'cuda', index: 0 } as const;
    service.store.add({ ...at('running'), id: 'gpu', subject: base, hive: hive.url, model, device });
    await start(`hf:${repo}`);
    await service.until((run) => run.state === 'running');
    expect(posts('worker_spawn')).toBe(1);
  });
});

describe('a failed download', () => {
  const failed = 'HuggingFace download failed:';
  it.each([
    [`${failed} Lock acquisition failed: x.lock`, 'hf_download_file', 'download-locked'],
    [`No space left on device (os error 28)`, 'hf_copy_start', 'disk'],
    ['an unknown text', 'model_provision_start', 'hive-rejected'],
  ])('with the text %j after %s gets the code %s', async (text, after, code) => {
    await open({ faults: failing(after, text) });
    await start();
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'failed', failure: { code, step: 'download', text } });
    expect(hive.calls()).toEqual([...download, ...streamed('model_list')]);
  });

  it('with status 401 means private or missing if the hub does not list the repository as gated', async () => {
    await open({ faults: failing('hf_download_file', `${failed} request error: https://hub/x: status code 401`) });
    await start();
    await service.until(isOver);
    expect(service.run().failure?.code).toBe('private-or-missing');
  });

  it('because of the network is retried after 10, 30 and 60 s, and then fails', async () => {
    await open({ faults: failing('hf_download_file', `${failed} I/O error response body closed`) });
    await start();
    for (const [index, seconds] of [10, 30, 60].entries()) {
      const retryOf = (run: Run) => (jobState(run) ? undefined : run.steps[1]?.retry);
      await service.until((run) => retryOf(run)?.count === index + 1);
      const planned = service.run().steps[1]?.retry ?? { at: 0 };
      expect(planned.at - service.now()).toBeGreaterThan((seconds - 2) * 1_000);
      expect(planned.at - service.now()).toBeLessThanOrEqual(seconds * 1_000);
      expect(service.run().state).toBe('downloading');
      service.advance(seconds * 1_000);
    }
    await service.until(isOver);
    expect(service.run().failure?.code).toBe('network');
    expect(posts('model_download')).toBe(4);
    expect(service.states).not.toContain('offline');
  });

  it('that the hive reports as done fails the run because the model is not listed', async () => {
    const stream = { inject: { afterEvents: 3, raw: 'data: [DONE]\n\n' } };
    await open({ faults: [{ on: 'stream', operation: 'model_download', stream }, ...paused('hf_download_file')] });
    await start();
    await service.until((run) => jobState(run) === 'ended');
    service.skipWaits();
    await service.until(isOver);
    expect(service.run().failure).toMatchObject({ code: 'hive-protocol', step: 'download' });
  });

  it('gets the code "not-a-hive" if another program uses the hive’s port after the verification', async () => {
    await open();
    await service.handlers['hive/status']({});
    hive.setFaults(hiveFaults.otherProgram);
    await start();
    await service.until(({ state }) => state === 'failed');
    expect(service.run().failure).toMatchObject({ code: 'not-a-hive' });
  });
});

it('a hive without free ports ends the run', async () => {
  await open({ models: [model], spawn: 'noPorts' });
  await start();
  await service.until(isOver);
  expect(service.run()).toMatchObject({ state: 'failed', failure: { code: 'no-ports', step: 'spawn' } });
});

describe('a cancel', () => {
  it('while the file is chosen sends nothing to the hive', async () => {
    await open();
    hub.setFaults([{ path: '/api/', hang: true }]);
    await start();
    await service.until((run) => run.state === 'resolving');
    await cancel();
    await service.until((run) => run.state === 'cancelled');
    expect(hive.calls()).toEqual([]);
  });

  it('in the queue sends nothing to the hive', async () => {
    await open({ faults: paused('hf_download_file') });
    await start();
    await reported('hf_download_file');
    await start(`hf:${otherModel}`);
    await service.until((run) => run.model === otherModel && run.state === 'queued');
    await cancel();
    await service.until((run) => run.model === otherModel && run.state === 'cancelled');
    expect(hive.calls()).toEqual(download);
  });

  it.each(['model_download_start', 'hf_copy_start'])('of a download at %s sends one DELETE', async (action) => {
    await open({ faults: paused(action) });
    await start();
    await reported(action);
    await cancel();
    await service.until((run) => run.state === 'cancelled');
    expect(hive.calls()).toEqual([...download, 'DELETE model_download']);
  });

  it('of a spawn before its process was reported adds a note that one may remain', async () => {
    await open({ models: [model], faults: paused('worker_spawn_start') });
    await start();
    await reported('worker_spawn_start');
    await cancel();
    await service.until((run) => run.state === 'cancelled');
    expect(service.run().notes).toEqual(['not-loadable', 'already-there', 'process-may-remain']);
  });

  it('of a spawn whose process runs, followed by a retry, leads to one worker', async () => {
    await open({ kind: 'today', models: [model], installed: ['cpu'], faults: paused('monitored_spawn') });
    await start();
    await reported('monitored_spawn');
    hive.release();
    await hive.until(({ workers }) => workers.length === 1);
    await cancel();
    await service.until((run) => run.state === 'cancelled');
    expect(service.run().notes).toContain('process-may-remain');
    await expect.poll(() => isHealthy(service.run().worker?.port)).toBe(true);
    await retry();
    await service.until((run) => run.state === 'running');
    expect([alive(), posts('worker_spawn')]).toEqual([1, 1]);
    expect(service.run().notes).not.toContain('process-may-remain');
  });

  it('of a spawn whose pid is known stops that process', async () => {
    await open({ models: [model], faults: paused('health_check') });
    await start();
    await service.until((run) => run.worker?.pid);
    await cancel();
    await service.until((run) => run.state === 'cancelled');
    expect(service.run().notes).toEqual(['not-loadable', 'already-there']);
    await hive.until(() => alive() === 0);
  });

  it('that comes too late adds a note that the hive finished first', async () => {
    await open({ faults: [...paused('hf_download_file'), ...hiveFaults.cancelTooLate] });
    await start();
    await reported('hf_download_file');
    await cancel();
    hive.release();
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'cancelled', notes: ['not-loadable', 'finished-first'] });
  });

  it('while the network is down is sent once it works again', async () => {
    await open({ faults: paused('hf_download_file') });
    await start();
    await reported('hf_download_file');
    await hive.disconnect();
    await service.until((run) => jobState(run) === 'lost');
    await cancel();
    await service.until((run) => run.cancel && run.steps[1]?.job?.nextCheckAt);
    await hive.connect();
    service.skipWaits();
    await service.until((run) => run.state === 'cancelled');
    expect(hive.calls().at(-1)).toBe('DELETE model_download');
  });
});

describe('a lost stream', () => {
  const cut = (operation: string, cutAfterEvents: number): Fault => ({
    on: 'stream',
    operation,
    stream: { cutAfterEvents },
  });

  it.each([0, 3, 8])('of a download, cut after %i events, leads to a running worker', async (events) => {
    await open({ faults: [cut('model_download', events)] });
    await start();
    // The evidence may have been found before the reply to the click.
    await service.until((run) => jobState(run) === 'lost' || run.steps[1]?.state === 'done');
    service.skipWaits();
    await service.until(isOver);
    expect(service.run()).toMatchObject({ state: 'running', notes: expect.arrayContaining(['found-after-loss']) });
    expect(hive.calls().filter((call) => call.endsWith('model_download'))).toEqual(download);
  });

  it.each([0, 4, 15])('of a spawn, cut after %i events, leads to a running worker', async (events) => {
    await open({ models: [model], faults: [cut('worker_spawn', events)] });
    await start();
    await service.until((run) => run.state === 'running');
    expect(service.run().worker?.port).toBe(hive.workers[0]?.port);
    expect(posts('worker_spawn')).toBe(1);
  });

  it('of a download does not block a run whose model is on the hive', async () => {
    await open({ models: [otherModel], faults: [cut('model_download', 4), ...paused('hf_download_file')] });
    await start();
    await service.until((run) => jobState(run) === 'lost');
    await start(`hf:${otherModel}`);
    await service.until(() => service.store.all()[1]?.state === 'running');
    expect(service.store.all()[0]?.state).toBe('downloading');
  });
});

it.each(['submitLost', 'submitRefused'] as const)(
  'a POST without a reply (%s) is repeated, and its job runs once',
  async (fault) => {
    await open({ models: [model] });
    hive.setFaults(hiveFaults[fault]);
    await start();
    await service.until((run) => run.state === 'offline');
    await service.runner.lookForHives(new AbortController().signal);
    await service.until((run) => run.state === 'running');
    expect(hive.jobs.filter(({ operation, openedAt }) => operation === 'model_download' && openedAt)).toHaveLength(1);
  },
);

it.each([
  ['model_download_start', []],
  ['hf_copy_start', []],
  ['worker_spawn_port', [model]],
  ['health_check', [model]],
])('after a termination at %s the next service worker completes the run', async (action, models) => {
  await open({ models, faults: paused(action) });
  await start();
  await reported(action);
  await service.store.flush();
  await restartService();
  hive.release();
  service.skipWaits();
  await service.until((run) => run.state === 'running');
  expect([posts('model_download'), posts('worker_spawn')]).toEqual([1, 1]);
});
