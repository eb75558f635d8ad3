import { parseSubject } from '../subject.ts';
import { engineLoads, type QuantName, readQuant } from './quant.ts';

/** A file of a repository, as the hub lists it. */
export type HubFile = { path: string; sizeBytes?: number };

/** What the hub tells about a GGUF repository without opening its files. It is read from one file of the repository. */
export type GgufFacts = { architecture?: string; total?: number };

/** A model in a repository that a person, or `chooseFile`, can choose. */
export type ModelFileEntry = {
  /** Path in the repository; of a split model, its first part. */
  path: string;
  /** `Q4_K_M`, `UD-Q4_K_XL`: as the name says, in capitals. Absent where it says nothing. */
  label?: string;
  /** The ecosystem's word for the label, or the nearest to it. */
  quant?: QuantName;
  /** Nominal bits of a weight, from the label, else from size and number of weights. */
  bits?: number;
  /** Place in the order of quality, 0 is best; absent without a label. */
  rank?: number;
  /** All parts together; absent where the hub did not say. */
  sizeBytes?: number;
  /** Number of weights; an estimate from size and bits where the hub's number does not belong to this file. */
  parameters?: number;
  architecture?: string;
  /** Whether the engine of rbee's worker knows this quantisation (`engineLoads`). */
  loads: 'yes' | 'unsure' | 'no';
  /** Why it cannot be run: the hive fetches one file and joins none (rbee-keeper/rbee commit 0509312f, 2025-11-14). */
  refused?: 'split';
};

/** The id to send to a hive and to look for in its catalog. Always with the file: its own search almost never finds one. */
export const hiveModelId = (repo: string, path: string): string => `${repo}:${path}`;

// How uploaders cut a model up: llama.cpp's own split, `.part1of2` (mradermacher), `-split-a` (TheBloke, 2023).
const splits = [
  /^(?<stem>.+)-\d{2,6}-of-(?<parts>\d{2,6})\.gguf$/i,
  /^(?<stem>.+)\.gguf\.part\d+of(?<parts>\d+)$/i,
  /^(?<stem>.+)\.gguf[-.](?:split|part)[-.]?[a-z\d]{1,3}$/i,
];

/** Whether a path is of any interest here: a GGUF file, or a piece of one. */
export const isGguf = (path: string): boolean => /\.gguf$/i.test(path) || splits.some((split) => split.test(path));

/**
 * The models among a repository's files, best quality first, then larger first. Split models are one entry, refused; vision
 * projectors, importance matrices, adapters and the like are left out; so are names that cannot be sent to a hive.
 */
export function readFiles(files: HubFile[], gguf: GgufFacts = {}): ModelFileEntry[] {
  const models = new Map<string, HubFile[]>();
  for (const file of files) {
    if (!isGguf(file.path) || isSideFile(file.path) || !canBeSent(file.path)) continue;
    const split = splitOf(file.path);
    const key = split ? `${split.stem}\n${split.parts}` : file.path;
    models.set(key, [...(models.get(key) ?? []), file]);
  }
  return [...models.values()].map((parts) => entryOf(parts, gguf)).toSorted(inOrder);
}

function entryOf(files: HubFile[], gguf: GgufFacts): ModelFileEntry {
  const [first, ...others] = files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) as [HubFile, ...HubFile[]];
  const quant = readQuant(first.path);
  const split = splitOf(first.path);
  const sizeBytes = others.reduce(
    (sum, { sizeBytes }) => sum + (sizeBytes ?? Number.NaN),
    first.sizeBytes ?? Number.NaN,
  );
  const parts = split ? Number(split.parts) || files.length : 1;
  return {
    path: first.path,
    ...(quant && { label: quant.label, quant: quant.name, rank: quant.rank }),
    ...(sizeBytes > 0 && { sizeBytes, ...weightsOf(sizeBytes, quant?.bits, gguf.total) }),
    ...(quant && { bits: quant.bits }),
    ...(gguf.architecture && { architecture: gguf.architecture }),
    loads: engineLoads(quant),
    ...(parts > 1 && { refused: 'split' as const }),
  };
}

/**
 * Bits a weight really takes by nominal bits, from llama.cpp's tables of its quantisations (tools/quantize/README.md): scales
 * and the tensors kept finer come on top.
 */
const bitsPerWeight: Record<number, number> = {
  1: 1.8,
  2: 2.9,
  3: 3.8,
  4: 4.8,
  5: 5.6,
  6: 6.6,
  8: 8.5,
  16: 16,
  32: 32,
};

function weightsOf(
  sizeBytes: number,
  bits: number | undefined,
  total: number | undefined,
): Pick<ModelFileEntry, 'parameters' | 'bits'> {
  const measured = total ? (sizeBytes * 8) / total : 0;
  if (bits === undefined) {
    // No label: where the hub counted weights, the size tells the bits.
    if (!total || measured < 1.4 || measured > 36) return {};
    const nearest = Object.entries(bitsPerWeight).toSorted(
      ([, a], [, b]) => Math.abs(Math.log(a / measured)) - Math.abs(Math.log(b / measured)),
    )[0];
    return { parameters: total, bits: Number(nearest?.[0]) };
  }
  const expected = bitsPerWeight[bits] ?? bits;
  // The hub counts one file; another model in the same repository would be far off.
  const belongs = total && measured > expected / 1.4 && measured < expected * 1.4;
  return { parameters: belongs ? total : Math.round((sizeBytes * 8) / expected) };
}

function splitOf(path: string): { stem: string; parts: string } | undefined {
  for (const split of splits) {
    const found = split.exec(path)?.groups;
    if (found?.stem) return { stem: found.stem, parts: found.parts ?? '' };
  }
  return undefined;
}

const fullPrecision = new Set(['F32', 'F16', 'BF16', undefined]);

/** Files that carry `.gguf` and are no models, by what their names say. Each with how to tell it from a model so named. */
const sideFiles: [name: RegExp, unless?: (path: string) => boolean][] = [
  [/mmproj/i],
  // `Model-imatrix-Q4_K_M.gguf` is a model made with a matrix, `Model-imatrix.gguf` and `Model-bf16-imatrix.gguf` are matrices.
  [/(?:^|[-_./])imatrix[^/]*$/i, (path) => !fullPrecision.has(readQuant(path.slice(path.lastIndexOf('/') + 1))?.name)],
  // llama.cpp's convert_lora_to_gguf writes F32, F16, BF16 and Q8_0 only.
  [
    /(?:^|[-_.])(?:lora|adapter)s?(?:[-_.][^/]*)?$/i,
    (path) => /merged/i.test(path) || !(fullPrecision.has(readQuant(path)?.name) || readQuant(path)?.name === 'Q8_0'),
  ],
  [/control[-_]?vector/i],
  [/ggml-vocab-/i],
];

/** Whether a GGUF file is something beside a model: vision projector, importance matrix, adapter, control vector, vocabulary. */
export function isSideFile(path: string): boolean {
  return sideFiles.some(([name, unless]) => name.test(path) && !unless?.(path));
}

const canBeSent = (path: string): boolean => parseSubject(`hf:a/b:${path}`) !== undefined;

function inOrder(a: ModelFileEntry, b: ModelFileEntry): number {
  return (
    (a.rank ?? 1_000) - (b.rank ?? 1_000) ||
    (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0) ||
    a.path.split('/').length - b.path.split('/').length ||
    (a.path < b.path ? -1 : 1)
  );
}
