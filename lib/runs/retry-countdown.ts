import type { Run } from './run.ts';

/** The hive holds the lock of a download for a while. The wait doubles with each attempt, eight times at most. */
const lockWaitMs = 15_000;
/** The longest wait, in ms. */
export const longestLockWaitMs = lockWaitMs * 2 ** 8;

/** For how many ms to wait after this many attempts in a row that found the download locked. */
export const lockWait = (attempts: number): number => Math.min(lockWaitMs * 2 ** (attempts - 1), longestLockWaitMs);

/** For how many ms Retry cannot help yet. A clock that was set back ends the wait. */
export const retryWaitMs = ({ retryAt = 0, failure, cancel }: Run, now: number): number =>
  now < (failure?.at ?? cancel?.askedAt ?? 0) ? 0 : Math.max(0, retryAt - now);

/** Whether a retry would be refused now. */
export const isRetryEarly = (run: Run, now: number): boolean => retryWaitMs(run, now) > 0;
