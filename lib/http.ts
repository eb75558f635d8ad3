import { RbeeError } from './errors.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** Nobody took the connection (`refused`: the browser says no more than that), nobody answered in time, or the answer has no end. */
export type NoAnswer = 'refused' | 'timeout' | 'too-long';

type AskOptions = {
  fetch?: Fetch | undefined;
  timeoutMs: number;
  maxBytes: number;
  init: RequestInit;
  /** The error to throw where no whole answer came. */
  fail(why: NoAnswer, message: string, options?: ErrorOptions): RbeeError;
};

/** What a request may do with its response before its time is up. */
export type Answer = {
  response: Response;
  /** The whole body, in time and not longer than `maxBytes`. */
  text(): Promise<string>;
  deadline: Deadline;
};

/** Sends one request and hands its answer to `use`. Throws what `fail` makes of a missing answer, what `use` throws, or the abort. */
export type Ask = <T>(
  url: string,
  signal: AbortSignal,
  init: RequestInit | undefined,
  use: (answer: Answer) => T | Promise<T>,
) => Promise<T>;

export function createAsk({ fetch, timeoutMs, maxBytes, init: always, fail }: AskOptions): Ask {
  const send: Fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));

  return async (url, signal, init, use) => {
    signal.throwIfAborted();
    // Not AbortSignal.timeout: that would cut a stream too.
    const deadline = createDeadline(signal, timeoutMs);
    const { host } = new URL(url);

    async function readText(response: Response): Promise<string> {
      const reader = response.body?.getReader(); // `for await` over a body needs Chrome 124.
      const decoder = new TextDecoder();
      let text = '';
      let bytes = 0;
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done || !value) return text + decoder.decode();
        bytes += value.length;
        if (bytes > maxBytes) throw fail('too-long', host);
        text += decoder.decode(value, { stream: true });
      }
    }

    try {
      const response = await send(url, { credentials: 'omit', ...always, ...init, signal: deadline.signal });
      return await use({ response, text: () => readText(response), deadline });
    } catch (cause) {
      deadline.end();
      signal.throwIfAborted();
      if (cause instanceof RbeeError) throw cause;
      throw fail(deadline.expired() ? 'timeout' : 'refused', `${host}: ${cause}`, { cause });
    }
  };
}

export type Deadline = {
  signal: AbortSignal;
  expired(): boolean;
  /** No deadline from here on; the outer signal still counts. */
  lift(): void;
  /** Lets go of the outer signal and aborts what is still under way. */
  end(): void;
};

export function createDeadline(outer: AbortSignal, ms: number): Deadline {
  const inner = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    inner.abort();
  }, ms);
  const abort = () => inner.abort(outer.reason);
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  return {
    signal: inner.signal,
    expired: () => expired,
    lift: () => clearTimeout(timer),
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
      inner.abort();
    },
  };
}
