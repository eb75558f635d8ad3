import { describe, expect, it } from 'vitest';
import { parse, safeParse } from 'zod/mini';
import { applyEvent, isFinished } from '../../../lib/runs/reducer.ts';
import { Run } from '../../../lib/runs/run.ts';
import {
  at,
  clicked,
  clickedWorker,
  freeze,
  type Happening,
  jobOf,
  model,
  percent,
  play,
  says,
  stepOf,
  t0,
  way,
} from './play.ts';

const ended = (as: 'done' | 'failed' | 'cancelled', reason = ''): Happening => ({
  type: 'ended',
  jobId: 'job-1',
  as,
  reason,
});
const lost: Happening = { type: 'lost', jobId: 'job-1' };
const failed: Happening = { type: 'failed', code: 'network', text: 'HuggingFace download failed: request error' };
const locked: Happening = { type: 'failed', code: 'download-locked', text: 'Lock acquisition failed' };
const asked: Happening = { type: 'cancel-asked' };

describe('the way of one click', () => {
  it('goes through every state to a running worker', () => {
    const states: string[] = [];
    let run = clicked();
    for (const happening of way.running) {
      run = play(run, happening);
      if (run.state !== states.at(-1)) states.push(run.state);
    }
    expect(states).toEqual([
      'resolving',
      'queued',
      'downloading',
      'queued',
      'starting',
      'queued',
      'starting',
      'running',
    ]);
    expect(run.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'resolve done',
      'download done',
      'install skipped',
      'spawn done',
    ]);
    expect(run.worker).toMatchObject({ port: 8080, pid: 4242, provenAt: t0 });
    expect(isFinished(run)).toBe(true);
  });

  it('ends installed where a worker binary was all that was asked for', () => {
    const run = play(clickedWorker(), { type: 'admitted' }, { type: 'proven', note: 'already-there' });
    expect(run).toMatchObject({ state: 'installed', notes: ['already-there'] });
  });

  it('is never running without a worker', () => {
    expect(at('starting', ended('done'), { type: 'proven' }).state).toBe('starting');
  });

  it('is stored in a form that is read back the same at every turn', () => {
    let run = clicked();
    for (const happening of way.running) {
      run = play(run, happening);
      expect(parse(Run, JSON.parse(JSON.stringify(run)))).toEqual(run);
    }
  });

  it('takes its turn once, and only while it is queued', () => {
    const run = at('downloading');
    expect(play(run, { type: 'admitted' })).toBe(run);
    const done = at('running');
    expect(play(done, { type: 'admitted' })).toBe(done);
  });
});

describe('words of another job', () => {
  const run = at('downloading');

  it.each<Happening>([
    { type: 'opened', jobId: 'job-0' },
    says('download_progress', '⏳ Still downloading f.gguf (99.0% complete)...', 'job-0'),
    { type: 'ended', jobId: 'job-0', as: 'done', reason: '' },
    { type: 'ended', jobId: 'job-0', as: 'failed', reason: 'Job not found in registry' },
    { type: 'ended', jobId: 'job-0', as: 'cancelled', reason: '' },
    { type: 'lost', jobId: 'job-0' },
    { type: 'port-taken', jobId: 'job-0' },
  ])('$type changes nothing', (happening) => {
    expect(play(run, happening)).toBe(run);
  });

  it('that come after the step has ended change nothing', () => {
    const done = at('downloaded');
    for (const late of [
      ended('failed', 'x'),
      ended('cancelled'),
      lost,
      percent(50),
      { type: 'opened', jobId: 'job-1' } as const,
    ]) {
      expect(play(done, late)).toBe(done);
    }
  });

  it('a job’s end is heard once', () => {
    const over = at('downloading', ended('failed', 'first'));
    expect(play(over, ended('done'))).toBe(over);
    expect(play(over, lost)).toBe(over);
    expect(play(over, percent(12))).toBe(over);
  });

  it('a second job id for the same step is not taken: it was never streamed, so it never runs', () => {
    const run = at('downloading');
    expect(play(run, { type: 'posted', jobId: 'job-2' })).toBe(run);
  });
});

