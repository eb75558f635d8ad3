import type { Run, Step } from '../../lib/runs/run.ts';

/** How long a percentage may stay the same before that is worth saying: the hive names one every ten seconds. */
export const stallAfterMs = 45_000;

export type ProgressFacts = {
  /** 0–100. Absent where the hive named none, and while contact is lost: then nobody knows. */
  percent?: number;
  /** The last one known before contact was lost. */
  lastPercent?: number;
  bytes?: { done: number; total: number };
  bytesPerSecond?: number;
  leftMs?: number;
  /** For how long nothing has moved, from 45 s on. */
  stalledMs?: number;
};

/**
 * What can honestly be said of a step's progress at `now`: bytes and speed from the file's size as the hub names it, and the
 * hive's percentages. Every number is finite, or absent.
 */
export function readProgress(run: Run, step: Step, now: number): ProgressFacts {
  const { progress, job } = step;
  if (!progress) return {};
  const { percent, rate } = progress;
  if (job?.state === 'lost') return percent === undefined ? {} : { lastPercent: percent };
  if (progress.phase !== 'downloading') return percent === undefined ? {} : { percent };

  const facts: ProgressFacts = {};
  const total = run.file?.size;
  const stillMs = now - progress.changedAt;
  const stalled = stillMs >= stallAfterMs && percent !== 100;
  if (stalled) facts.stalledMs = stillMs;
  if (percent === undefined) return facts;

  facts.percent = percent;
  if (total) facts.bytes = { done: Math.round((total * percent) / 100), total };
  if (!stalled && rate && rate > 0) {
    const leftMs = (100 - percent) / rate - Math.max(0, stillMs);
    if (Number.isFinite(leftMs) && leftMs > 0) facts.leftMs = leftMs;
    const speed = total && (total * rate * 1000) / 100;
    if (speed && Number.isFinite(speed)) facts.bytesPerSecond = speed;
  }
  return facts;
}
