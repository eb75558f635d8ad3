import { type ErrorCode, RbeeError } from '../errors.ts';

/** What went wrong at the hub, in more detail than the error code. */
export type HubTrouble =
  /** Private or not there: the hub answers both alike. */
  | 'missing'
  | 'gated'
  | 'disabled'
  | 'refused'
  | 'rate-limited'
  | 'server'
  | 'time-out'
  | 'unreachable'
  | 'too-long'
  /** An answer that is not the hub's, in most cases the page of a proxy or a captive portal. */
  | 'malformed';

const codes: Partial<Record<HubTrouble, ErrorCode>> = {
  missing: 'private-or-missing',
  gated: 'gated',
  disabled: 'repo-disabled',
  refused: 'hub-protocol',
  'rate-limited': 'hub-busy',
  server: 'hub-busy',
  'too-long': 'hub-protocol',
};

const temporary = new Set<HubTrouble>(['rate-limited', 'server', 'time-out', 'unreachable', 'malformed']);

/** The hub did not answer, or refused. The hive may still be able to download: it has a connection and a token of its own. */
export class HubError extends RbeeError {
  readonly trouble: HubTrouble;
  /** The pause that the hub requested, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    trouble: HubTrouble,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(codes[trouble] ?? 'network', message, options);
    this.trouble = trouble;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same request may succeed within a minute. */
  get isTemporary(): boolean {
    return temporary.has(this.trouble);
  }
}
