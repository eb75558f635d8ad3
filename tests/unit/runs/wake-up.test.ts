import { expect, it } from 'vitest';
import type { Run } from '../../../lib/runs/run.ts';
import { alarmPeriod, nextPollAt } from '../../../lib/runs/wake-up.ts';
import { at, t0 } from './samples.ts';

const minute = 60_000;
const manual = at('starting', { type: 'manual-start', manual: { port: 8080, installed: true } });
const polling = (nextPollAt?: number): Run => ({
  ...manual,
  manual: { port: 8080, installed: true, since: t0, ...(nextPollAt && { nextPollAt }) },
});

it('a manual start is polled every 30 s for 10 minutes, every 5 minutes for 2 hours, and then only for a view', () => {
  const pause = (waited: number) => {
    const next = nextPollAt(t0, t0 + waited);
    return next && next - t0 - waited;
  };
  expect([0, 9 * minute, 10 * minute, 129 * minute, 130 * minute].map(pause)).toEqual([
    30_000,
    30_000,
    5 * minute,
    5 * minute,
    undefined,
  ]);
});

it.each<[string, Run[], number, number | undefined]>([
  ['a run in progress', [at('downloading')], 0, 0.5],
  ['a cancel in progress', [at('downloading', { type: 'cancel-asked' })], 0, 0.5],
  ['an offline hive', [at('resolving', { type: 'hive-offline', nextCheckAt: 0 })], 0, 0.5],
  ['a manual start within 10 minutes', [polling(t0)], 9 * minute, 0.5],
  ['a manual start within 2 hours', [polling(t0)], 11 * minute, 5],
  ['a manual start that is not polled any more', [polling()], 0, undefined],
  ['a choice of a file', [at('resolving', { type: 'choice-needed', reason: 'no-fit' })], 0, undefined],
  ['a running run', [at('running')], 0, undefined],
  ['nothing', [], 0, undefined],
  ['a manual start and a run in progress', [polling(t0), at('starting')], 60 * minute, 0.5],
])('the alarm period for %s', (_, runs, waited, period) => {
  expect(alarmPeriod(runs, t0 + waited)).toBe(period);
});
