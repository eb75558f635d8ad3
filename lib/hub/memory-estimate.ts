import { estimatedShape, knownShape } from './model-dimensions.ts';
import type { ModelFileEntry } from './model-files.ts';

/**
 * Tokens of context that the worker reserves for GGUF models unless told otherwise
 * (`llama_quantized/loader.rs`, `phi_quantized/loader.rs`; rbee-keeper/rbee 02ff1c92, 2025-11).
 */
export const contextTokens = 2_048;

/** The CUDA context, the kernels and the buffers of one pass, in round numbers. */
export const overheadBytes = 2 ** 29;

/** Between the vocabularies of Llama 2 (32,000) and Llama 3 (128,256), for models of which nothing is known. */
const usualVocabulary = 64_000;

/**
 * An estimate of the memory a model takes while it runs, in bytes. Undefined if the size of the file is unknown.
 *
 *     weights + embedding table + KV cache + overhead
 *
 * - *weights*: the file, or twice the file for F16 and BF16, which candle converts to F32 (`QMatMul::from_arc`).
 * - *embedding table*: vocabulary × width × 4 bytes. Candle keeps it as F32 beside the quantized weights (`tok_embeddings.dequantize`
 *   in quantized_llama.rs and its siblings). In small models it outweighs the file.
 * - *KV cache*: keys and values as F32, for each layer and token of context.
 *
 * Not counted: candle's Gemma 3 code keeps rotary tables for 131,072 tokens in every layer (134 MB each), and its Phi-3 code allocates
 * the cache for the model's full context. Both are defects of candle (0.9, 2026-11) that would double the estimates.
 */
export function needBytes(
  entry: Pick<ModelFileEntry, 'sizeBytes' | 'bits' | 'parameters' | 'architecture' | 'vocabulary'>,
): number | undefined {
  const { sizeBytes, bits, architecture, vocabulary = usualVocabulary } = entry;
  if (!sizeBytes) return undefined;
  const parameters = entry.parameters ?? (sizeBytes * 8) / 4.8;
  const shape = knownShape(parameters, architecture) ?? estimatedShape(parameters, vocabulary);
  // MXFP4 experts stay as they are in a file that is labelled F16.
  const weights = bits === 16 && sizeBytes > 1.5 * parameters ? 2 * sizeBytes : sizeBytes;
  const table = shape.vocabulary * shape.width * 4;
  const cache = 2 * shape.layers * shape.keyWidth * 4 * contextTokens;
  return Math.round(weights + table + cache + overheadBytes);
}
