/** The longest pause before a check or a retry. */
const longestMs = 60_000;

/** 1 s, 2 s, 4 s … a minute. */
export const backOffMs = (checks: number): number => Math.min(longestMs, 1_000 * 2 ** Math.min(checks, 6));

/** A hive that went offline is looked for more often for the first five minutes: a restart is noticed within 10 s. */
export const offlineBackOffMs = (checks: number): number =>
  Math.min(checks < 30 ? 10_000 : longestMs, backOffMs(checks));

/** Resolves after `ms`, at most a minute, so that a clock that is set back does not stall a run. Rejects with the abort reason. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (ms <= 0) return resolve();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.min(ms, longestMs),
    );
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
