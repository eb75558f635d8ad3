import { describe, expect, it } from 'vitest';
import { lockWait, longestLockWaitMs, retryWaitMs } from '../../../lib/runs/retry-countdown.ts';
import { apply, at, t0 } from './samples.ts';

const locked = at('downloading', { type: 'failed', code: 'download-locked', text: '' });
const cancelled = at('downloading', { type: 'cancel-asked' }, { type: 'cancel-settled' });

describe.each([
  ['after a lock', locked, 15_000],
  ['after a cancel', cancelled, 5_000],
])('the wait before Retry %s', (_, run, ms) => {
  it('counts down to zero', () => {
    expect([0, 1_000, ms, ms + 1].map((passed) => retryWaitMs(run, t0 + passed))).toEqual([ms, ms - 1_000, 0, 0]);
    expect(apply(run, { type: 'retried', at: t0 + ms - 1 })).toBe(run);
    expect(apply(run, { type: 'retried', at: t0 + ms }).state).toBe('queued');
  });

  it('ends if the clock was set back, even after a view has shown the run', () => {
    const seen = apply(run, { type: 'seen', at: t0 - 3_600_000 });
    expect(retryWaitMs(seen, t0 - 3_599_000)).toBe(0);
    expect(apply(seen, { type: 'retried', at: t0 - 3_599_000 }).state).toBe('queued');
  });
});

it('the wait before Retry doubles with each attempt that finds the file locked, up to 64 minutes', () => {
  expect([1, 2, 3, 9, 10, 1_000].map(lockWait)).toEqual([
    15_000,
    30_000,
    60_000,
    longestLockWaitMs,
    longestLockWaitMs,
    longestLockWaitMs,
  ]);
  expect(longestLockWaitMs).toBe(64 * 60_000);
});
