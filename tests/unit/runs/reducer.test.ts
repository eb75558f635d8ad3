import { describe, expect, it } from 'vitest';
import { parse, safeParse } from 'zod/mini';
import { applyEvent } from '../../../lib/runs/reducer.ts';
import { Run } from '../../../lib/runs/run.ts';
import { isConsistent } from '../../../lib/runs/validate-stored-run.ts';
import {
  apply,
  at,
  clicked,
  clickedWorker,
  events,
  freeze,
  jobOf,
  line,
  model,
  percent,
  stepOf,
  type TestEvent,
  t0,
} from './samples.ts';

const ended = (as: 'done' | 'failed' | 'cancelled', reason = ''): TestEvent => ({
  type: 'ended',
  jobId: 'job-1',
  as,
  reason,
});
const lost: TestEvent = { type: 'lost', jobId: 'job-1' };
const failed: TestEvent = { type: 'failed', code: 'network', text: 'HuggingFace download failed: request error' };
const locked: TestEvent = { type: 'failed', code: 'download-locked', text: 'Lock acquisition failed' };
const cancel: TestEvent = { type: 'cancel-asked' };
const settled: TestEvent = { type: 'cancel-settled' };
const worker = { address: 'http://localhost:9100', port: 9100, pid: 77 };
const manual: TestEvent = {
  type: 'manual-start',
  manual: { port: 8081, installed: true },
  failure: { code: 'spawn-binary', text: 'Binary not found', installed: ['a'] },
};

describe('one click', () => {
  it('leads through every state to a running worker, and every record can be read back', () => {
    const states: string[] = [];
    let run = clicked();
    for (const event of events.running) {
      run = apply(run, event);
      if (run.state !== states.at(-1)) states.push(run.state);
      expect(parse(Run, JSON.parse(JSON.stringify(run)))).toEqual(run);
    }
    expect(states.join(' ')).toBe('resolving queued downloading queued starting queued starting running');
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'skipped', 'done']);
    expect(run.worker).toMatchObject({ port: 8080, pid: 4242, provenAt: t0 });
  });

  it('on a worker page ends as installed', () => {
    const proven: TestEvent = { type: 'proven', step: 'install', note: 'already-there' };
    const run = apply(clickedWorker(), { type: 'admitted' }, proven);
    expect(run).toMatchObject({ state: 'installed', notes: ['already-there'] });
  });
});

describe('events that do not apply change nothing', () => {
  const moved: TestEvent = { type: 'hive-selected', hive: 'http://localhost:7834' };
  const otherJob = (event: TestEvent) => ({ ...event, jobId: 'job-0' }) as TestEvent;
  const over = at('downloading', ended('failed', 'first'));
  it.each<[string, Run, TestEvent]>([
    ['the opening of another job', at('downloading'), { type: 'opened', jobId: 'job-0' }],
    ['narration of another job', at('downloading'), otherJob(percent(99))],
    ['the end of another job', at('downloading'), otherJob(ended('done'))],
    ['the loss of another job', at('downloading'), otherJob(lost)],
    ['a second job for a step', at('downloading'), { type: 'posted', step: 'download', jobId: 'job-2' }],
    ['a job of an earlier step', at('readyToSpawn'), { type: 'posted', step: 'download', jobId: 'job-2' }],
    ['evidence for an earlier step', at('starting'), { type: 'proven', step: 'download' }],
    ['the end of a step that is done', at('downloaded'), ended('failed')],
    ['a second end of a job', over, ended('done')],
    ['the loss of an ended job', over, lost],
    ['narration of an ended job', over, percent(12)],
    ['a turn in the queue for an active run', at('downloading'), { type: 'admitted' }],
    ['a cancel of a running run', at('running'), cancel],
    ['a second cancel', at('downloading', cancel), cancel],
    ['a retry of an active run', at('starting'), { type: 'retried' }],
    ['a retry of a running run', at('running'), { type: 'retried' }],
    ['a retry before a lock is released', at('downloading', locked), { type: 'retried', at: t0 + 14_999 }],
    ['an offline hive for a running run', at('running'), { type: 'hive-offline', nextCheckAt: t0 }],
    ['another hive for a run with a job', at('downloading'), moved],
    ['a file for a run that waits for something else', at('downloading'), { type: 'picked', repo: 'org/gguf' }],
    ['a resubmit of a live job', at('downloading'), { type: 'resubmit-asked' }],
    ['a resubmit of an ended job', over, { type: 'resubmit-asked' }],
    ['a resubmit of a cancelled run', at('downloading', lost, cancel), { type: 'resubmitted', by: 'itself' }],
    ['a file chosen after a cancel', at('resolving', cancel), { type: 'resolved', model }],
    ['a choice after a cancel', at('resolving', cancel), { type: 'choice-needed', reason: 'no-fit' }],
    ['a skip after a cancel', at('checkingBinary', cancel), { type: 'skipped' }],
    [
      'a choice that was made before',
      at('checkingBinary', { type: 'agreed' }),
      { type: 'choice-needed', reason: 'install' },
    ],
    ['a manual start after a cancel', at('starting', cancel), manual],
    ['a listed model for a live download', at('downloading'), { type: 'model-listed', path: '/m' }],
    ['a listed model for a later step', at('starting'), { type: 'model-listed', path: '/m' }],
    ['another program on the port of a reported process', at('started'), { type: 'port-taken', jobId: 'job-1' }],
    ['proof of a stopped worker', at('running', { type: 'worker-gone' }), { type: 'worker-proven' }],
  ])('%s', (_, run, event) => {
    expect(apply(run, event)).toBe(run);
  });
});

