import { createAsk, type Fetch } from '../http.ts';
import { HubError, type HubTrouble } from './hub-error.ts';

export type RequestOptions = { fetch?: Fetch | undefined; timeoutMs: number; maxBytes: number };

/** A reply with status 200, as JSON of any shape. */
export type HubReply = { body: unknown; next: string | undefined };

const troubles = { refused: 'unreachable', timeout: 'time-out', 'too-long': 'too-long' } satisfies Record<
  string,
  HubTrouble
>;

/**
 * Plain GETs of the hub's API without cookies or custom headers, so they need no preflight and no host permission. Throws `HubError`, or
 * the reason if the caller aborts.
 */
export function createRequest(options: RequestOptions): (url: string, signal: AbortSignal) => Promise<HubReply> {
  const ask = createAsk({
    ...options,
    init: { referrerPolicy: 'no-referrer' },
    fail: (why, message, options) => new HubError(troubles[why], message, options),
  });
  return (url, signal) =>
    ask(url, signal, undefined, async ({ response, text, deadline }) => {
      if (response.redirected && new URL(response.url).origin !== new URL(url).origin) {
        throw new HubError('malformed', response.url);
      }
      if (response.status !== 200) throw refusal(response);
      const answer = { body: parseJson(await text(), url), next: nextPage(response, url) };
      deadline.end();
      return answer;
    });
}

/**
 * 401 means gated, private or missing. The header that tells them apart (`X-Error-Code`) may be hidden by a proxy; without it the repository
 * is taken as missing.
 */
function refusal({ status, headers, url }: Response): HubError {
  const code = headers.get('x-error-code');
  const message = `${status} ${code} ${url}`;
  if (code === 'GatedRepo') return new HubError('gated', message);
  if (code === 'DisabledRepo') return new HubError('disabled', message);
  if ([401, 404, 410].includes(status)) return new HubError('missing', message);
  const trouble =
    status === 429 ? 'rate-limited' : status >= 500 || status === 408 || status === 425 ? 'server' : 'refused';
  return new HubError(trouble, message, { retryAfterMs: retryAfter(headers) });
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

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HubError('malformed', `${url}: ${text.slice(0, 100)}`, { cause });
  }
}

/** The next page in the `Link` header, if it is on the same host. */
function nextPage(response: Response, url: string): string | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
  if (!target || !URL.canParse(target, url)) return undefined;
  const next = new URL(target, url);
  return next.origin === new URL(url).origin ? next.href : undefined;
}