describe('progress', () => {
  const percents = (...values: number[]) => {
    const seen: (number | undefined)[] = [];
    let run = at('downloading', says('hf_download_file', '📥 Downloading file: f.gguf'));
    for (const [index, value] of values.entries()) {
      run = play(run, percent(value, t0 + (index + 1) * 10_000));
      seen.push(stepOf(run, 'download').progress?.percent);
    }
    return { run, seen };
  };

  it('never falls within an attempt, though the hive starts the file over', () => {
    expect(percents(10, 36.5, 2, 0.1, 36.5, 40).seen).toEqual([10, 36.5, 36.5, 36.5, 36.5, 40]);
  });

  it('counts as standing still for as long as it does not rise', () => {
    const { run } = percents(10, 20, 15, 20);
    expect(stepOf(run, 'download').progress?.changedAt).toBe(t0 + 20_000);
  });

  it('has a rate that is smoothed, in points per millisecond', () => {
    const { run } = percents(10, 20, 40);
    expect(stepOf(run, 'download').progress?.rate).toBeCloseTo(0.7 * 0.001 + 0.3 * 0.002);
  });

  it('keeps its percentage through the phases that name none', () => {
    const run = play(percents(10, 98).run, says('hf_copy_start', '📋 Copying to model cache... (0.81 GB)'));
    expect(stepOf(run, 'download').progress).toMatchObject({ phase: 'copying', percent: 98 });
  });

  it('begins anew with the next attempt', () => {
    const run = play(percents(60).run, failed, { type: 'retried' });
    expect(stepOf(run, 'download').progress).toBeUndefined();
  });
});

describe('a failure', () => {
  it('names its step, is unseen, and ends the run', () => {
    const run = at('downloading', failed);
    expect(run).toMatchObject({ state: 'failed', seen: false, failure: { code: 'network', step: 'download', at: t0 } });
    expect(stepOf(run, 'download').state).toBe('failed');
    expect(play(run, failed)).toBe(run);
    expect(play(run, { type: 'proven' })).toBe(run);
    expect(play(run, { type: 'seen' }).seen).toBe(true);
  });

  it('keeps no more of the hive’s words than fits', () => {
    const run = at('downloading', { type: 'failed', code: 'hive-rejected', text: 'x'.repeat(10_000) });
    expect(run.failure?.text).toHaveLength(4_000);
    expect(jobOf(at('downloading', ended('failed', 'y'.repeat(10_000)))).ended?.reason).toHaveLength(4_000);
  });

  it('a lock counts down from 15 s, twice as long each time in a row', () => {
    let run = clicked();
    const waits: number[] = [];
    let now = t0;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      run = play(run, ...way.downloading, { ...locked, at: now });
      waits.push((run.retryAt ?? 0) - now);
      now = run.retryAt ?? now;
      run = play(run, { type: 'retried', at: now });
    }
    expect(waits).toEqual([15_000, 30_000, 60_000, 120_000]);
    run = play(run, ...way.downloading, failed, { type: 'retried' }, ...way.downloading, { ...locked, at: now });
    expect((run.retryAt ?? 0) - now).toBe(15_000);
  });

  it('the countdown stays below two hours, however often the lock is met', () => {
    const run = at('downloading', locked);
    const often = play({ ...run, locks: 500, state: 'queued', steps: clicked().steps }, ...way.downloading, locked);
    expect((often.retryAt ?? 0) - t0).toBeLessThan(2 * 3_600_000);
  });
});

