import { readQuant } from './quantization.ts';

/** Words that mark a file as something other than a model, wherever they are in its path. */
const anywhere = new Set(
  [
    // Vision and audio projectors.
    ['mmproj', 'mmprojector', 'projector'],
    // Draft models of speculative decoding.
    ['eagle3', 'dflash', 'draft', 'drafter', 'medusa', 'speculator', 'fastmtp'],
    // Parts of speech and image pipelines.
    ['vocoder', 'wavtokenizer', 'snac', 'hifigan', 'vae', 'tokenizer', 'detokenizer'],
    ['codec', 'encodec', 'vocos', 's3gen', 'audiodecoder', 'token2wav'],
    // Control vectors.
    ['cvector'],
  ].flat(),
);

/** Words that do so only as the name of a folder or as the first word of a file's name: `MTP/x.gguf`, `mtp-x.gguf`, but not `x-MTP.gguf`. */
const leading = new Set(['mtp', 'nextn', 'spec', 'speculative', 'clip', 'ae', 'dac', 'mimi', 'vocab']);

const sequences = [
  ['control-vector', 'ggml-vocab', 'mm-proj', 'speculative-decoding', 'eagle-3'],
  ['text-encoder', 'vision-encoder', 'audio-encoder'],
].flat();

/** Parts of the names of models. They say how a model was made: `alpaca-lora-30b`, `fixed-tokenizer`. */
const ofModels = /-(?:lora-\d+b|fixed-tokenizer)(?=-)/g;

const notInWords = /[^a-z\d]+/;

/** Labels that begin so are not quantized: `F16`, `BF16`. */
const fullPrecision = /^(?:B?F16|FP?32|FP16)/;

/**
 * Whether a GGUF file is something other than a model of its own: a projector, a draft model, an importance matrix, an adapter, a
 * control vector, a vocabulary, an encoder, a vocoder or a tokenizer. Judged by whole words of its path, in any case.
 */
export function isSideFile(path: string): boolean {
  // `dir/My_Model.gguf` is `-dir-` and `-my-model-gguf-`.
  const parts = path
    .split('/')
    .map((part) => `-${part.toLowerCase().split(notInWords).join('-')}-`.replace(ofModels, ''));
  const words = new Set(parts.join('').split('-'));
  if ([...words].some((word) => anywhere.has(word))) return true;
  const [first = ''] = parts.at(-1)?.split('-').filter(Boolean) ?? [];
  if (leading.has(first) || parts.some((part) => leading.has(part.slice(1, -1)))) return true;
  const states = (sequence: string) => parts.some((part) => part.includes(`-${sequence}-`));
  if (sequences.some(states)) return true;
  const quant = readQuant(path.slice(path.lastIndexOf('/') + 1));
  const isFull = !quant || fullPrecision.test(quant.label);
  // `Model-imatrix-Q4_K_M.gguf` is a model quantized with a matrix, `Model-imatrix.gguf` is the matrix.
  if (words.has('imatrix') || states('importance-matrix')) return isFull;
  // llama.cpp's convert_lora_to_gguf writes F32, F16, BF16 and Q8_0 only.
  const isAdapter = ['lora', 'loras', 'adapter', 'adapters'].some((word) => words.has(word));
  return isAdapter && !words.has('merged') && (isFull || quant?.name === 'Q8_0');
}
