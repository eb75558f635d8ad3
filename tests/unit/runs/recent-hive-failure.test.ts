import { expect, it } from 'vitest';
import { recentHiveFailure } from '../../../lib/runs/recent-hive-failure.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { at, t0 } from './samples.ts';

const failure = { code: 'spawn-binary', step: 'spawn', backend: 'cpu', text: '', at: t0 } as const;
// The run was started again on another backend since.
const device: Run['device'] = { backend: 'cuda', index: 0 };
const before: Run = { ...at('running'), id: 'before', device, hiveFailure: { ...failure, installed: ['a', 'b'] } };
const run = at('readyToSpawn');
const hour = 3_600_000;

it.each<[string, Partial<Run>, string[], number, boolean]>([
  ['is found for the same hive and backend', {}, ['b', 'a'], hour, true],
  ['is ignored after a day', {}, ['a', 'b'], 24 * hour, false],
  ['is ignored if the clock was set back by a day', {}, ['a', 'b'], -24 * hour, false],
  ['is ignored if a worker was installed', {}, ['a', 'b', 'c'], hour, false],
  ['is ignored if a worker was replaced', {}, ['a', 'c'], hour, false],
  ['is ignored for another hive', { hive: 'http://gpu:7835' }, ['a', 'b'], hour, false],
  ['is ignored for another backend', { device }, ['a', 'b'], hour, false],
])('a failed spawn %s', (_, changes, installed, passed, expected) => {
  const found = recentHiveFailure({ ...run, ...changes }, [before], installed, t0 + passed);
  expect(found !== undefined).toBe(expected);
});
