import type { Device } from '../hive/types.ts';
import type { Settings } from '../settings/settings.ts';
import type { ModelFileEntry } from './files.ts';

/** All numbers are estimates, and to be shown as such. */
export type Fit =
  | { verdict: 'gpu' | 'cpu'; needBytes: number; device: Device; freeBytes: number }
  /** `device` is the one with the most room. */
  | { verdict: 'too-large'; needBytes: number; device: Device; freeBytes: number }
  /** Size or devices are not known. */
  | { verdict: 'unknown'; needBytes?: number };

const gib = 2 ** 30;

/** What the worker itself takes as a GGUF model's context (rbee-keeper/rbee commit 02ff1c92, llama_quantized/loader.rs). */
export const contextTokens = 2_048;

/** A CUDA context, the kernels and scratch for one pass, in round numbers. */
const runtimeBytes = gib / 2;

/** Rows of the embedding table by architecture, the largest in public use: Gemma 3, Llama 3, BERT; else Qwen 2.5. */
const vocabularies: [RegExp, number][] = [
  [/^gemma/, 262_144],
  [/^llama/, 128_256],
  [/bert/, 30_522],
];
const usualVocabulary = 152_064;

/**
 * Memory a model takes while it runs, in bytes: an estimate from what a listing tells.
 *
 *     weights + embedding table + KV cache + runtime
 *
 * - *weights*: the file as it is; twice the file for F16 and BF16, which candle turns into F32 (`QMatMul::from_arc`).
 * - *embedding table*: candle holds it as F32 (`tok_embeddings.dequantize`): vocabulary × width × 4 bytes. In small models it
 *   outweighs the file.
 * - *KV cache*: F32 as well: 2 × layers × width of keys × 4 bytes for each token of context.
 * - *width* and *layers* are not in a listing. N ≈ 12 × layers × width² without the embedding table (Kaplan et al. 2020, arXiv
 *   2001.08361, section 2.1), with layers ≈ width / 128 and keys a quarter of the width, as in Llama 3 and Qwen 2.5, gives
 *   width ≈ ∛(10.7 N), and width² / 64 bytes of cache a token.
 *
 * For 16 published models of 0.1 B to 70 B, the sum is 6 % too low to 27 % too high against their real shapes; for TinyLlama,
 * with its small vocabulary, 53 %.
 *
 * Sources: huggingface/candle, candle-core/src/quantized/mod.rs and candle-transformers/src/models/quantized_*.rs.
 */
export function needBytes(entry: Pick<ModelFileEntry, 'sizeBytes' | 'bits' | 'parameters' | 'architecture'>) {
  const { sizeBytes, bits, architecture = '' } = entry;
  if (!sizeBytes) return undefined;
  const parameters = entry.parameters ?? (sizeBytes * 8) / 4.8;
  const vocabulary = vocabularies.find(([pattern]) => pattern.test(architecture))?.[1] ?? usualVocabulary;
  const width = widthOf(Math.max(parameters - vocabulary * widthOf(parameters), parameters / 3));
  const halfPrecision = bits === 16;
  const weights = halfPrecision ? 2 * sizeBytes : sizeBytes;
  const embeddings = halfPrecision || bits === 32 ? 0 : vocabulary * width * 4;
  const cache = (contextTokens * width ** 2) / 64;
  return Math.round(weights + embeddings + cache + runtimeBytes);
}

const widthOf = (parameters: number): number => Math.cbrt((parameters * 128) / 12);

/**
 * Memory a model may take on a device. A GPU's GiB are truncated by the hive, so there is up to 1 GiB more than it says: that
 * is left to the screen. A CPU's are the system's, shared with everything else: a quarter stays free, at least 2, at most 8 GiB.
 */
export function freeBytes(device: Pick<Device, 'kind' | 'memoryGb'>): number {
  const reserveGb = device.kind === 'cpu' ? Math.min(Math.max(device.memoryGb / 4, 2), 8) : 0;
  return Math.max(device.memoryGb - reserveGb, 0) * gib;
}

/** The devices that such a worker runs on. What Metal runs on no hive tells. */
export const usableBy = (worker: Settings['backend'], devices: Device[]): Device[] =>
  devices.filter(({ kind }) => ({ cpu: 'cpu', cuda: 'gpu', auto: kind, metal: kind })[worker] === kind);

/**
 * Where a model fits, the GPUs first, each on its own: a hive starts a worker on one device. Among those it takes the one
 * with the most memory. Says nothing of speed, and nothing of what else is running there.
 */
export function fitOn(entry: Parameters<typeof needBytes>[0], devices: Device[]): Fit {
  const need = needBytes(entry);
  // `nvidia-smi` can fail to tell a card's memory.
  const rooms = devices
    .filter((device) => device.memoryGb > 0)
    .map((device) => ({ device, freeBytes: freeBytes(device) }))
    .toSorted((a, b) => b.freeBytes - a.freeBytes);
  if (need === undefined) return { verdict: 'unknown' };
  for (const verdict of ['gpu', 'cpu'] as const) {
    const room = rooms.find(({ device, freeBytes }) => device.kind === verdict && freeBytes >= need);
    if (room) return { verdict, needBytes: need, ...room };
  }
  const [largest] = rooms;
  return largest ? { verdict: 'too-large', needBytes: need, ...largest } : { verdict: 'unknown', needBytes: need };
}
