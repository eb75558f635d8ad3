import { HubError } from './hub-error.ts';

/** Pauses before the next requests while the hub has a temporary problem. They add up to a minute. */
const pausesMs = [2_000, 4_000, 8_000, 16_000, 30_000];

/**
 * When to ask the hub again (epoch ms) after `attempts` failed requests, the last one with `error`: after the pause, or as late as the hub asked
 * for. Undefined if waiting does not help or would take longer than a minute in all; then the user decides.
 */
export function nextAttemptAt(error: unknown, attempts: number, now: number): number | undefined {
  if (!(error instanceof HubError) || !error.isTemporary) return undefined;
  const pause = pausesMs[attempts - 1];
  if (pause === undefined) return undefined;
  const left = pausesMs.slice(attempts - 1).reduce((sum, ms) => sum + ms, 0);
  const wait = Math.max(pause, error.retryAfterMs ?? 0);
  return wait <= left ? now + wait : undefined;
}
