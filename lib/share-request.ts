/** Calls `ask`, or waits for the call in flight with the same key. Throws the signal's reason if that aborts first. */
export type Share = <T>(key: string, signal: AbortSignal | undefined, ask: () => Promise<T>) => Promise<T>;

/**
 * One request for all concurrent callers with the same question. A caller that aborts does not cancel it: the answer arrives or times out
 * soon, and is cached for the next caller.
 */
export function createShare(): Share {
  const inFlight = new Map<string, Promise<unknown>>();

  return async <T>(key: string, signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    const answer = (inFlight.get(key) ?? ask().finally(() => inFlight.delete(key))) as Promise<T>;
    inFlight.set(key, answer);
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([answer, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
}
