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

/** Settles as `promise` does, or rejects with the signal's reason, whichever comes first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export type Changes = {
  /** Makes `until` check its condition again. */
  changed(): void;
  /** Calls `condition` now and after every change, and resolves with its first truthy result. */
  until<T>(condition: () => T, timeoutMs?: number): Promise<NonNullable<T>>;
};

/** Lets tests wait for a state instead of sleeping. */
export function createChanges(name: string): Changes {
  const waiting = new Set<() => void>();
  return {
    changed: () => {
      for (const check of [...waiting]) check();
    },
    until: (condition, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = (): void => {
          try {
            const result = condition();
            if (!result) return;
            settle();
            resolve(result);
          } catch (error) {
            settle();
            reject(error);
          }
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`${name}: not met within ${timeoutMs} ms: ${condition.toString()}`));
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

/** Pauses operations until the test releases them. */
export function createGates(changed: () => void): Gates {
  const waiting = new Set<() => void>();
  return {
    wait: async (signal) => {
      let release = (): void => {};
      const opened = new Promise<void>((resolve) => {
        release = resolve;
      });
      waiting.add(release);
      changed();
      await orAbort(opened, signal).finally(() => waiting.delete(release));
    },
    open: () => {
      for (const release of waiting) release();
      waiting.clear();
    },
    waiting: () => waiting.size,
  };
}

export type Gate = { wait(signal: AbortSignal): Promise<void>; open(): void };

/** Pauses operations until the first `open()`. */
export function createGate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait: (signal) => orAbort(opened, signal), open };
}
