import { createHiveClient, type HiveIdentity } from './client.ts';
import type { HttpOptions } from './http.ts';

/** The binary's default port, then the one that its documentation names since 2025-11-12. */
export const localHives: readonly string[] = ['http://localhost:7835', 'http://localhost:7834'];

export type Discovery = { url: string } & HiveIdentity;

/**
 * Identifies the candidates in order and stops at the first hive. If there is none, returns a hive that is too old, otherwise the result for
 * the first candidate: another program at a later address does not matter. Undefined without candidates.
 */
export async function discover(
  candidates: readonly string[],
  signal: AbortSignal,
  options?: HttpOptions,
): Promise<Discovery | undefined> {
  let best: Discovery | undefined;
  for (const url of candidates) {
    const found = { url, ...(await createHiveClient(url, options).identify(signal)) };
    if (found.state === 'connected') return found;
    if (!best || found.state === 'old-hive') best = found;
  }
  return best;
}
