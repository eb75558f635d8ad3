import type { Derivative, HubClient, Repository } from './client.ts';

/**
 * Other repositories with quantised copies of a repository's model; without any, those of the model that it was itself derived from (a copy in
 * another format, for example). Throws `HubError`.
 */
export async function findDerivatives(
  hub: HubClient,
  { id, bases }: Pick<Repository, 'id' | 'bases'>,
  signal?: AbortSignal,
): Promise<Derivative[]> {
  const own = await hub.derivatives(id, signal);
  const [base] = bases;
  if (own.length > 0 || !base) return own;
  return (await hub.derivatives(base, signal)).filter((other) => other.id !== id);
}
