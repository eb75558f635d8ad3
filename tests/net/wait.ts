/** Resolves after `ms`, or rejects with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Resolves as `promise` does, or rejects with the signal's reason, whichever comes first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export type Changes = {
  /** Something that `until` may be waiting for has changed. */
  changed(): void;
  /** Resolves with the first truthy answer of `ask`, asked now and after every change. */
  until<T>(ask: () => T, timeoutMs?: number): Promise<NonNullable<T>>;
};

/** Lets tests wait for a state instead of sleeping. */
export function createChanges(name: string): Changes {
  const waiting = new Set<() => void>();
  return {
    changed: () => {
      for (const check of [...waiting]) check();
    },
    until: (ask, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = (): void => {
          try {
            const answer = ask();
            if (!answer) return;
            settle();
            resolve(answer);
          } catch (error) {
            settle();
            reject(error);
          }
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`${name}: not so within ${timeoutMs} ms: ${ask.toString()}`));
        }, timeoutMs);
        waiting.add(check);
        check();
      }),
  };
}

export type Gates = {
  /** Waits for `open()`, or rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  /** Ends all current waits. */
  open(): void;
  waiting(): number;
};

/** Pauses work until the test continues it. */
export function createGates(changed: () => void): Gates {
  const standing = new Set<() => void>();
  return {
    wait: async (signal) => {
      let go = (): void => {};
      const opened = new Promise<void>((resolve) => {
        go = resolve;
      });
      standing.add(go);
      changed();
      await orAbort(opened, signal).finally(() => standing.delete(go));
    },
    open: () => {
      for (const go of standing) go();
      standing.clear();
    },
    waiting: () => standing.size,
  };
}

export type Gate = { wait(signal: AbortSignal): Promise<void>; open(): void };

/** Pauses work until `open()`, and never again after it. */
export function createGate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait: (signal) => orAbort(opened, signal), open };
}
