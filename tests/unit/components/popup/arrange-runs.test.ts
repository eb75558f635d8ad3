import { describe, expect, it } from 'vitest';
import { arrange, belongsOnTop, countAhead } from '../../../../components/popup/arrange-runs.ts';
import { hasEnded } from '../../../../lib/runs/steps.ts';
import { everyState, record } from '../../../e2e/records.ts';

const now = 1_764_000_000_000;
const states = everyState(now);
const statesThat = (test: (run: (typeof states)[keyof typeof states]) => boolean) =>
  Object.values(states)
    .filter(test)
    .map(({ state }) => state);

describe('the order of runs', () => {
  it('only ended runs can be dismissed', () => {
    expect(statesThat(hasEnded)).toEqual(['installed', 'stopped', 'failed', 'cancelled']);
  });

  it('expands runs that have not ended, running runs and failures that were not seen', () => {
    expect(statesThat((run) => !belongsOnTop(run))).toEqual(['installed', 'stopped', 'cancelled']);
    expect(belongsOnTop({ ...states.failed, seen: true })).toBe(false);
  });

  it('has the expanded runs first, and the newest click first in each part', () => {
    const [a, b, c, d] = [record(now), record(now), record(now), record(now)];
    expect(arrange([a, b, c, d], new Set([a.id, c.id]))).toEqual([c, a, d, b]);
  });
});

it('the queue position counts earlier unfinished runs on the same hive', () => {
  const all = [
    record(now, { hive: 'http://gpu-box:7835', state: 'downloading' }),
    record(now, { state: 'cancelled' }),
    record(now, { state: 'running' }),
    record(now, { state: 'choose' }),
    record(now, { state: 'downloading' }),
    record(now),
  ];
  const mine = record(now);
  expect(countAhead(mine, [...all, mine, record(now)])).toBe(2);
});
