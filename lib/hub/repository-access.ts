import type { HubClient } from './client.ts';
import { HubError } from './hub-error.ts';

/** Who may download from a repository, as far as the hub tells without a token. */
export type Access = 'public' | 'gated' | 'disabled' | 'private-or-missing';

/**
 * Why a hive's download may have been refused: the hub answers 401 for gated, private and missing repositories alike, but lists gated ones.
 * Undefined if the hub cannot be asked now.
 */
export async function accessOf(
  hub: HubClient,
  repo: string,
  signal?: AbortSignal,
): Promise<{ access: Access /** Where to accept the licence. */; licenceUrl?: string } | undefined> {
  try {
    const { id, gated, disabled } = await hub.repository(repo, signal);
    if (disabled) return { access: 'disabled' };
    return gated ? { access: 'gated', licenceUrl: hubPage(id) } : { access: 'public' };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.trouble === 'gated') return { access: 'gated', licenceUrl: hubPage(repo) };
    if (error.trouble === 'disabled') return { access: 'disabled' };
    return error.trouble === 'missing' ? { access: 'private-or-missing' } : undefined;
  }
}

/** The page of a repository, where its licence can be accepted. */
export const hubPage = (repo: string): string => `https://huggingface.co/${repo}`;