describe('another attempt', () => {
  it.each([
    ['failed', at('downloading', failed)],
    ['cancelled', at('resolving', asked, { type: 'cancel-settled' })],
    ['stopped', at('running', { type: 'worker-gone' })],
  ] as const)('begins from the first step after a run was %s', (_, run) => {
    const again = play(run, { type: 'retried', at: t0 + 60_000 });
    expect(again).toMatchObject({ state: 'queued', attempt: 2, id: run.id, order: run.order });
    expect(again.steps).toEqual(clicked().steps);
    for (const key of ['failure', 'cancel', 'notes', 'retryAt', 'seen', 'choice'] as const) {
      expect(again[key]).toBeUndefined();
    }
  });

  it.each(['resolving', 'downloading', 'starting', 'running'] as const)('is not begun while the run is %s', (place) => {
    const run = at(place);
    expect(play(run, { type: 'retried' })).toBe(run);
  });

  it('is not begun before a lock was given back', () => {
    const run = at('downloading', locked);
    expect(play(run, { type: 'retried', at: t0 + 14_999 })).toBe(run);
    expect(play(run, { type: 'retried', at: t0 + 15_000 }).state).toBe('queued');
  });

  it('does not forget which file was chosen and that a build was agreed to', () => {
    const run = clicked({ picked: { repo: 'org/other', path: 'q4.gguf' }, agreed: true });
    expect(play(run, ...way.downloading, failed, { type: 'retried' })).toMatchObject({
      picked: { path: 'q4.gguf' },
      agreed: true,
    });
  });
});

describe('a cancel', () => {
  it('is remembered once, whatever the step, and counted from the first', () => {
    const run = at('downloading', asked);
    expect(run).toMatchObject({ state: 'cancelling', cancel: { askedAt: t0 } });
    expect(play(run, { ...asked, at: t0 + 1 })).toBe(run);
  });

  it.each(['running'] as const)('of a run that is %s is no cancel', (place) => {
    const run = at(place);
    expect(play(run, asked)).toBe(run);
  });

  it('of a download makes Retry count down 5 s, because the hive keeps the file’s lock', () => {
    const run = at('downloading', asked, { type: 'cancel-settled', at: t0 + 100 });
    expect(run).toMatchObject({ state: 'cancelled', retryAt: t0 + 5_100 });
    expect(stepOf(run, 'download').state).toBe('cancelled');
  });

  it('before a stream was opened makes Retry wait for nothing', () => {
    expect(at('resolving', asked, { type: 'cancel-settled' }).retryAt).toBeUndefined();
    const posted = at('resolved', { type: 'admitted' }, { type: 'posted', jobId: 'job-1' }, asked, {
      type: 'cancel-settled',
    });
    expect(posted).toMatchObject({ state: 'cancelled' });
    expect(posted.retryAt).toBeUndefined();
  });

  it('of a download that had finished says so', () => {
    const run = at('downloading', asked, ended('done'), { type: 'proven' });
    expect(run).toMatchObject({ state: 'cancelled', notes: ['finished-first'] });
  });

  it('of a download that failed first is a cancel, not a failure', () => {
    const run = at('downloading', asked, ended('failed', 'x'), failed);
    expect(run.state).toBe('cancelled');
    expect(run.failure).toBeUndefined();
  });

  it('does not wait for the next look at a job that was lost', () => {
    const run = at('downloading', lost, { type: 'checked', nextCheckAt: t0 + 60_000 }, asked);
    expect(jobOf(run).nextCheckAt).toBeUndefined();
  });

  it('of a run that waits for its turn, a hive or a person ends it', () => {
    const queued = at('resolved', asked, { type: 'cancel-settled' });
    const offline = at('resolving', { type: 'hive-down', nextCheckAt: t0 }, asked, { type: 'cancel-settled' });
    const choose = at('resolving', { type: 'choice-needed', reason: 'no-fit' }, asked, { type: 'cancel-settled' });
    for (const run of [queued, offline, choose]) expect(run.state).toBe('cancelled');
    expect(choose.choice).toBeUndefined();
  });

  it('stops the run from going on to anything new', () => {
    const run = at('resolving', asked);
    expect(play(run, { type: 'resolved', model: 'org/name:f.gguf' })).toBe(run);
    expect(play(run, { type: 'choice-needed', reason: 'no-fit' })).toBe(run);
    expect(play(run, { type: 'admitted' })).toBe(run);
    const binary = at('checkingBinary', asked);
    expect(play(binary, { type: 'skipped' })).toBe(binary);
    expect(play(binary, { type: 'agreed' })).toBe(binary);
    const again = at('downloading', lost, asked);
    expect(play(again, { type: 'resent', by: 'itself' })).toBe(again);
    expect(play(again, { type: 'again-asked' })).toBe(again);
  });

  it('that came too late for the POST still knows the job that it has to cancel', () => {
    const run = at('resolved', { type: 'admitted' }, asked, { type: 'posted', jobId: 'job-1' });
    expect(run.state).toBe('cancelling');
    expect(jobOf(run).id).toBe('job-1');
  });
});

