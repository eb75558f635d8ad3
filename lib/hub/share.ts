/** Runs `ask`, or joins the one under way for the same key. Throws the abort where the signal aborts first. */
export type Share = <T>(key: string, signal: AbortSignal | undefined, ask: () => Promise<T>) => Promise<T>;

/**
 * One request for all who ask the same at the same time. Whoever aborts leaves alone: the answer is on its way, soon comes or
 * times out, and is kept for whoever asks next.
 */
export function createShare(): Share {
  const going = new Map<string, Promise<unknown>>();

  return async <T>(key: string, signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    const answer = (going.get(key) ?? ask().finally(() => going.delete(key))) as Promise<T>;
    going.set(key, answer);
    const gone = Promise.withResolvers<never>();
    const leave = () => gone.reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([answer, gone.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  };
}
