import type { Run, Step } from '../../lib/runs/run.ts';

/** A percentage that has not changed for this long is reported as a stall; the hive sends one every 10 s. */
export const stallAfterMs = 45_000;

export type ProgressFacts = {
  /** 0–100. Absent if the hive reported none, and while contact is lost. */
  percent?: number;
  /** The last percentage before contact was lost. */
  lastPercent?: number;
  bytes?: { done: number; total: number };
  bytesPerSecond?: number;
  leftMs?: number;
  /** How long the percentage has not changed, from 45 s on. */
  stalledMs?: number;
};

/**
 * The progress of a step at `now`: bytes, speed and remaining time follow from the hive's percentages and the file size that the hub
 * reports. Every number is finite, or absent.
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