describe('progress', () => {
  const withPercents = (...values: number[]) =>
    apply(
      at('downloading', line('hf_download_file', '📥 Downloading file: f.gguf')),
      ...values.map((value, index) => percent(value, t0 + (index + 1) * 10_000)),
    );
  const progressOf = (run: Run) => stepOf(run, 'download').progress;

  it('never decreases within an attempt, and is unchanged until it increases', () => {
    expect(progressOf(withPercents(10, 36.5, 2, 0.1, 36.5))).toMatchObject({ percent: 36.5, changedAt: t0 + 20_000 });
    expect(progressOf(withPercents(10, 36.5, 2, 40))?.percent).toBe(40);
  });

  it('has a smoothed rate in points per millisecond', () => {
    expect(progressOf(withPercents(10, 20, 40))?.rate).toBeCloseTo(0.7 * 0.001 + 0.3 * 0.002);
  });

  it('keeps its percentage in phases without one', () => {
    const run = apply(withPercents(10, 98), line('hf_copy_start', '📋 Copying to model cache... (0.81 GB)'));
    expect(progressOf(run)).toMatchObject({ phase: 'copying', percent: 98 });
  });

  it('starts again with another attempt, but continues over an automatic retry', () => {
    expect(progressOf(apply(withPercents(60), failed, { type: 'retried' }))).toBeUndefined();
    const retry: TestEvent = { type: 'retry-scheduled', code: 'network', retryAt: t0 + 10_000 };
    const posted: TestEvent = { type: 'posted', step: 'download', jobId: 'job-2' };
    expect(progressOf(apply(withPercents(60), retry, posted))).toMatchObject({ phase: 'submitting', percent: 60 });
  });
});

