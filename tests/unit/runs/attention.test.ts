import { describe, expect, it } from 'vitest';
import { arrange, countAhead, isOver, needsAttention } from '../../../lib/runs/attention.ts';
import { everyState, record } from '../../e2e/records.ts';

const now = 1_764_000_000_000;
const states = everyState(now);

describe('which runs a view shows first and in full', () => {
  it('whatever goes on, waits or runs, and a failure nobody has seen', () => {
    const first = Object.values(states).filter(needsAttention);
    expect(first.map(({ state }) => state)).toEqual([
      'queued',
      'offline',
      'resolving',
      'choose',
      'downloading',
      'installing',
      'starting',
      'cancelling',
      'running',
      'failed',
    ]);
    expect(needsAttention({ ...states.failed, seen: true })).toBe(false);
  });

  it('only what is over can be dismissed', () => {
    const over = Object.values(states).filter(isOver);
    expect(over.map(({ state }) => state)).toEqual(['installed', 'stopped', 'failed', 'cancelled']);
  });

  it('those on top come first, each part newest click first', () => {
    const [a, b, c, d] = [record(now), record(now), record(now), record(now)];
    expect(arrange([a, b, c, d], new Set([a.id, c.id]))).toEqual([c, a, d, b]);
  });
});

describe('how many runs a queued one waits for', () => {
  it('those clicked before it on the same hive that hold or wait for a place', () => {
    const elsewhere = record(now, { hive: 'http://gpu-box:7835', state: 'downloading' });
    const over = record(now, { state: 'cancelled' });
    const running = record(now, { state: 'running' });
    const undecided = record(now, { state: 'choose' });
    const downloading = record(now, { state: 'downloading' });
    const queued = record(now);
    const mine = record(now);
    const later = record(now);
    const all = [elsewhere, over, running, undecided, downloading, queued, mine, later];
    expect(countAhead(mine, all)).toBe(2);
    expect(countAhead(downloading, all)).toBe(0);
  });
});
