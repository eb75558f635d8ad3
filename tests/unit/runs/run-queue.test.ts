import { describe, expect, it } from 'vitest';
import type { Run } from '../../../lib/runs/run.ts';
import { admit } from '../../../lib/runs/run-queue.ts';
import { apply, at, clickedWorker, freeze, hive, type TestEvent } from './samples.ts';

const lost: TestEvent = { type: 'lost', jobId: 'job-1' };

/** Runs in click order, each with another id and model. */
const runs = (...list: [id: string, run: Run, where?: string][]): Run[] =>
  list.map(([id, run, where = hive], order) =>
    freeze({ ...run, id, order, hive: where, ...(run.model && { model: `org/${id}:f.gguf` }) }),
  );
const admitted = (list: Run[], downloads = 1): string[] => admit(list, { downloads }).map(({ id }) => id);

const resolving = at('resolving');
const waitsToResolve = apply({
  ...resolving,
  state: 'queued',
  steps: resolving.steps.map(({ name }) => ({ name, state: 'pending' })),
});
const waitsToDownload = at('resolved');
const downloading = at('downloading');
const waitsToSpawn = at('checkingBinary', { type: 'skipped' });
const starting = at('starting');
const installing = apply(
  clickedWorker(),
  { type: 'admitted' },
  { type: 'agreed' },
  { type: 'posted', step: 'install', jobId: 'job-1' },
);
const waitsToInstall = clickedWorker();
const elsewhere = 'http://192.168.1.5:7835';

