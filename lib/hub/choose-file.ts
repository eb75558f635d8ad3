import type { Device } from '../hive/types.ts';
import { type Fit, fitOn } from './memory-fit.ts';
import type { ModelFileEntry } from './model-files.ts';
import { rankOf } from './quantization.ts';

/** What the user last chose on a hive: the file, and its quantization for other repositories. */
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
const rank = (entry: ModelFileEntry): number => entry.rank ?? 1_000;

/** `unsure` counts like `no`: where both are left, the hub read the header of one model, and nothing is known of the other. */
const byLoadability: Order = (a, b) => Number(b.loads === 'yes') - Number(a.loads === 'yes');
const byQuality: Order = (a, b) => byLoadability(a, b) || rank(a) - rank(b);
const byCloseness: Order = (a, b) =>
  byLoadability(a, b) || Math.abs(rank(a) - usual) - Math.abs(rank(b) - usual) || rank(b) - rank(a);
const byBits: Order = (a, b) => byLoadability(a, b) || (a.bits ?? 1_000) - (b.bits ?? 1_000) || rank(a) - rank(b);

type Group = { includes: (bits: number | undefined) => boolean; order: Order };

/** Groups of quantizations. Above 8 bits only memory and time grow, below 3 bits quality collapses. */
const fourBits: Group = { includes: (bits) => bits === 4, order: byCloseness };
const threeToEightBits: Group = { includes: (bits) => bits !== undefined && bits >= 3 && bits <= 8, order: byQuality };
const aboveEightBits: Group = { includes: (bits) => bits === undefined || bits > 8, order: byBits };
const anyBits: Group = { includes: () => true, order: byQuality };

type Accepts = (fit: Fit) => boolean;

/** How a file fits, best first. */
const fits: Accepts[] = [
  (fit) => fit.verdict === 'gpu' && !exceedsFree(fit),
  (fit) => fit.verdict === 'cpu' && !exceedsFree(fit),
  (fit) => fit.verdict === 'unknown',
];

/** Larger than what is free, but by less than the estimate may be wrong. */
const exceedsFree: Accepts = (fit) => 'freeBytes' in fit && fit.needBytes > fit.freeBytes;

/** Where the file is searched, in this order. Within a group, how a file fits comes first. */
const searches: { groups: Group[]; fits: Accepts[] }[] = [
  { groups: [fourBits, threeToEightBits, aboveEightBits], fits },
  // The estimate may be wrong, the loss of quality below 3 bits is certain.
  { groups: [fourBits, threeToEightBits], fits: [exceedsFree] },
  { groups: [anyBits], fits },
  { groups: [aboveEightBits, anyBits], fits: [exceedsFree] },
];

/**
 * The file that an expert would choose for these devices. Never a refused one. A file that the current worker cannot load is chosen only if
 * it certainly loads no other one, or if the user chose that file before; its `loads` says so.
 */
export function chooseFile(
  entries: readonly ModelFileEntry[],
  devices: readonly Device[],
  lastChoice: LastChoice = {},
): Choice {
  const whole = entries.filter(({ refused }) => !refused).map((entry) => ({ entry, fit: fitOn(entry, devices) }));
  const isModel = modelTest(entries);
  const candidates = whole.filter(({ entry }) => isModel(entry));
  if (candidates.length === 0) return entries[0] ? { none: 'split', entry: entries[0] } : { none: 'no-gguf' };

  const eligible = mostLoadable(candidates);
  const chosen = bestOf(eligible.filter(fitsSomewhere));
  if (!chosen) return smallestOf(eligible);
  return (
    whole.filter(fitsSomewhere).find(({ entry }) => entry.path === lastChoice.path) ??
    candidates.filter(fitsSomewhere).find((other) => isLikeLast(other, chosen, lastChoice)) ??
    chosen
  );
}

/**
 * Distinguishes the repository's model from draft models, encoders and matrices whose names do not reveal them:
 *
 * - Less than 1/32 of the largest file is less than 1 bit per weight, even if the largest has 32: no quantization of the same model.
 * - Without an architecture beside files that have one, the hub read the header of another model. If that is larger, it is the main one.
 */
function modelTest(entries: readonly ModelFileEntry[]): (entry: ModelFileEntry) => boolean {
  const leastBytes = Math.max(...entries.map(({ sizeBytes = 0 }) => sizeBytes)) / 32;
  const leastWeights = Math.max(...entries.map(({ architecture, parameters = 0 }) => (architecture ? parameters : 0)));
  return ({ architecture, sizeBytes = leastBytes, parameters = leastWeights }) =>
    sizeBytes >= leastBytes && (architecture !== undefined || parameters >= leastWeights);
}

const fitsSomewhere = ({ fit }: Candidate): boolean => fit.verdict !== 'too-large';

/** If the worker loads none because of the architecture or tokenizer, a worker that does will still need a quantization it has. */
function mostLoadable(candidates: Candidate[]): Candidate[] {
  const anyLoads = candidates.some(({ entry }) => entry.loads === 'yes');
  const some = candidates.filter(
    ({ entry: { loads, reasons } }) => loads !== 'no' || (!anyLoads && !reasons.includes('quantization')),
  );
  return some.length > 0 ? some : candidates;
}

function bestOf(candidates: Candidate[]): Candidate | undefined {
  for (const { groups, fits } of searches) {
    for (const { includes, order } of groups) {
      for (const accepts of fits) {
        const [best] = candidates
          .filter(({ entry, fit }) => includes(entry.bits) && accepts(fit))
          .toSorted((a, b) => order(a.entry, b.entry));
        if (best) return best;
      }
    }
  }
  return undefined;
}

/** A file with the quantization last chosen, only if it is as likely to load and fits as good a device. */
const isLikeLast = ({ entry, fit }: Candidate, chosen: Candidate, { label }: LastChoice): boolean =>
  label !== undefined &&
  entry.label === label &&
  (entry.loads === 'yes' || entry.loads === chosen.entry.loads) &&
  fit.verdict === chosen.fit.verdict;

function smallestOf(candidates: Candidate[]): Choice {
  const [smallest] = candidates
    .flatMap(({ entry, fit }) => (fit.verdict === 'too-large' ? [{ entry, fit }] : []))
    .toSorted((a, b) => a.fit.needBytes - b.fit.needBytes);
  return smallest ? { none: 'no-fit', ...smallest } : { none: 'no-gguf' };
}
