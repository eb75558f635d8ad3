import type { Run } from './run.ts';

/** For how many ms Retry is of no use yet. A clock that was set back since ends the wait. */
export const retryWaitMs = ({ retryAt = 0, failure, cancel }: Run, now: number): number =>
  now < (failure?.at ?? cancel?.askedAt ?? 0) ? 0 : Math.max(0, retryAt - now);