describe('a failure', () => {
  it('stores its step, is marked as not seen, and ends the run', () => {
    const run = at('downloading', failed);
    expect(run).toMatchObject({ state: 'failed', seen: false, failure: { code: 'network', step: 'download', at: t0 } });
    expect(stepOf(run, 'download').state).toBe('failed');
    expect(apply(run, { type: 'seen' }).seen).toBe(true);
  });

  it('keeps at most 4,000 characters of the text of a hive', () => {
    const text = 'x'.repeat(10_000);
    expect(at('downloading', { type: 'failed', code: 'hive-rejected', text }).failure?.text).toHaveLength(4_000);
    expect(jobOf(at('downloading', ended('failed', text)))).toHaveProperty('reason', text.slice(0, 4_000));
  });

  it('because of a lock delays Retry by 15 s, twice as long each time in a row, and at most two hours', () => {
    let run = clicked();
    const waits: number[] = [];
    let now = t0;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      run = apply(run, ...events.downloading, { ...locked, at: now });
      waits.push((run.retryAt ?? 0) - now);
      now = run.retryAt ?? now;
      run = apply(run, { type: 'retried', at: now });
    }
    expect(waits).toEqual([15_000, 30_000, 60_000, 120_000]);
    run = apply(run, ...events.downloading, failed, { type: 'retried' }, ...events.downloading, {
      ...locked,
      at: now,
    });
    expect((run.retryAt ?? 0) - now).toBe(15_000);
    const often = apply({ ...clicked(), locks: 500 }, ...events.downloading, locked);
    expect((often.retryAt ?? 0) - t0).toBeLessThan(2 * 3_600_000);
  });

  it('that is temporary keeps the download active, with the number and time of the next attempt', () => {
    const first = at('downloading', { type: 'retry-scheduled', code: 'hub-busy', retryAt: t0 + 10_000 });
    expect(first).toMatchObject({ state: 'downloading' });
    expect(stepOf(first, 'download').retry).toEqual({ count: 1, at: t0 + 10_000, code: 'hub-busy' });
    const second = apply(first, { type: 'retry-scheduled', code: 'network', retryAt: t0 + 60_000 });
    expect(stepOf(second, 'download').retry).toMatchObject({ count: 2 });
  });
});

describe('another attempt', () => {
  it.each([
    ['failed', at('downloading', failed)],
    ['cancelled', at('resolving', cancel, settled)],
    ['stopped', at('running', { type: 'worker-gone' })],
  ] as const)('of a %s run starts from the first step', (_, run) => {
    const again = apply(run, { type: 'retried', at: t0 + 60_000 });
    expect(again).toMatchObject({ state: 'queued', attempt: 2, id: run.id, order: run.order });
    expect(again.steps).toEqual(clicked().steps);
    for (const key of ['failure', 'cancel', 'notes', 'retryAt', 'seen', 'choice'] as const) {
      expect(again).not.toHaveProperty(key);
    }
  });

  it('keeps the chosen file and the agreement to build, but looks for the binary again', () => {
    const missing = at('checkingBinary', { type: 'agreed' });
    const run = apply({ ...missing, picked: { repo: 'org/other' } }, failed, { type: 'retried' });
    expect(run).toMatchObject({ picked: { repo: 'org/other' }, agreed: true });
    expect(stepOf(run, 'install')).not.toHaveProperty('missing');
  });

  it.each<[string, Partial<TestEvent>]>([
    ['backend', { backend: 'cuda' }],
    ['hive', { hive: 'http://gpu:7835' }],
  ])('on another %s needs another agreement to build', (_, wishes) => {
    const run = at('checkingBinary', { type: 'agreed' }, failed, { type: 'retried', ...wishes } as TestEvent);
    expect(run.agreed).toBeUndefined();
  });

  it('on another hive leaves the worker and the failure of the previous one behind', () => {
    const run = at('started', manual, cancel, settled, { type: 'retried', hive: 'http://gpu:7835' });
    expect([run.worker, run.hiveFailure]).toEqual([undefined, undefined]);
  });

  it('keeps the worker and the note about a process that may remain until the next spawn has checked it', () => {
    const note = { note: 'process-may-remain' } as const;
    const run = at('started', cancel, { ...settled, ...note }, { type: 'retried' });
    expect(run).toMatchObject({ notes: ['process-may-remain'], worker: { port: 8080, pid: 4242 } });
    const posted = (remains?: boolean) =>
      apply(run, ...events.readyToSpawn, { type: 'posted', step: 'spawn', jobId: 'job-2', remains });
    expect(posted().notes).toEqual(['process-may-remain']);
    expect(posted(false)).not.toHaveProperty('notes');
    expect(posted(true)).not.toHaveProperty('worker');
  });
});

