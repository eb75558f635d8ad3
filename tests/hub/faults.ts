/** A fault that replaces or changes the replies to requests whose path matches. The first match applies. */
export type HubFault = {
  /** A prefix of path and query, or a pattern for them. */
  path: string | RegExp;
  /** The number of requests that the fault applies to. Default: all. */
  times?: number;
  /** Delays the reply. */
  delayMs?: number;
  /** Status of the reply that is sent instead. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Closes the connection without a reply. */
  drop?: boolean;
  /** Never replies. */
  hang?: boolean;
  /** Files only: closes the connection after this share (0 to 1) of the file. */
  cutAt?: number;
  /** Files only: pauses at this share of the file until `hub.release()`. */
  holdAt?: number;
};

export type LiveHubFault = HubFault & { left: number };

const json = { 'content-type': 'application/json; charset=utf-8' };
const api = '/api/';

/** Known failures of the hub, for `setFaults`. */
export const hubFaults = {
  rateLimited: {
    path: api,
    status: 429,
    headers: { ...json, 'retry-after': '60', ratelimit: '"api";r=0;t=60' },
    body: '{"error":"We had to rate limit your IP."}',
  },
  serverError: { path: api, status: 503, headers: json, body: '{"error":"Service Unavailable"}' },
  malformed: { path: api, status: 200, headers: json, body: '{"id":"org/name","siblings":[{' },
  html: { path: api, status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Maintenance' },
  wrongShape: { path: api, status: 200, headers: json, body: '{"id":7,"siblings":"none"}' },
  unreachable: { path: '/', drop: true },
  silent: { path: api, hang: true },
} satisfies Record<string, HubFault>;
