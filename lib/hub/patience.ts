import { HubError, type HubTrouble } from './error.ts';

/** How long temporary problems of the hub are waited for in all. */
export const patienceMs = 60_000;

/** A wait before the next request: when it ends (epoch ms), and what it is for. */
export type HubWait = { until: number; trouble: HubTrouble };

type Options = {
  signal: AbortSignal;
  /** Called before each wait, so that the user sees it. */
  onWait(wait: HubWait): void;
  /** When waiting began (epoch ms), if that was before a restart. */
  since?: number;
  now?: () => number;
};

const firstDelayMs = 2_000;

/**
 * Repeats `ask` while the hub has a temporary problem (429, 5xx, no answer), for as long as it asks to be left alone or else after 2, 4, 8 …
 * seconds. Throws the problem if the next request would come too late, any other error at once, and the signal's reason if that aborts.
 */
export async function askPatiently<T>(ask: () => Promise<T>, options: Options): Promise<T> {
  const { signal, onWait, now = Date.now } = options;
  const deadline = (options.since ?? now()) + patienceMs;
  for (let delay = firstDelayMs; ; delay *= 2) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof HubError) || !error.isTemporary) throw error;
      const until = now() + (error.retryAfterMs ?? delay);
      if (until > deadline) throw error;
      onWait({ until, trouble: error.trouble });
      await sleep(until - now(), signal);
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}
