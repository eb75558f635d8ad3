import { RbeeError } from '../errors.ts';
import { createAsk, type Fetch } from '../http.ts';
import { parseJson } from './json.ts';
import { readSse, type SseMessage } from './sse.ts';

export type HttpOptions = { connectTimeoutMs?: number; fetch?: Fetch };

/**
 * `refused`: the connection failed or broke; browsers do not say why. `timeout`: no response in time. `gateway`: a proxy in front of the hive
 * answered 502, 503 or 504.
 */
export type Unreachable = 'refused' | 'timeout' | 'gateway';

/** A hive that did not answer, or that the browser may not contact (`permission-missing`). */
export class HiveUnreachable extends RbeeError {
  readonly why: Unreachable;

  constructor(
    why: Unreachable,
    message: string,
    { code = 'hive-unreachable', ...options }: ErrorOptions & { code?: 'hive-unreachable' | 'permission-missing' } = {},
  ) {
    super(code, message, options);
    this.why = why;
  }
}

export type HttpReply = { status: number; type: string; text: string };

/** `messages` is absent if the response is not an event stream. */
export type Stream = { status: number; messages?: AsyncGenerator<SseMessage[]>; close(): void };

export type Http = {
  /**
   * A whole response of at most 1 MB within the timeout. Throws `HiveUnreachable`, `hive-protocol` for a longer body, or the abort. If the
   * connection fails, `retry` tries once more: browsers also drop connections when the network changes or the machine wakes.
   */
  read(url: string, signal: AbortSignal, init?: RequestInit, retry?: 'retry'): Promise<HttpReply>;
  /** A stream. The timeout ends with the headers; `signal` and `close` end the stream. Throws as `read`. */
  open(url: string, signal: AbortSignal): Promise<Stream>;
};

/** Requests to hives and workers, with the time limits of hives. */
export function createHttp({ fetch, connectTimeoutMs = 5_000 }: HttpOptions = {}): Http {
  const ask = createAsk({
    fetch,
    timeoutMs: (url) => connectTimeoutMs + extraTimeMs(url),
    maxBytes: 1_000_000,
    init: { redirect: 'error', cache: 'no-store' },
    fail: (why, message, options) =>
      why === 'too-long' ? new RbeeError('hive-protocol', message) : new HiveUnreachable(why, message, options),
  });

  const read: Http['read'] = async (url, signal, init, retry) => {
    try {
      return await ask(url, signal, init, async ({ response, text, deadline }) => {
        const reply = { status: response.status, type: mediaType(response), text: await text() };
        deadline.end();
        return reply;
      });
    } catch (cause) {
      if (retry && cause instanceof HiveUnreachable && cause.why === 'refused') return read(url, signal, init);
      throw cause;
    }
  };

  return {
    read,
    open: (url, signal) =>
      ask(url, signal, { headers: { accept: 'text/event-stream' } }, ({ response, deadline }) => {
        deadline.lift();
        const { status, body } = response;
        const isStream = status === 200 && mediaType(response) === 'text/event-stream' && body;
        return { status, ...(isStream && { messages: readSse(body) }), close: deadline.end };
      }),
  };
}

/** A proxy in front of the hive says that the hive does not answer. */
export const isGatewayError = ({ status }: { status: number }): boolean => status >= 502 && status <= 504;

/** The JSON of a successful reply, undefined for any other reply. */
export function readJson(reply: HttpReply): unknown {
  return reply.status === 200 && reply.type === 'application/json' ? parseJson(reply.text) : undefined;
}

/** The lookup of a `.local` name may take 5 s; `/v1/capabilities` runs `nvidia-smi`, which may take half a minute on a busy machine. */
function extraTimeMs({ hostname, pathname }: URL): number {
  return (hostname.endsWith('.local') ? 5_000 : 0) + (pathname === '/v1/capabilities' ? 25_000 : 0);
}

function mediaType(response: Response): string {
  return response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}
