import type { Run } from '../../lib/runs/run.ts';
import { hasEnded } from '../../lib/runs/steps.ts';
import { hasUnseenFailure } from '../../lib/runs/unseen-failure.ts';

/** Runs that are shown expanded and first: everything that is not over, and failures that were not displayed yet. */
export const belongsOnTop = (run: Run): boolean => !hasEnded(run) || hasUnseenFailure(run);

/**
 * The order of the list: the runs in `onTop` first, each part with the newest click first. The list adds to `onTop` and never removes
 * while it is open, so that nothing jumps when a run ends.
 */
export function arrange(runs: readonly Run[], onTop: ReadonlySet<string>): Run[] {
  return [...runs].sort((a, b) => Number(onTop.has(b.id)) - Number(onTop.has(a.id)) || b.order - a.order);
}

/** How many earlier runs on the same hive are queued or occupy it. */
export function countAhead(run: Run, runs: readonly Run[]): number {
  const occupies = (other: Run) => !hasEnded(other) && other.state !== 'running' && other.state !== 'choose';
  return runs.filter((other) => other.hive === run.hive && other.order < run.order && occupies(other)).length;
}
