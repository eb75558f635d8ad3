import type { Derivative, HubClient, Repository } from './client.ts';

/**
 * Other repositories with quantized copies of a repository's model. If it is itself a quantized copy without any (in another format, for
 * example), those of the original. Throws `HubError`.
 */
export async function findDerivatives(
  hub: HubClient,
  { id, originals: [original] }: Pick<Repository, 'id' | 'originals'>,
  signal?: AbortSignal,
): Promise<Derivative[]> {
  const own = await hub.derivatives(id, signal);
  if (own.length > 0 || !original) return own;
  return (await hub.derivatives(original, signal)).filter((other) => other.id !== id);
}
