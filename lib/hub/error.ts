import { type ErrorCode, RbeeError } from '../errors.ts';

/** What went wrong at the hub, finer than the code says. `missing` is private as well: the hub tells strangers no difference. */
export type HubTrouble =
  | 'missing'
  | 'gated'
  | 'refused'
  | 'rate-limited'
  | 'server'
  | 'time-out'
  | 'unreachable'
  | 'too-long'
  /** An answer that is not the hub's: mostly a proxy's or a captive network's page. */
  | 'malformed';

const codes: Partial<Record<HubTrouble, ErrorCode>> = { missing: 'file-missing', gated: 'gated' };

/** The hub could not be asked, or said no. None of these stands in the way of a click: the hive asks for itself. */
export class HubError extends RbeeError {
  readonly trouble: HubTrouble;
  /** How long to leave the hub alone, where it said so. */
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
}
