import { type ErrorCode, RbeeError } from '../errors.ts';

export const hubTroubles = [
  'missing',
  'gated',
  'refused',
  'rate-limited',
  'server',
  'time-out',
  'unreachable',
  'too-long',
  'malformed',
] as const;

/** What went wrong at the hub, finer than the code says. `missing` is private as well: the hub tells strangers no difference. */
export type HubTrouble = (typeof hubTroubles)[number];

const codes: Record<HubTrouble, ErrorCode> = {
  missing: 'file-missing',
  gated: 'gated',
  refused: 'network',
  'rate-limited': 'network',
  server: 'network',
  'time-out': 'network',
  unreachable: 'network',
  'too-long': 'network',
  // `hive-protocol` is the hive's. An answer that is not the hub's is mostly a proxy's or a captive network's page.
  malformed: 'network',
};

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
    super(codes[trouble], message, options);
    this.trouble = trouble;
    this.retryAfterMs = options.retryAfterMs;
  }
}