describe('a cancel', () => {
  it('of an opened download delays Retry by 5 s, because the hive keeps the lock of the file', () => {
    const run = at('downloading', cancel, { ...settled, at: t0 + 100 });
    expect(run).toMatchObject({ state: 'cancelled', retryAt: t0 + 5_100 });
    const posted = at('resolved', { type: 'admitted' }, { type: 'posted', step: 'download', jobId: 'job-1' });
    expect(apply(posted, cancel, settled)).not.toHaveProperty('retryAt');
  });

  it('of a download that finished first adds a note', () => {
    const run = at('downloading', cancel, ended('done'), { type: 'proven', step: 'download' });
    expect(run).toMatchObject({ state: 'cancelled', notes: ['finished-first'] });
  });

  it('turns a failure of the job into a cancel', () => {
    const run = at('downloading', cancel, ended('failed', 'x'), failed);
    expect(run.state).toBe('cancelled');
    expect(run).not.toHaveProperty('failure');
  });

  it('does not wait for the next check of a lost job', () => {
    const run = at('downloading', lost, { type: 'checked', nextCheckAt: t0 + 60_000 }, cancel);
    expect(jobOf(run)).not.toHaveProperty('nextCheckAt');
  });

  it.each([
    ['in the queue', at('resolved')],
    ['while the hive is offline', at('resolving', { type: 'hive-offline', nextCheckAt: t0 })],
    ['while a file is to be chosen', at('resolving', { type: 'choice-needed', reason: 'no-fit' })],
    ['while a worker is to be started', at('starting', manual)],
  ] as const)('%s ends the run', (_, run) => {
    const cancelled = apply(run, cancel, settled);
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled).not.toHaveProperty('choice');
    expect(cancelled).not.toHaveProperty('manual');
  });

  it('during a POST stores the job’s id, because the job has to be cancelled', () => {
    const posted: TestEvent = { type: 'posted', step: 'download', jobId: 'job-1' };
    const run = at('resolved', { type: 'admitted' }, cancel, posted);
    expect([run.state, jobOf(run).id]).toEqual(['cancelling', 'job-1']);
  });
});

describe('an offline hive', () => {
  const offline: TestEvent = { type: 'hive-offline', nextCheckAt: t0 + 1_000 };

  it('makes a run without a job wait without losing its place in the queue', () => {
    const run = at('resolving', offline);
    expect(run.state).toBe('offline');
    const back = apply(run, { type: 'hive-selected', hive: 'http://localhost:7834' });
    expect(back).toMatchObject({ state: 'queued', hive: 'http://localhost:7834', order: run.order });
  });

  it('is stored in a lost job with the time when it was first detected', () => {
    const run = at('downloading', lost, { ...offline, at: t0 + 5 }, { ...offline, at: t0 + 10, nextCheckAt: t0 });
    expect(run.state).toBe('downloading');
    expect(jobOf(run)).toMatchObject({ offlineAt: t0 + 5, checks: 2, nextCheckAt: t0 });
  });
});

describe('a choice', () => {
  it('of a file queues the run again', () => {
    const picked: TestEvent = { type: 'picked', repo: 'org/gguf', path: 'q4.gguf' };
    const run = at('resolving', { type: 'choice-needed', reason: 'derivatives' }, picked);
    expect(run).toMatchObject({ state: 'queued', picked: { repo: 'org/gguf', path: 'q4.gguf' } });
    expect(run).not.toHaveProperty('choice');
  });

  it('to install a missing worker queues the run again', () => {
    const run = at('checkingBinary', { type: 'choice-needed', reason: 'install' }, { type: 'agreed' });
    expect(run).toMatchObject({ state: 'queued', agreed: true });
    expect(apply(run, { type: 'admitted' }).state).toBe('installing');
    expect(apply(clickedWorker(), { type: 'admitted' }, { type: 'agreed' }).state).toBe('installing');
  });

  it('to install a missing worker during the check for its binary starts the installation', () => {
    expect(at('checkingBinary').state).toBe('starting');
    expect(at('checkingBinary', { type: 'agreed' })).toMatchObject({ state: 'installing', agreed: true });
  });
});