describe('a job that the hive says was cancelled', () => {
  it('has ended, and is no failure until evidence was looked for', () => {
    const run = at('downloading', ended('cancelled'));
    expect(run.state).toBe('downloading');
    expect(jobOf(run).ended?.as).toBe('cancelled');
  });
});

describe('a hive that is away', () => {
  const down: Happening = { type: 'hive-down', nextCheckAt: t0 + 1_000 };

  it('makes a run that sent nothing wait for it, in its place in the queue', () => {
    const run = at('resolving', down);
    expect(run.state).toBe('offline');
    expect(stepOf(run, 'resolve').state).toBe('pending');
    expect(play(run, down)).toBe(run);
    const back = play(run, { type: 'hive-up', hive: 'http://localhost:7834' });
    expect(back).toMatchObject({ state: 'queued', hive: 'http://localhost:7834', order: run.order });
  });

  it('takes nothing from a run whose job it has: when it was first seen is kept', () => {
    const run = at('downloading', lost, { ...down, at: t0 + 5 }, { ...down, at: t0 + 10, nextCheckAt: t0 + 3_000 });
    expect(run.state).toBe('downloading');
    expect(jobOf(run)).toMatchObject({ downAt: t0 + 5, checks: 2, nextCheckAt: t0 + 3_000 });
  });

  it('that is back elsewhere is where the run goes on, unless it has a job there', () => {
    const moved: Happening = { type: 'hive-up', hive: 'http://localhost:7834' };
    expect(at('resolving', moved).hive).toBe('http://localhost:7834');
    const run = at('downloading');
    expect(play(run, moved)).toBe(run);
    const same = at('resolving');
    expect(play(same, { type: 'hive-up', hive: same.hive })).toBe(same);
  });

  it('is nothing to a run that is over', () => {
    const run = at('running');
    expect(play(run, down)).toBe(run);
  });
});

describe('a choice', () => {
  it('of a file sends the run back to the queue with it', () => {
    const run = at(
      'resolving',
      { type: 'choice-needed', reason: 'derivatives' },
      { type: 'picked', repo: 'org/gguf', path: 'q4.gguf' },
    );
    expect(run).toMatchObject({ state: 'queued', picked: { repo: 'org/gguf', path: 'q4.gguf' } });
    expect(run.choice).toBeUndefined();
  });

  it('of a file is no answer to anything else', () => {
    const picked: Happening = { type: 'picked', repo: 'org/gguf', path: 'q4.gguf' };
    for (const run of [at('downloading'), at('checkingBinary', { type: 'choice-needed', reason: 'install' })]) {
      expect(play(run, picked)).toBe(run);
    }
  });

  it('to build a missing worker sends the run back to the queue with it', () => {
    const run = at('checkingBinary', { type: 'choice-needed', reason: 'install' }, { type: 'agreed' });
    expect(run).toMatchObject({ state: 'queued', agreed: true });
    expect(play(run, { type: 'admitted' }).state).toBe('installing');
  });

  it('is not asked for where the worker binary is what was clicked', () => {
    const run = play(clickedWorker(), { type: 'admitted' }, { type: 'agreed' });
    expect(run).toMatchObject({ state: 'installing', agreed: true });
  });

  it('to build does not count for a binary that was not looked for in this attempt', () => {
    const run = at(
      'checkingBinary',
      { type: 'choice-needed', reason: 'install' },
      { type: 'agreed' },
      { type: 'admitted' },
    );
    const again = play(run, { type: 'failed', code: 'worker-install', text: 'x' }, { type: 'retried' });
    expect(stepOf(run, 'install').missing).toBe(true);
    expect(stepOf(again, 'install').missing).toBeUndefined();
    expect(again.agreed).toBe(true);
  });
});

