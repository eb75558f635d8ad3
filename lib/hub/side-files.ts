import { readQuant } from './quantization.ts';

/** Words that mark a file as something other than a model, wherever they are in its path. */
const anywhere = new Set(
  [
    // Vision and audio projectors.
    ['mmproj', 'projector'],
    // Draft models of speculative decoding.
    ['eagle3', 'dflash', 'draft', 'drafter', 'medusa', 'speculator'],
    // Parts of speech and image pipelines.
    ['vocoder', 'wavtokenizer', 'snac', 'hifigan', 'vae', 'tokenizer', 'detokenizer', 'codec'],
  ].flat(),
);

/** Words that do so only as the name of a folder or as the first word of a file's name: `MTP/x.gguf`, `mtp-x.gguf`, but not `x-MTP.gguf`. */
const leading = new Set(['mtp', 'spec', 'speculative', 'clip']);

const pairs = ['control-vector', 'ggml-vocab', 'mm-proj', 'speculative-decoding'];

const fullPrecision = new Set(['F32', 'F16', 'BF16', undefined]);

/**
 * Whether a GGUF file is something other than a model of its own: a projector, a draft model, an importance matrix, an adapter, a
 * control vector, a vocabulary, a vocoder or a tokenizer. Judged by whole words of its path, in any case.
 */
export function isSideFile(path: string): boolean {
  const folders = path.toLowerCase().split('/');
  const base = wordsOf(folders.pop() ?? '');
  const words = [...base, ...folders.flatMap(wordsOf)];
  if (words.some((word) => anywhere.has(word))) return true;
  if (leading.has(base[0] ?? '') || folders.some((folder) => leading.has(folder))) return true;
  const text = `-${base.join('-')}-`;
  if (pairs.some((pair) => text.includes(`-${pair}-`))) return true;
  const quant = readQuant(path.slice(path.lastIndexOf('/') + 1))?.name;
  // `Model-imatrix-Q4_K_M.gguf` is a model quantised with a matrix, `Model-imatrix.gguf` is the matrix.
  if (words.includes('imatrix')) return fullPrecision.has(quant);
  // llama.cpp's convert_lora_to_gguf writes F32, F16, BF16 and Q8_0 only.
  const isAdapter = ['lora', 'loras', 'adapter', 'adapters'].some((word) => words.includes(word));
  return isAdapter && !words.includes('merged') && (fullPrecision.has(quant) || quant === 'Q8_0');
}

const wordsOf = (text: string): string[] => text.split(/[^a-z\d]+/).filter(Boolean);
