import type { Run } from './run.ts';

/** A failure that no view has displayed yet. */
export const hasUnseenFailure = (run: Run): boolean => run.state === 'failed' && run.seen === false;