describe('a job that was lost', () => {
  it('keeps the time when contact was lost', () => {
    const run = at('downloading', lost, { ...lost, at: t0 + 5 });
    expect(jobOf(run).lostAt).toBe(t0);
    expect(run.state).toBe('downloading');
  });

  it('and found later says so', () => {
    expect(at('downloading', lost, { type: 'proven' }).notes).toEqual(['found-after-loss']);
  });

  it('is sent again by itself with a note and a count; its old name means nothing any more', () => {
    const run = at('downloading', lost, { type: 'resent', by: 'itself' });
    expect(run).toMatchObject({ state: 'queued', notes: ['sent-again'], attempt: 1 });
    expect(stepOf(run, 'download')).toEqual({ name: 'download', state: 'pending', resent: 1 });
    const next = play(run, { type: 'admitted' }, { type: 'posted', jobId: 'job-2' });
    expect(play(next, ended('done'))).toBe(next);
    const third = play(next, { type: 'lost', jobId: 'job-2' }, { type: 'resent', by: 'itself' });
    expect(stepOf(third, 'download').resent).toBe(2);
    expect(third.notes).toEqual(['sent-again']);
  });

  it('is sent again for a person only once the old job was cancelled, and does not count as by itself', () => {
    const wished = at('downloading', lost, { type: 'checked', nextCheckAt: t0 + 60_000 }, { type: 'again-asked' });
    expect(jobOf(wished)).toMatchObject({ id: 'job-1', again: true });
    expect(jobOf(wished).nextCheckAt).toBeUndefined();
    const run = play(wished, { type: 'resent', by: 'person' });
    expect(stepOf(run, 'download')).toEqual({ name: 'download', state: 'pending' });
    expect(run.notes).toBeUndefined();
  });

  it('is the only one a person can send again', () => {
    const run = at('downloading');
    expect(play(run, { type: 'again-asked' })).toBe(run);
    const over = at('downloading', ended('done'));
    expect(play(over, { type: 'again-asked' })).toBe(over);
  });

  it('of a spawn that is sent again takes the look before it along, and the worker once the next is posted', () => {
    const run = at('started', lost, { type: 'resent', by: 'person' });
    expect(run.worker?.pid).toBe(4242);
    expect(stepOf(run, 'spawn').before).toBeUndefined();
    expect(play(run, { type: 'admitted' }, { type: 'posted', jobId: 'job-2' }).worker).toBeUndefined();
  });
});

