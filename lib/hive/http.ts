import { RbeeError } from '../errors.ts';

export type HttpOptions = { connectTimeoutMs?: number; fetch?: typeof fetch };

/** Nobody took the connection (`refused`: the browser says no more than that), or nobody answered in time. */
export class HiveUnreachable extends RbeeError {
  readonly why: 'refused' | 'timeout';

  constructor(why: 'refused' | 'timeout', message: string, options?: ErrorOptions) {
    super('hive-unreachable', message, options);
    this.name = 'HiveUnreachable';
    this.why = why;
  }
}

export type Reply = { status: number; type: string; text: string };

export type Http = {
  /** A whole reply, headers and body, within the time-out. Throws `HiveUnreachable`, `hive-protocol` for an endless body, or the abort. */
  read(url: string, signal: AbortSignal, init?: RequestInit): Promise<Reply>;
  /** A stream: the time-out ends with the headers, `signal` ends all of it, `close` as well. Throws as `read`. */
  open(
    url: string,
    signal: AbortSignal,
    headers?: Record<string, string>,
  ): Promise<{ response: Response; close(): void }>;
};

const maxReply = 1_000_000;

const always = { credentials: 'omit', redirect: 'error', cache: 'no-store' } satisfies RequestInit;

export function createHttp(options: HttpOptions = {}): Http {
  const send = options.fetch ?? globalThis.fetch;
  const timeoutMs = options.connectTimeoutMs ?? 5_000;

  const fail = (url: string, cause: unknown, deadline: Deadline, signal: AbortSignal): unknown => {
    if (signal.aborted) return signal.reason;
    if (cause instanceof RbeeError) return cause;
    return deadline.expired()
      ? new HiveUnreachable('timeout', `No answer from ${url} in ${timeoutMs} ms.`, { cause })
      : new HiveUnreachable('refused', `No connection to ${url}: ${String(cause)}`, { cause });
  };

  return {
    async read(url, signal, init) {
      signal.throwIfAborted();
      const deadline = createDeadline(signal, timeoutMs);
      try {
        const response = await send(url, { ...always, ...init, signal: deadline.signal });
        const type = mediaType(response);
        return { status: response.status, type, text: await readText(response) };
      } catch (cause) {
        throw fail(url, cause, deadline, signal);
      } finally {
        deadline.end();
      }
    },
    async open(url, signal, headers) {
      signal.throwIfAborted();
      // Not AbortSignal.timeout: that would cut the stream too.
      const deadline = createDeadline(signal, timeoutMs);
      try {
        const response = await send(url, {
          ...always,
          headers: { accept: 'text/event-stream', ...headers },
          signal: deadline.signal,
        });
        deadline.lift();
        return { response, close: deadline.end };
      } catch (cause) {
        const error = fail(url, cause, deadline, signal);
        deadline.end();
        throw error;
      }
    },
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

export function mediaType(response: Response): string {
  return response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader(); // `for await` over a body needs Chrome 124.
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length <= maxReply) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  if (text.length > maxReply) throw new RbeeError('hive-protocol', `The reply of ${response.url} is too long.`);
  return text + decoder.decode();
}
