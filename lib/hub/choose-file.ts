import type { Device } from '../hive/types.ts';
import { type Fit, fitOn } from './memory-fit.ts';
import type { ModelFileEntry } from './model-files.ts';
import { rankOf } from './quantization.ts';

/** What the user last chose on a hive: the file, and its quantisation for other repositories. */
export type LastChoice = { path?: string; label?: string | undefined };

type Candidate = { entry: ModelFileEntry; fit: Fit };

export type Choice =
  | Candidate
  | { none: 'no-gguf' }
  /** Every model is split into several files. */
  | { none: 'split'; entry: ModelFileEntry }
  /** `entry` is the one that needs the least memory. */
  | { none: 'no-fit'; entry: ModelFileEntry; fit: Extract<Fit, { verdict: 'too-large' }> };

type Order = (a: ModelFileEntry, b: ModelFileEntry) => number;

const usual = rankOf('Q4_K_M');
const loadability = ['yes', 'unsure', 'no'];
const rank = (entry: ModelFileEntry): number => entry.rank ?? 1_000;

const byLoadability: Order = (a, b) => loadability.indexOf(a.loads) - loadability.indexOf(b.loads);
const byQuality: Order = (a, b) => byLoadability(a, b) || rank(a) - rank(b);
const byCloseness: Order = (a, b) =>
  byLoadability(a, b) || Math.abs(rank(a) - usual) - Math.abs(rank(b) - usual) || rank(b) - rank(a);
const byBits: Order = (a, b) => byLoadability(a, b) || (a.bits ?? 1_000) - (b.bits ?? 1_000) || rank(a) - rank(b);

/**
 * Groups of quantisations in the order in which they are tried. Above 8 bits only memory and time grow, below 3 bits quality collapses: both
 * are taken only if there is nothing in between.
 */
const groups: { includes: (bits: number | undefined) => boolean; order: Order }[] = [
  { includes: (bits) => bits === 4, order: byCloseness },
  { includes: (bits) => bits !== undefined && bits >= 3 && bits <= 8, order: byQuality },
  { includes: (bits) => bits === undefined || bits > 8, order: byBits },
  { includes: () => true, order: byQuality },
];

/** How a file fits, best first. Each group of quantisations is searched in this order; the last one only after all groups. */
const fits: ((fit: Fit) => boolean)[] = [
  (fit) => fit.verdict === 'gpu' && !exceedsFree(fit),
  (fit) => fit.verdict === 'cpu' && !exceedsFree(fit),
  (fit) => fit.verdict === 'unknown',
];

/** Larger than what is free, but by less than the estimate may be wrong. */
const exceedsFree = (fit: Fit): boolean => 'freeBytes' in fit && fit.needBytes > fit.freeBytes;

/**
 * The file that an expert would choose for these devices. Never a refused one. A file that the current worker cannot load is chosen only if
 * the repository has no other, or if the user chose that file or quantisation before; its `loads` and `reasons` say so.
 */
export function chooseFile(
  entries: readonly ModelFileEntry[],
  devices: readonly Device[],
  lastChoice: LastChoice = {},
): Choice {
  const candidates = entries.filter(({ refused }) => !refused).map((entry) => ({ entry, fit: fitOn(entry, devices) }));
  if (candidates.length === 0) return entries[0] ? { none: 'split', entry: entries[0] } : { none: 'no-gguf' };

  const eligible = mostLoadable(candidates);
  const chosen = bestOf(eligible.filter(({ fit }) => fit.verdict !== 'too-large'));
  if (!chosen) return smallestOf(eligible);
  return (
    findLast(
      candidates.filter(({ fit }) => fit.verdict !== 'too-large'),
      chosen,
      lastChoice,
    ) ?? chosen
  );
}

/** If the worker loads none because of the architecture or tokenizer, a worker that does will still need a quantisation it has. */
function mostLoadable(candidates: Candidate[]): Candidate[] {
  const accepts = [
    ({ entry }: Candidate) => entry.loads !== 'no',
    ({ entry }: Candidate) => !entry.reasons.includes('quantisation'),
  ];
  return accepts.map((accept) => candidates.filter(accept)).find((some) => some.length > 0) ?? candidates;
}

function bestOf(candidates: Candidate[]): Candidate | undefined {
  for (const wanted of [fits, [exceedsFree]]) {
    for (const { includes, order } of groups) {
      for (const accepts of wanted) {
        const [best] = candidates
          .filter(({ entry, fit }) => includes(entry.bits) && accepts(fit))
          .toSorted((a, b) => order(a.entry, b.entry));
        if (best) return best;
      }
    }
  }
  return undefined;
}

/** The same file wherever it fits; a file with the same quantisation only if it fits as good a device. */
function findLast(fitting: Candidate[], chosen: Candidate, { path, label }: LastChoice): Candidate | undefined {
  const same = path && fitting.find(({ entry }) => entry.path === path);
  if (same) return same;
  return label
    ? fitting.find(({ entry, fit }) => entry.label === label && fit.verdict === chosen.fit.verdict)
    : undefined;
}

function smallestOf(candidates: Candidate[]): Choice {
  const [smallest] = candidates
    .flatMap(({ entry, fit }) => (fit.verdict === 'too-large' ? [{ entry, fit }] : []))
    .toSorted((a, b) => a.fit.needBytes - b.fit.needBytes);
  return smallest ? { none: 'no-fit', ...smallest } : { none: 'no-gguf' };
}
