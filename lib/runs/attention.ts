import type { Run, RunState } from './run.ts';

const over: ReadonlySet<RunState> = new Set(['installed', 'stopped', 'failed', 'cancelled']);

/** Nothing of it goes on or runs, so a person may dismiss it. */
export const isOver = (run: Run): boolean => over.has(run.state);

/** A failure no view has shown yet. */
export const isUnseen = (run: Run): boolean => run.state === 'failed' && run.seen === false;

/** What a view shows in full and on top: whatever goes on, and failures nobody has seen. */
export const needsAttention = (run: Run): boolean => !isOver(run) || isUnseen(run);

/**
 * The order a view shows runs in: those in `onTop` first, each part newest click first. A view adds to `onTop` and never
 * takes away while it is open, so nothing jumps when a run ends.
 */
export function arrange(runs: readonly Run[], onTop: ReadonlySet<string>): Run[] {
  return [...runs].sort((a, b) => Number(onTop.has(b.id)) - Number(onTop.has(a.id)) || b.order - a.order);
}

/** How many runs on the same hive were clicked before this queued one and have not ended. */
export function countAhead(run: Run, runs: readonly Run[]): number {
  const holds = (other: Run) => !isOver(other) && other.state !== 'running' && other.state !== 'choose';
  return runs.filter((other) => other.hive === run.hive && other.order < run.order && holds(other)).length;
}