describe('on one hive', () => {
  it('one download runs at a time, in the order of the clicks', () => {
    expect(admitted(runs(['a', waitsToDownload], ['b', waitsToDownload], ['c', waitsToDownload]))).toEqual(['a']);
    expect(admitted(runs(['a', downloading], ['b', waitsToDownload]))).toEqual([]);
  });

  it('runs start in the order of their clicks, not of the list', () => {
    expect(admitted(runs(['a', waitsToDownload], ['b', waitsToDownload]).reverse())).toEqual(['a']);
  });

  it('a later click waits for an earlier one whose file is not chosen yet', () => {
    for (const earlier of [resolving, waitsToResolve]) {
      expect(admitted(runs(['a', earlier], ['b', waitsToDownload]))).not.toContain('b');
      expect(admitted(runs(['a', earlier], ['b', waitsToDownload]), 2)).toContain('b');
      expect(admitted(runs(['a', waitsToDownload], ['b', earlier]))).toContain('a');
      expect(admitted(runs(['a', earlier, elsewhere], ['b', waitsToDownload]))).toContain('b');
    }
    const choose = apply(resolving, { type: 'choice-needed', reason: 'no-fit' });
    expect(admitted(runs(['a', choose], ['b', waitsToDownload]))).toEqual(['b']);
  });

  it.each([1, 2, 3, 4])('%i downloads run at once if the setting allows it', (most) => {
    const list = runs(...(['a', 'b', 'c', 'd', 'e', 'f'] as const).map((id): [string, Run] => [id, waitsToDownload]));
    expect(admitted(list, most)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].slice(0, most));
  });

  it('a lost download keeps its slot until evidence was looked for once', () => {
    const unchecked = apply(downloading, lost);
    expect(admitted(runs(['a', unchecked], ['b', waitsToDownload]))).toEqual([]);
    const checked = apply(unchecked, { type: 'checked', nextCheckAt: 0 });
    expect(admitted(runs(['a', checked], ['b', waitsToDownload]))).toEqual(['b']);
  });

  it('a download keeps its slot until its cancel is confirmed', () => {
    const cancelling = apply(downloading, { type: 'cancel-asked' });
    expect(admitted(runs(['a', cancelling], ['b', waitsToDownload]))).toEqual([]);
    expect(admitted(runs(['a', apply(cancelling, { type: 'cancel-settled' })], ['b', waitsToDownload]))).toEqual(['b']);
  });

  it('one spawn runs at a time, because each one occupies a port', () => {
    expect(admitted(runs(['a', waitsToSpawn], ['b', waitsToSpawn]), 4)).toEqual(['a']);
    expect(admitted(runs(['a', starting], ['b', waitsToSpawn]), 4)).toEqual([]);
    expect(admitted(runs(['a', apply(starting, lost)], ['b', waitsToSpawn]), 4)).toEqual([]);
  });

  it('a download and a spawn run at the same time', () => {
    expect(admitted(runs(['a', waitsToSpawn], ['b', waitsToDownload]))).toEqual(['a', 'b']);
  });

  it('one build runs at a time', () => {
    expect(admitted(runs(['a', installing], ['b', waitsToInstall]), 4)).toEqual([]);
  });

  it('a lost build blocks no other run, because it may have failed without a trace', () => {
    const waitsForBinary = at('downloaded');
    expect(admitted(runs(['a', installing], ['b', waitsForBinary]))).toEqual([]);
    expect(admitted(runs(['a', apply(installing, lost)], ['b', waitsForBinary]))).toEqual(['b']);
  });

  it('at most four streams are open, so that a connection is free for cancels and lists', () => {
    const four = runs(
      ['a', downloading],
      ['b', downloading],
      ['c', downloading],
      ['d', starting],
      ['e', waitsToDownload],
      ['f', waitsToInstall],
    );
    expect(admitted(four, 4)).toEqual([]);
    expect(admitted(four.slice(1), 4)).toEqual(['e']);
    // A lost job has no open stream.
    const [first, ...others] = four;
    expect(admitted([apply(first as Run, lost), ...others], 4)).toEqual(['e']);
  });

  it('runs never wait in the queue to choose their file', () => {
    const list = runs(['a', downloading], ['b', waitsToResolve], ['c', waitsToResolve], ['d', waitsToResolve]);
    expect(admitted(list)).toEqual(['b', 'c', 'd']);
  });

  it('a run that waits for the user or for its hive uses no slot', () => {
    const choose = at('checkingBinary', { type: 'choice-needed', reason: 'install' });
    const offline = at('resolved', { type: 'admitted' }, { type: 'hive-offline', nextCheckAt: 0 });
    expect(admitted(runs(['a', choose], ['b', offline], ['c', waitsToDownload], ['d', waitsToInstall]))).toEqual([
      'c',
      'd',
    ]);
  });

  it('runs of the same model wait for each other in every step', () => {
    const same = (...list: Parameters<typeof runs>) =>
      admitted(
        runs(...list).map((run) => ({ ...run, model: 'org/same:f.gguf' })),
        4,
      );
    expect(same(['a', downloading], ['b', waitsToDownload])).toEqual([]);
    expect(same(['a', starting], ['b', waitsToDownload])).toEqual([]);
    expect(same(['a', waitsToSpawn], ['b', waitsToDownload])).toEqual(['a']);
    expect(same(['a', waitsToDownload], ['b', downloading])).toEqual([]);
    expect(same(['a', downloading], ['b', waitsToDownload, elsewhere])).toEqual(['b']);
    expect(same(['a', downloading], ['b', waitsToResolve])).toEqual(['b']);
    const choose = at('checkingBinary', { type: 'choice-needed', reason: 'install' });
    for (const idle of [choose, at('running')]) expect(same(['a', idle], ['b', waitsToDownload])).toEqual(['b']);
  });

  it('a finished run uses no slot', () => {
    const over = [at('running'), apply(downloading, { type: 'failed', code: 'disk', text: '' })];
    expect(admitted(runs(...over.map((run, i): [string, Run] => [`${i}`, run]), ['z', waitsToDownload]))).toEqual([
      'z',
    ]);
  });
});

describe('on several hives', () => {
  it('each has its own queue', () => {
    const list = runs(
      ['a', downloading],
      ['b', waitsToDownload],
      ['c', waitsToDownload, elsewhere],
      ['d', waitsToDownload, elsewhere],
    );
    expect(admitted(list)).toEqual(['c']);
  });
});
