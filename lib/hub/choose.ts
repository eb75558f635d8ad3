import type { Device } from '../hive/types.ts';
import type { ModelFileEntry } from './files.ts';
import { type Fit, fitOn } from './fit.ts';
import { rankOf } from './quant.ts';

/** What a person last chose on a hive: that very file, and the kind of file for other repositories. */
export type LastChoice = { path?: string; label?: string | undefined };

type Candidate = { entry: ModelFileEntry; fit: Fit };

export type Choice =
  | Candidate
  | { none: 'no-gguf' }
  /** Every model lies in several files. */
  | { none: 'split'; entry: ModelFileEntry }
  /** `entry` is the one that needs least. */
  | { none: 'no-fit'; entry: ModelFileEntry; fit: Extract<Fit, { verdict: 'too-large' }> };

const usual = rankOf('Q4_K_M');
const verdicts = ['gpu', 'cpu', 'unknown'] as const;

/** Lower is better: what the engine surely loads, then quality. */
const byQuality = (a: ModelFileEntry, b: ModelFileEntry): number => doubt(a) - doubt(b) || rank(a) - rank(b);
const byNearness = (a: ModelFileEntry, b: ModelFileEntry): number =>
  doubt(a) - doubt(b) || Math.abs(rank(a) - usual) - Math.abs(rank(b) - usual) || rank(b) - rank(a);
const byThrift = (a: ModelFileEntry, b: ModelFileEntry): number =>
  doubt(a) - doubt(b) || (a.bits ?? 1_000) - (b.bits ?? 1_000) || rank(a) - rank(b);
const doubt = (entry: ModelFileEntry): number => (entry.loads === 'unsure' ? 1 : 0);
const rank = (entry: ModelFileEntry): number => entry.rank ?? 1_000;

/**
 * What is tried in turn, each on GPU, then CPU, then where fit is unknown. Above 8 bits quality does not grow any more, memory
 * and time do; below 3 it falls apart: both only where nothing between is there.
 */
const rungs: { bits: (bits: number | undefined) => boolean; order: typeof byQuality }[] = [
  { bits: (bits) => bits === 4, order: byNearness },
  { bits: (bits) => bits !== undefined && bits >= 3 && bits <= 8, order: byQuality },
  { bits: (bits) => bits === undefined || bits > 8, order: byThrift },
  { bits: () => true, order: byQuality },
];

/**
 * The file an expert would take for these devices. Never a refused entry. A file the worker's engine cannot load is
 * taken only where the repository has no other, or where a person took that very file or kind before; its `loads` tells.
 * Without devices the same is chosen, with the fit unknown.
 */
export function chooseFile(entries: ModelFileEntry[], devices: Device[], lastChoice: LastChoice = {}): Choice {
  const candidates = entries.filter(({ refused }) => !refused).map((entry) => ({ entry, fit: fitOn(entry, devices) }));
  if (candidates.length === 0) return entries[0] ? { none: 'split', entry: entries[0] } : { none: 'no-gguf' };

  const loadable = candidates.filter(({ entry }) => entry.loads !== 'no');
  const eligible = loadable.length > 0 ? loadable : candidates;
  const fitting = candidates.filter(({ fit }) => fit.verdict !== 'too-large');
  const chosen = climb(fitting.filter((candidate) => eligible.includes(candidate)));
  if (!chosen) return leastOf(eligible);

  return findLast(fitting, chosen, lastChoice) ?? chosen;
}

function climb(candidates: Candidate[]): Candidate | undefined {
  for (const { bits, order } of rungs) {
    for (const verdict of verdicts) {
      const [best] = candidates
        .filter(({ entry, fit }) => bits(entry.bits) && fit.verdict === verdict)
        .toSorted((a, b) => order(a.entry, b.entry));
      if (best) return best;
    }
  }
  return undefined;
}

/** The very file is taken wherever it fits; a file of the same kind only where it does not cost the better device. */
function findLast(fitting: Candidate[], chosen: Candidate, { path, label }: LastChoice): Candidate | undefined {
  const same = path && fitting.find(({ entry }) => entry.path === path);
  if (same) return same;
  return label
    ? fitting.find(({ entry, fit }) => entry.label === label && fit.verdict === chosen.fit.verdict)
    : undefined;
}

function leastOf(candidates: Candidate[]): Choice {
  const [least] = candidates
    .flatMap(({ entry, fit }) => (fit.verdict === 'too-large' ? [{ entry, fit }] : []))
    .toSorted((a, b) => a.fit.needBytes - b.fit.needBytes);
  return least ? { none: 'no-fit', ...least } : { none: 'no-gguf' };
}