describe('a lost job', () => {
  it('that is found later gets a note', () => {
    expect(at('downloading', lost, { type: 'proven', step: 'download' }).notes).toEqual(['found-after-loss']);
  });

  it('is resubmitted automatically with a note and a count, and its old id is removed', () => {
    const run = at('downloading', lost, { type: 'resubmitted', by: 'itself' });
    expect(run).toMatchObject({ state: 'queued', notes: ['resubmitted'], attempt: 1 });
    expect(stepOf(run, 'download')).toEqual({ name: 'download', state: 'pending', resubmits: 1 });
  });

  it('is resubmitted for the user after it was cancelled, which does not count as automatic', () => {
    const asked = at('downloading', lost, { type: 'checked', nextCheckAt: t0 + 60_000 }, { type: 'resubmit-asked' });
    expect(jobOf(asked)).toMatchObject({ id: 'job-1', resubmit: true });
    expect(jobOf(asked)).not.toHaveProperty('nextCheckAt');
    const run = apply(asked, { type: 'resubmitted', by: 'user' });
    expect(stepOf(run, 'download')).toEqual({ name: 'download', state: 'pending' });
    expect(run).not.toHaveProperty('notes');
  });
});

it.each([
  ['a lost download', at('downloading', lost), ['found-after-loss']],
  ['a queued download', at('resolved'), ['already-there']],
  ['a download that waits for its hive', at('resolved', { type: 'hive-offline', nextCheckAt: t0 }), ['already-there']],
] as const)('a list that contains the model completes %s', (_, run, notes) => {
  const found = apply(run, { type: 'model-listed', path: '/m/model.gguf' });
  expect(found).toMatchObject({ state: 'queued', path: '/m/model.gguf', notes });
  expect(stepOf(found, 'download').state).toBe('done');
});

describe('a manual start', () => {
  it('after a failed spawn waits for a worker and stores the failure', () => {
    const run = at('starting', manual);
    expect(run).toMatchObject({
      state: 'choose',
      choice: 'start-worker',
      manual: { port: 8081, installed: true, since: t0, nextPollAt: t0 },
      hiveFailure: { step: 'spawn', code: 'spawn-binary', at: t0, installed: ['a'] },
    });
    expect(run).not.toHaveProperty('failure');
  });

  it('after a failed installation waits in the spawn step', () => {
    const run = at('checkingBinary', { type: 'agreed' }, manual);
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'failed', 'active']);
    expect(run.hiveFailure?.step).toBe('install');
  });

  it('ends when a worker is found', () => {
    const run = at('starting', manual, { type: 'worker-found', worker });
    expect(run).toMatchObject({ state: 'running', worker: { ...worker, spawnKey: `${model} cpu 0` } });
    expect([run.choice, run.manual]).toEqual([undefined, undefined]);
  });

  it('ends when a worker is found before the user agreed to an installation', () => {
    const asked: TestEvent = { type: 'choice-needed', reason: 'install', manual: { port: 8080, installed: false } };
    const run = at('checkingBinary', asked, { type: 'worker-found', worker });
    expect(run.state).toBe('running');
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'skipped', 'done']);
  });

  it('ends with a retry of the failed step if the user requests it', () => {
    const spawn = at('starting', manual, { type: 'try-hive-asked' });
    expect(spawn).toMatchObject({ state: 'queued', tryHive: true });
    expect(spawn.steps.map(({ state }) => state)).toEqual(['done', 'done', 'skipped', 'pending']);
    const posted: TestEvent = { type: 'posted', step: 'install', jobId: 'job-2' };
    const install = at('checkingBinary', { type: 'agreed' }, posted, manual, { type: 'try-hive-asked' });
    expect(install.steps.slice(2)).toEqual([
      { name: 'install', state: 'pending' },
      { name: 'spawn', state: 'pending' },
    ]);
    expect(install.agreed).toBe(true);
  });

  it('does not decide about other runs any more once the hive was offline', () => {
    const run = at('starting', manual, { type: 'hive-failure-forgotten' });
    expect(run.hiveFailure).toMatchObject({ code: 'spawn-binary', at: 0 });
    expect(apply(run, { type: 'hive-failure-forgotten' })).toBe(run);
  });
});

