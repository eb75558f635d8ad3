import { RbeeError } from './errors.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** Why a request got no complete response: the connection failed (`refused`; browsers do not say why), it timed out, or the body exceeds the limit. */
export type NoAnswer = 'refused' | 'timeout' | 'too-long';

type AskOptions = {
  fetch?: Fetch | undefined;
  /** For connecting and the whole body, unless the deadline is lifted. */
  timeoutMs: number | ((url: URL) => number);
  maxBytes: number;
  init: RequestInit;
  /** The error to throw if there is no complete response. */
  fail(why: NoAnswer, message: string, options?: ErrorOptions): RbeeError;
};

export type Answer = {
  response: Response;
  /** The body, of at most `maxBytes`. */
  text(): Promise<string>;
  deadline: Deadline;
};

/** Sends one request and passes the response to `use`. Throws the error of `fail`, an `RbeeError` of `use`, or the abort. */
export type Ask = <T>(
  url: string,
  signal: AbortSignal,
  init: RequestInit | undefined,
  use: (answer: Answer) => T | Promise<T>,
) => Promise<T>;

/** Creates the function that sends all requests of a client: with its limits of time and size, with its errors, and without credentials. */
export function createAsk({ fetch, timeoutMs, maxBytes, init: always, fail }: AskOptions): Ask {
  const send: Fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));

  return async (url, signal, init, use) => {
    signal.throwIfAborted();
    const { host } = new URL(url);
    // AbortSignal.timeout could not be lifted, and would end streams.
    const deadline = createDeadline(signal, typeof timeoutMs === 'number' ? timeoutMs : timeoutMs(new URL(url)));

    async function readText(response: Response): Promise<string> {
      const decoder = new TextDecoder();
      let text = '';
      let bytes = 0;
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw fail('too-long', host);
        text += decoder.decode(chunk, { stream: true });
      }
      return text + decoder.decode();
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
  /** Removes the deadline; the outer signal still applies. */
  lift(): void;
  /** Aborts what is still in progress and stops listening to the outer signal. */
  end(): void;
};

/** A time limit of `ms` for what runs with its `signal`, which also aborts when `outer` does. `end` must be called. */
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
