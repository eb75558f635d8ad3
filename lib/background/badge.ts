import { isFinished } from '../runs/reducer.ts';
import type { Run } from '../runs/run.ts';

export type Badge = { text: string; tone: 'active' | 'failed' | 'none' };

/** A percentage for one active run, a count for several, `!` while a failure was not seen, else nothing. */
export function readBadge(runs: readonly Run[]): Badge {
  if (runs.some((run) => run.state === 'failed' && run.seen === false)) return { text: '!', tone: 'failed' };
  const active = runs.filter((run) => !isFinished(run));
  const [only] = active;
  if (!only) return { text: '', tone: 'none' };
  if (active.length > 1) return { text: String(active.length), tone: 'active' };
  const progress = only.steps.find(({ state }) => state === 'active')?.progress;
  return { text: progress?.percent === undefined ? '1' : `${Math.floor(progress.percent)}%`, tone: 'active' };
}
