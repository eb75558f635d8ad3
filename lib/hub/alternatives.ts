import type { Derivative, HubClient, Repository } from './client.ts';

/** What there is to choose from in place of a repository that has no usable file, or why there is nothing. */
export type Alternatives =
  | { kind: 'derivatives'; derivatives: Derivative[] }
  | { kind: 'unsupported'; reason: UnsupportedReason; searchUrl: string };

export type UnsupportedReason =
  /** No GGUF file, and no repository with quantised copies. */
  | 'no-gguf'
  /** Every model is split into several files, which a hive cannot join. */
  | 'split'
  /** The hub has disabled the repository. */
  | 'disabled';

/** Why a click on this repository could not choose a file, whatever the hive. Undefined if it could. */
export function unusableReason({ models, disabled }: Repository): UnsupportedReason | undefined {
  if (disabled) return 'disabled';
  if (models.some(({ refused }) => !refused)) return undefined;
  return models.length > 0 ? 'split' : 'no-gguf';
}

/**
 * What to offer for a repository without a usable file: other repositories with quantised copies of its model, or else a search. Undefined if
 * it has one. Throws `HubError` if the hub cannot be asked for derivatives.
 */
export async function alternativesTo(
  repository: Repository,
  hub: HubClient,
  signal?: AbortSignal,
): Promise<Alternatives | undefined> {
  const reason = unusableReason(repository);
  if (!reason) return undefined;
  const derivatives = await hub.derivatives(repository.id, signal);
  if (derivatives.length > 0) return { kind: 'derivatives', derivatives };
  return { kind: 'unsupported', reason, searchUrl: searchUrl(repository.id) };
}

/** The hub's list of repositories with GGUF files whose names contain that of the model. */
export function searchUrl(repo: string): string {
  const name = repo.slice(repo.indexOf('/') + 1).replace(/[-_.]gguf$/i, '');
  return `https://huggingface.co/models?${new URLSearchParams({ library: 'gguf', search: name })}`;
}
