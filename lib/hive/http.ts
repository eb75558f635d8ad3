import { RbeeError } from '../errors.ts';
import { createAsk, type Fetch } from '../http.ts';
import { readSse, type SseMessage } from './sse.ts';

export type HttpOptions = { connectTimeoutMs?: number; fetch?: Fetch };

/** Nobody took the connection (`refused`: the browser says no more than that), or nobody answered in time. */
export class HiveUnreachable extends RbeeError {
  readonly why: 'refused' | 'timeout';

  constructor(why: 'refused' | 'timeout', message: string, options?: ErrorOptions) {
    super('hive-unreachable', message, options);
    this.why = why;
  }
}

export type Reply = { status: number; type: string; text: string };

/** `messages` only where the answer is a stream of events. */
export type Stream = { status: number; messages?: AsyncGenerator<SseMessage[]>; close(): void };

export type Http = {
  /** A whole reply, headers and body, within the time-out. Throws `HiveUnreachable`, `hive-protocol` for an endless body, or the abort. */
  read(url: string, signal: AbortSignal, init?: RequestInit): Promise<Reply>;
  /** A stream: the time-out ends with the headers, `signal` ends all of it, `close` as well. Throws as `read`. */
  open(url: string, signal: AbortSignal): Promise<Stream>;
};

export function createHttp({ fetch, connectTimeoutMs = 5_000 }: HttpOptions = {}): Http {
  const ask = createAsk({
    fetch,
    timeoutMs: connectTimeoutMs,
    maxBytes: 1_000_000,
    init: { redirect: 'error', cache: 'no-store' },
    fail: (why, message, options) =>
      why === 'too-long' ? new RbeeError('hive-protocol', message) : new HiveUnreachable(why, message, options),
  });
  return {
    read: (url, signal, init) =>
      ask(url, signal, init, async ({ response, text, deadline }) => {
        const reply = { status: response.status, type: mediaType(response), text: await text() };
        deadline.end();
        return reply;
      }),
    open: (url, signal) =>
      ask(url, signal, { headers: { accept: 'text/event-stream' } }, ({ response, deadline }) => {
        deadline.lift();
        const { status, body } = response;
        const isStream = status === 200 && mediaType(response) === 'text/event-stream' && body;
        return { status, ...(isStream && { messages: readSse(body) }), close: deadline.end };
      }),
  };
}

function mediaType(response: Response): string {
  return response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}
