import type { Run, RunState } from './run.ts';

const overStates: ReadonlySet<RunState> = new Set(['installed', 'stopped', 'failed', 'cancelled']);

/** Nothing of the run continues, so the user can dismiss it. */
export const isOver = (run: Run): boolean => overStates.has(run.state);

/** A failure that no view has displayed yet. */
export const isUnseen = (run: Run): boolean => run.state === 'failed' && run.seen === false;
