import { HubError } from './error.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export type RequestOptions = { fetch: Fetch; timeoutMs: number; maxBytes: number; signal: AbortSignal };

/** An answer of 200, as JSON of any shape. */
export type Answer = { body: unknown; next: string | undefined };

/**
 * A plain GET of the hub's API: no cookie, no header of ours, so no preflight and no host permission. Throws `HubError`;
 * an abort by the caller passes through as it is.
 */
export async function request(url: string, { fetch, timeoutMs, maxBytes, signal }: RequestOptions): Promise<Answer> {
  const tooLate = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([signal, tooLate]),
    });
    if (response.redirected && new URL(response.url).origin !== new URL(url).origin) {
      await response.body?.cancel();
      throw new HubError('malformed', `${url} was redirected to ${new URL(response.url).origin}.`);
    }
    if (response.status !== 200) throw await refusal(response);
    const text = await readText(response, maxBytes);
    return { body: parseJson(text, url), next: nextPage(response, url) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HubError) throw error;
    const host = new URL(url).host;
    if (tooLate.aborted) {
      throw new HubError('time-out', `${host} did not answer within ${timeoutMs / 1_000} s.`, { cause: error });
    }
    throw new HubError('unreachable', `${host} could not be reached: ${String(error)}`, { cause: error });
  }
}

/**
 * 401 is three things here: gated, private or not there at all. The header that tells them apart (`X-Error-Code`) may be
 * hidden by a proxy; then it is taken as missing.
 */
async function refusal(response: Response): Promise<HubError> {
  await response.body?.cancel();
  const { status } = response;
  const error = response.headers.get('x-error-code');
  const said = `The hub answered ${status}${error ? ` (${error})` : ''} for ${response.url}.`;
  if (error === 'GatedRepo') return new HubError('gated', said);
  if ([401, 404, 410].includes(status) || error === 'DisabledRepo') return new HubError('missing', said);
  if (status === 429) return new HubError('rate-limited', said, { retryAfterMs: retryAfter(response.headers) });
  if (status >= 500) return new HubError('server', said, { retryAfterMs: retryAfter(response.headers) });
  return new HubError('refused', said);
}

const hour = 3_600_000;

/** `Retry-After`, or the seconds to the next window in `RateLimit: "api";r=0;t=55` (huggingface.co/docs/hub/rate-limits). */
function retryAfter(headers: Headers): number | undefined {
  const header = headers.get('retry-after');
  const window = /(?:^|;)\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  const date = header && !/^\s*\d+\s*$/.test(header) ? Date.parse(header) - Date.now() : undefined;
  const ms = date ?? Number(header ?? window ?? Number.NaN) * 1_000;
  return ms > 0 ? Math.min(ms, hour) : undefined;
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  let read = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    read += value.byteLength;
    if (read > maxBytes) {
      await reader.cancel();
      throw new HubError('too-long', `${response.url} is longer than ${maxBytes} bytes.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HubError('malformed', `${url} is no JSON: ${text.slice(0, 100)}`, { cause });
  }
}

/** The `Link` header's next page, as long as it stays with the same host. */
function nextPage(response: Response, url: string): string | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
  if (!target || !URL.canParse(target, url)) return undefined;
  const next = new URL(target, url);
  return next.origin === new URL(url).origin ? next.href : undefined;
}
