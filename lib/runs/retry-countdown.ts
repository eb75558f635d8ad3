import type { Run } from './run.ts';

/** A damaged record may contain anything, even what cannot be made a number. */
export const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** For how many ms Retry cannot help yet. A clock that was set back ends the wait. */
export const retryWaitMs = ({ retryAt, failure, cancel }: Run, now: number): number =>
  now < numberOr(failure?.at ?? cancel?.askedAt, 0) ? 0 : Math.max(0, numberOr(retryAt, 0) - now);

export const isRetryEarly = (run: Run, now: number): boolean => retryWaitMs(run, now) > 0;