describe('the worker', () => {
  it('has a port as soon as the hive names one, and a pid with the next line', () => {
    const run = at('starting', says('worker_spawn_port', '📍 Assigned port 8080 to worker'));
    const known = { port: 8080, address: 'http://localhost:8080', recipe: `${model} cpu 0` };
    expect(run.worker).toEqual(known);
    expect(at('started').worker).toEqual({ ...known, pid: 4242 });
  });

  it('on a port where somebody answered before the POST proves nothing', () => {
    const run = at('readyToSpawn', {
      type: 'posted',
      jobId: 'job-1',
      occupied: [8080],
      before: [{ pid: 7, port: 9000 }],
    });
    const told = (port: number) => play(run, says('worker_spawn_port', `📍 Assigned port ${port} to worker`));
    expect([8080, 8081, 9000].map((port) => told(port).worker?.taken)).toEqual([true, undefined, true]);
  });

  it('is kept over a failure and its retry, so that it is looked at before another is asked for', () => {
    const timedOut = { as: 'failed', reason: 'Start daemon timed out after 120 seconds' } as const;
    const failed = at(
      'started',
      { type: 'ended', jobId: 'job-1', ...timedOut },
      { type: 'failed', code: 'spawn-timeout', text: '' },
    );
    expect(failed.notes).toEqual(['process-may-remain']);
    expect(play(failed, { type: 'retried' })).toMatchObject({ state: 'queued', worker: { port: 8080, pid: 4242 } });
    expect(at('running', { type: 'worker-gone' }, { type: 'retried' }).worker?.pid).toBe(4242);
  });

  it('keeps what is known of it when the hive names port and pid again', () => {
    const taken = at('starting', says('worker_spawn_port', '📍 Assigned port 8080 to worker'), {
      type: 'port-taken',
      jobId: 'job-1',
    });
    const run = play(
      taken,
      says('started', '✅ Daemon started with PID: 4242'),
      says('worker_spawn_complete', "✅ Worker 'worker-cpu-8080' spawned (PID: 4242, port: 8080)"),
    );
    expect(run.worker).toMatchObject({ port: 8080, pid: 4242, taken: true });
  });

  it('is not blamed for answering once its process was reported', () => {
    const run = at('started');
    expect(play(run, { type: 'port-taken', jobId: 'job-1' })).toBe(run);
  });

  it('that answers is proven again, that does not has stopped', () => {
    expect(at('running', { type: 'worker-proven', at: t0 + 9 }).worker?.provenAt).toBe(t0 + 9);
    const stopped = at('running', { type: 'worker-gone' });
    expect(stopped.state).toBe('stopped');
    expect(play(stopped, { type: 'worker-proven' })).toBe(stopped);
  });
});

describe('the reducer is pure', () => {
  const everything: Happening[] = [
    { type: 'admitted' },
    { type: 'resolved', model: 'org/name:f.gguf' },
    { type: 'choice-needed', reason: 'install' },
    { type: 'agreed' },
    { type: 'picked', repo: 'a/b', path: 'c' },
    { type: 'skipped' },
    { type: 'posted', jobId: 'job-1' },
    { type: 'opened', jobId: 'job-1' },
    percent(12),
    says('worker_spawn_port', '📍 Assigned port 8080 to worker'),
    says('started', '✅ Daemon started with PID: 4242'),
    ended('done'),
    ended('failed', 'x'),
    ended('cancelled'),
    lost,
    { type: 'port-taken', jobId: 'job-1' },
    { type: 'checked', nextCheckAt: t0 },
    { type: 'proven', worker: { address: 'http://localhost:1', port: 1 } },
    failed,
    locked,
    { type: 'hive-down', nextCheckAt: t0 },
    { type: 'hive-up', hive: 'http://localhost:7834' },
    { type: 'again-asked' },
    { type: 'resent', by: 'itself' },
    { type: 'resent', by: 'person' },
    asked,
    { type: 'cancel-sent' },
    { type: 'cancel-settled', note: 'process-may-remain' },
    { type: 'retried' },
    { type: 'worker-proven' },
    { type: 'worker-gone' },
    { type: 'seen' },
  ];
  const places = Object.keys(way) as (keyof typeof way)[];

  it.each(places)('in every place (%s): the same event gives the same run, what was given stays as it was', (place) => {
    const run = at(place);
    const copy = structuredClone(run);
    for (const happening of everything) {
      const event = freeze({ ...happening, at: t0 + 1 });
      const once = applyEvent(run, event);
      expect(applyEvent(run, event)).toEqual(once);
      if (once !== run) expect(once.updatedAt).toBe(t0 + 1);
      expect(safeParse(Run, once).success).toBe(true);
    }
    expect(run).toEqual(copy);
  });
});

describe('a yes to building the worker', () => {
  it('that comes while it is still looked for is not asked for again', () => {
    const agreed = at('checkingBinary', { type: 'agreed' });
    expect(play(agreed, { type: 'choice-needed', reason: 'install' })).toBe(agreed);
  });
});