describe('the worker', () => {
  it('has the announced port, and a pid once the hive reports one', () => {
    const known = { port: 8080, address: 'http://localhost:8080', spawnKey: `${model} cpu 0` };
    expect(at('starting', line('worker_spawn_port', '📍 Assigned port 8080 to worker')).worker).toEqual(known);
    expect(at('started').worker).toEqual({ ...known, pid: 4242 });
  });

  it('on a port that was occupied before the POST is not proven by that port', () => {
    const before = { occupied: [8080], before: [{ pid: 7, port: 9000 }] };
    const run = at('readyToSpawn', { type: 'posted', step: 'spawn', jobId: 'job-1', ...before });
    const announced = (port: number) => apply(run, line('worker_spawn_port', `📍 Assigned port ${port} to worker`));
    expect([8080, 8081, 9000].map((port) => announced(port).worker?.portTaken)).toEqual([true, undefined, true]);
  });

  it('keeps its known properties when the hive reports port and pid again', () => {
    const port = line('worker_spawn_port', '📍 Assigned port 8080 to worker');
    const complete = "✅ Worker 'worker-cpu-8080' spawned (PID: 4242, port: 8080)";
    const run = at('starting', port, { type: 'port-taken', jobId: 'job-1' }, line('worker_spawn_complete', complete));
    expect(run.worker).toMatchObject({ port: 8080, pid: 4242, portTaken: true });
  });

  it('that does not respond any more has stopped', () => {
    expect(at('running', { type: 'worker-proven', at: t0 + 9 }).worker?.provenAt).toBe(t0 + 9);
    expect(at('running', { type: 'worker-gone' })).toMatchObject({ state: 'stopped', worker: { portTaken: true } });
  });
});

describe('the reducer', () => {
  const everything: TestEvent[] = [
    ...events.running,
    { type: 'device-chosen', device: { backend: 'cpu', index: 0 } },
    { type: 'choice-needed', reason: 'install', manual: { port: 8080, installed: false } },
    { type: 'agreed' },
    { type: 'picked', repo: 'a/b', path: 'c' },
    percent(12),
    ended('failed', 'x'),
    ended('cancelled'),
    lost,
    { type: 'port-taken', jobId: 'job-1' },
    { type: 'checked', nextCheckAt: t0 },
    { type: 'check-asked' },
    { type: 'model-listed', path: '/m' },
    failed,
    locked,
    { type: 'retry-scheduled', code: 'network', retryAt: t0 },
    manual,
    { type: 'polled', port: 8080, nextPollAt: undefined },
    { type: 'try-hive-asked' },
    { type: 'hive-failure-forgotten' },
    { type: 'hive-offline', nextCheckAt: t0 },
    { type: 'hive-selected', hive: 'http://localhost:7834' },
    { type: 'resubmit-asked' },
    { type: 'resubmitted', by: 'itself' },
    cancel,
    { type: 'cancel-sent' },
    { type: 'cancel-settled', note: 'process-may-remain' },
    { type: 'retried' },
    { type: 'worker-proven' },
    { type: 'worker-gone' },
    { type: 'seen' },
  ];
  const situations = [
    ...(Object.keys(events) as (keyof typeof events)[]).map((name) => at(name)),
    at('starting', manual),
  ];

  it.each(situations)('is pure and produces valid records for every event in state $state', (run) => {
    const copy = structuredClone(run);
    for (const each of everything) {
      const event = freeze({ ...each, at: t0 + 1 });
      const once = applyEvent(run, event);
      expect(applyEvent(run, event)).toEqual(once);
      if (once !== run) expect(once.updatedAt).toBe(t0 + 1);
      expect({ event, valid: safeParse(Run, once).success && isConsistent(once) }).toEqual({ event, valid: true });
    }
    expect(run).toEqual(copy);
  });
});
