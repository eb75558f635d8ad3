type Going = { answer: Promise<unknown>; users: number; stop: AbortController };

/** Runs `ask`, or joins the one under way for the same key. */
export type Share = <T>(
  key: string,
  signal: AbortSignal | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/**
 * One request for all who ask the same at the same time. Whoever aborts leaves alone; the request itself is aborted when
 * nobody waits for it any more.
 */
export function createShare(): Share {
  const going = new Map<string, Going>();

  return async function share<T>(
    key: string,
    signal: AbortSignal | undefined,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const one = going.get(key) ?? start(key, ask);
    one.users++;
    const gone = Promise.withResolvers<never>();
    const leave = () => gone.reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return (await Promise.race([one.answer, gone.promise])) as T;
    } finally {
      signal?.removeEventListener('abort', leave);
      one.users--;
      if (one.users === 0) {
        if (going.get(key) === one) going.delete(key);
        one.stop.abort();
      }
    }
  };

  function start(key: string, ask: (signal: AbortSignal) => Promise<unknown>): Going {
    const stop = new AbortController();
    const one = { answer: ask(stop.signal), users: 0, stop };
    going.set(key, one);
    return one;
  }
}
