import { record as anyOf, assert, double, integer, option, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../english.ts';
import { readProgress } from '../../../components/ui/progress.ts';
import { formatBytes, formatDuration, formatPercent, formatSpeed } from '../../../lib/i18n/format.ts';
import type { Run, Step } from '../../../lib/runs/run.ts';
import { job, progress, record, steps } from '../../e2e/records.ts';

const now = 1_764_000_000_000;
const gigabyte = 1_000_000_000;

function facts(progressed: Partial<Step['progress']>, more: { size?: number; lost?: boolean } = {}) {
  const step: Partial<Step> = {
    job: job(now, more.lost ? { lostAt: now - 1_000 } : {}),
    progress: { ...progress(now, { changedAt: now }), ...progressed } as NonNullable<Step['progress']>,
  };
  const run = record(now, {
    state: 'downloading',
    steps: steps('download', 'active', step),
    file: more.size === undefined ? {} : { size: more.size },
  });
  return readProgress(run, run.steps[1] as Step, now);
}

describe('the progress of a download', () => {
  it('derives bytes, speed and remaining time from size, percentage and rate', () => {
    expect(facts({ percent: 25, rate: 0.001 }, { size: gigabyte })).toEqual({
      percent: 25,
      bytes: { done: 250_000_000, total: gigabyte },
      bytesPerSecond: 10_000_000,
      leftMs: 75_000,
    });
  });

  it('counts down the remaining time between two percentages', () => {
    expect(facts({ percent: 25, rate: 0.001, changedAt: now - 5_000 }, { size: gigabyte }).leftMs).toBe(70_000);
  });

  it('contains no bytes if the size is unknown', () => {
    expect(facts({ percent: 25, rate: 0.001 })).toEqual({ percent: 25, leftMs: 75_000 });
  });

  it('is empty without a percentage', () => {
    expect(facts({}, { size: gigabyte })).toEqual({});
  });

  it.each([
    [44_999, undefined],
    [45_000, 45_000],
    [125_000, 125_000],
  ])('after %i ms without a change, stalledMs is %s', (still, stalledMs) => {
    const result = facts({ percent: 25, rate: 0.001, changedAt: now - still }, { size: gigabyte });
    expect(result.stalledMs).toBe(stalledMs);
    if (stalledMs) expect(result).not.toHaveProperty('leftMs');
  });

  it('reports a stall before the first percentage but not at 100 %', () => {
    expect(facts({ changedAt: now - 60_000 }).stalledMs).toBe(60_000);
    expect(facts({ percent: 100, changedAt: now - 60_000 })).not.toHaveProperty('stalledMs');
  });

  it('reports no stall in phases without progress messages', () => {
    expect(facts({ phase: 'copying', changedAt: now - 600_000 })).toEqual({});
  });

  it('contains only the last percentage after the stream was lost', () => {
    expect(facts({ percent: 41.2, rate: 0.001 }, { size: gigabyte, lost: true })).toEqual({ lastPercent: 41.2 });
  });

  it('is never NaN, infinite or negative', () => {
    const anything = anyOf({
      percent: option(double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      rate: option(double({ min: 0, max: Number.MAX_VALUE, noNaN: true }), { nil: undefined }),
      changedAt: integer({ min: 0, max: now + 10_000_000 }),
    });
    assert(
      property(anything, option(integer({ min: 0 }), { nil: undefined }), (progressed, size) => {
        const defined = Object.fromEntries(Object.entries(progressed).filter(([, value]) => value !== undefined));
        const result = facts(
          defined as Partial<NonNullable<Run['steps'][0]['progress']>>,
          size === undefined ? {} : { size },
        );
        const numbers = [result.percent, result.bytes?.done, result.bytesPerSecond, result.leftMs, result.stalledMs];
        for (const number of numbers.filter((one) => one !== undefined)) {
          expect(number).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(number)).toBe(true);
          const words = [formatBytes(number), formatDuration(number), formatPercent(number), formatSpeed(number)];
          expect(words.join(' ')).not.toMatch(/NaN|Infinity|undefined|∞/);
        }
      }),
    );
  });
});
