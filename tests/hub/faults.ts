/** A fault that replaces or changes the answer to requests whose path matches. The first match applies. */
export type HubFault = {
  /** Start of the path and query, or a pattern for it. */
  path: string | RegExp;
  /** How many requests it applies to; without it, all. */
  times?: number;
  /** The answer starts this much later. */
  delayMs?: number;
  /** Answered instead. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** The connection is closed without an answer. */
  drop?: boolean;
  /** Accepted, and never answered. */
  hang?: boolean;
  /** Files only: the connection is cut after this share (0 to 1) of the file. */
  cutAt?: number;
  /** Files only: sending stops at this share of the file until `hub.release()`. */
  holdAt?: number;
};

export type LiveHubFault = HubFault & { left: number };

const json = { 'content-type': 'application/json; charset=utf-8' };
const api = '/api/';

/** The ways a hub is known to fail, ready for `setFaults`. */
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
