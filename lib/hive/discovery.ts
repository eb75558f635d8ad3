import { createHiveClient, type HiveIdentity } from './client.ts';
import type { HttpOptions } from './http.ts';

/** The binary's default port, then the one its port document names since 2025-11-12. */
export const defaultHives: readonly string[] = ['http://localhost:7835', 'http://localhost:7834'];

export type Discovery = { url: string } & HiveIdentity;

/**
 * Asks the candidates in order and stops at the first hive. Where there is none, a hive that is too old, or else what the first
 * candidate came to: whoever else answers at another address is in nobody's way. Undefined for no candidates.
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
