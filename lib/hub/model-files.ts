import { defined } from '../defined.ts';
import { parseSubject } from '../subject.ts';
import { type GgufFacts, modelFacts } from './gguf.ts';
import { type Loadability, loadabilityOf } from './loadable-architectures.ts';
import { type Quant, readQuant } from './quantization.ts';
import { isSideFile } from './side-files.ts';
import { isGguf, splitOf } from './split-files.ts';
import { type Tokenizer, tokenizerOf } from './tokenizer.ts';

/** A file of a repository, as the hub lists it. */
export type HubFile = { path: string; sizeBytes?: number };

/** A model in a repository. Plain data. */
export type ModelFileEntry = {
  /** Path in the repository; of a split model, its first part. */
  path: string;
  /** The quantization as the name states it, in capitals: `Q4_K_M`, `UD-Q4_K_XL`. */
  label?: string;
  /** The type closest to the label. */
  quant?: string;
  /** Nominal bits per weight, from the label, else from the size and the number of weights. */
  bits?: number;
  /** Position in the order of quality, 0 is best. Absent without a known label. */
  rank?: number;
  /** All parts together. Absent if the hub did not state it. */
  sizeBytes?: number;
  /** Number of weights; estimated from size and bits if the hub's number does not belong to this file. */
  parameters?: number;
  architecture?: string;
  /** Number of tokens of its tokenizer. */
  vocabulary?: number;
  /** Why it cannot be run: a hive downloads one file and joins none (rbee-keeper/rbee 0509312f, 2025-11-14). */
  refused?: 'split';
} & Loadability;

/** The id to send to a hive and to look for in its catalog. Always names the file: a hive's own search rarely finds one. */
export const hiveModelId = (repo: string, path: string): string => `${repo}:${path}`;

/**
 * The models among a repository's files, best quality first, then larger first. Split models are one entry, refused. Leaves out files that
 * are no models of their own and paths that cannot be sent to a hive. Takes time linear in the number of files, apart from sorting.
 */
export function readFiles(files: readonly HubFile[], allFacts: GgufFacts = {}): ModelFileEntry[] {
  const facts = modelFacts(allFacts);
  const models = new Map<string, HubFile[]>();
  // By path, since a listing may contain an entry twice.
  for (const file of new Map(files.map((listed) => [listed.path, listed])).values()) {
    if (!isGguf(file.path) || isSideFile(file.path) || !canBeSent(file.path)) continue;
    const split = splitOf(file.path);
    const key = split ? `${split.stem}\n${split.parts}` : file.path;
    const parts = models.get(key);
    if (parts) parts.push(file);
    else models.set(key, [file]);
  }
  const known = { ...facts, tokenizer: tokenizerOf(facts) };
  return [...models.values()].map((parts) => entryOf(parts, known)).toSorted(inOrder);
}

type Known = GgufFacts & { tokenizer: Tokenizer | undefined };

function entryOf(parts: HubFile[], { total, architecture, tokenizer }: Known): ModelFileEntry {
  const path = parts.reduce((first, part) => (part.path < first ? part.path : first), parts[0]?.path ?? '');
  const sizeBytes = parts.reduce((sum, part) => sum + (part.sizeBytes ?? Number.NaN), 0);
  const quant = readQuant(path);
  const split = splitOf(path);
  const weights = weightsOf(sizeBytes, quant, total, architecture);
  // If the size contradicts the number of weights, the hub read the header of another model of the repository.
  const header = weights && total && weights.parameters !== total ? {} : { architecture, tokenizer };
  return {
    path,
    ...defined({
      label: quant?.label,
      quant: quant?.name,
      rank: quant?.rank,
      bits: quant?.bits ?? weights?.bits,
      sizeBytes: sizeBytes > 0 ? sizeBytes : undefined,
      parameters: weights?.parameters,
      architecture: header.architecture,
      vocabulary: tokenizer?.vocabulary,
      refused: split && (split.parts ?? parts.length) > 1 ? ('split' as const) : undefined,
    }),
    ...loadabilityOf(header, quant),
  };
}

/**
 * Bits that a weight really takes by nominal bits, from llama.cpp's tables of its quantizations (tools/quantize/README.md): scales and the
 * tensors kept at higher precision add to the nominal ones.
 */
const bitsPerWeight = new Map([
  [1, 1.8],
  [2, 2.9],
  [3, 3.8],
  [4, 4.8],
  [5, 5.6],
  [6, 6.6],
  [8, 8.5],
  [16, 16],
  [32, 32],
]);

/** Architectures whose experts were trained as MXFP4 (4.25 bits) and stay so in files with any label. */
const mxfp4Experts = new Set(['gpt-oss']);

/** In small models the embedding table, which is kept at 6 to 8 bits, is a large share of all weights. */
const smallModel = 1.5e9;

function weightsOf(
  sizeBytes: number,
  quant: Quant | undefined,
  total = 0,
  architecture = '',
): { parameters: number; bits?: number } | undefined {
  if (!(sizeBytes > 0)) return undefined;
  const measured = total ? (sizeBytes * 8) / total : 0;
  if (!quant) {
    // Without a label the size tells the bits, if it can be the size of this number of weights at all.
    if (!measured) return undefined;
    if (measured < 1.1 || measured > 36) return { parameters: Math.round((sizeBytes * 8) / 4.8) };
    const distance = (real: number) => Math.abs(Math.log(real / measured));
    const [bits] = [...bitsPerWeight].reduce((best, other) => (distance(other[1]) < distance(best[1]) ? other : best));
    return { parameters: total, bits };
  }
  const expected = bitsPerWeight.get(quant.bits) ?? quant.bits;
  const belongs = [expected, ...(mxfp4Experts.has(architecture) ? [4.25] : [])].some(
    (bits) => measured > bits / 1.4 && measured < Math.max(bits * 1.4, total < smallModel ? 8.6 : 0),
  );
  return { parameters: belongs ? total : Math.round((sizeBytes * 8) / expected) };
}

const canBeSent = (path: string): boolean => parseSubject(`hf:a/b:${path}`) !== undefined;

const depthOf = (path: string): number => path.split('/').length;

function inOrder(a: ModelFileEntry, b: ModelFileEntry): number {
  return (
    (a.rank ?? 1_000) - (b.rank ?? 1_000) ||
    (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0) ||
    depthOf(a.path) - depthOf(b.path) ||
    (a.path < b.path ? -1 : 1)
  );
}
