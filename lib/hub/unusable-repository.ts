import type { Repository } from './client.ts';

export type UnusableReason =
  /** No GGUF file. */
  | 'no-gguf'
  /** Every model is split into several files, which a hive cannot join. */
  | 'split'
  /** The hub has disabled the repository. */
  | 'disabled';

/** Why a click on this repository could not choose a file, whatever the hive. Undefined if it could. */
export function unusableReason({ models, disabled }: Repository): UnusableReason | undefined {
  if (disabled) return 'disabled';
  if (models.some(({ refused }) => !refused)) return undefined;
  return models.length > 0 ? 'split' : 'no-gguf';
}
