import type { GgufFacts } from './gguf.ts';
import { knownShape } from './model-dimensions.ts';

/** `sentencepiece` has a score for each token in the file, `bpe` has merges instead. `vocabulary`: number of tokens. */
export type Tokenizer = { kind: 'sentencepiece' | 'bpe'; vocabulary: number };

const bpe = (vocabulary: number): Tokenizer => ({ kind: 'bpe', vocabulary });
const sentencepiece = (vocabulary: number): Tokenizer => ({ kind: 'sentencepiece', vocabulary });

/** Architectures whose models all have the same kind of tokenizer. */
const byArchitecture: Record<string, Tokenizer> = {
  deepseek: bpe(102_400),
  gemma: sentencepiece(256_000),
  gemma2: sentencepiece(256_000),
  gemma3: sentencepiece(262_144),
  qwen: bpe(151_936),
  qwen2: bpe(151_936),
  qwen2moe: bpe(151_936),
  qwen3: bpe(151_936),
  qwen3moe: bpe(151_936),
  'gpt-oss': bpe(201_088),
};

/** Text that only chat templates of one family have. */
const byTemplate: [string, Tokenizer][] = [
  ['<|start_header_id|>', bpe(128_256)],
  ['[SYSTEM_PROMPT]', bpe(131_072)],
];

/** Names of models and base models, most specific first. A number before `B` is a size: `Llama-34B` is no Llama 3. */
const byName: [RegExp, Tokenizer][] = [
  [/nemo\b|ministral|pixtral|devstral|magistral|mistral-small-(?:3|24b|\d{4}-24b|instruct-250)/i, bpe(131_072)],
  [/llama-?[34](?!\d*(?:\.\d+)?b)|hermes-3/i, bpe(128_256)],
  [/smollm|starcoder|granite/i, bpe(49_152)],
  [/deepseek/i, bpe(102_400)],
  [/qwen/i, bpe(151_936)],
  [/phi-?4/i, bpe(100_352)],
  [/gemma/i, sentencepiece(256_000)],
  [/tinyllama|(?:code)?llama-?2?-\d+b|llama-2|vicuna|alpaca|solar|phi-?3|stories\d/i, sentencepiece(32_000)],
  [/\byi-/i, sentencepiece(64_000)],
];

/** Names of models that have Mistral's old tokenizer or its new one, which have the same special tokens. */
const mistral = /mistral|mixtral|zephyr|codestral/i;

/** Tokens that begin every text. `<s>` is in both kinds, so it is not here. */
const byFirstToken: Record<string, Tokenizer> = {
  '<bos>': sentencepiece(256_000),
  '<BOS_TOKEN>': bpe(256_000),
  '<|startoftext|>': sentencepiece(64_000),
  '<|begin_of_text|>': bpe(128_256),
  '<|endoftext|>': bpe(100_352),
  '<|im_start|>': bpe(49_152),
  '<｜begin▁of▁sentence｜>': bpe(128_256),
};

const byLastToken: Record<string, Tokenizer> = {
  '<|eot_id|>': bpe(128_256),
  '<|end_of_text|>': bpe(128_256),
};

/** Of the vocabularies in `model-dimensions.ts`, those of BPE tokenizers. The large ones of EuroLLM and Salamandra are SentencePiece. */
const bpeVocabularies = new Set([102_400, 128_256, 131_072]);

/** The tokenizer of a repository's models, from what the hub read of one of them and from names. Undefined if nothing tells. */
export function tokenizerOf(facts: GgufFacts): Tokenizer | undefined {
  const {
    architecture = '',
    total = 0,
    contextLength = 0,
    firstToken = '',
    lastToken = '',
    chatTemplate = '',
    names = [],
  } = facts;
  const clear =
    byArchitecture[architecture] ??
    byFirstToken[firstToken] ??
    byLastToken[lastToken] ??
    byTemplate.find(([text]) => chatTemplate.includes(text))?.[1] ??
    byName.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  if (clear || (firstToken !== '<s>' && !names.some((name) => mistral.test(name)))) return clear;
  if (architecture === 'phi3') return sentencepiece(32_064);
  // Mistral's tokenizer of 2024 came with 131,072 tokens of vocabulary and of context, the older one with 32,768 of both.
  const unknown = contextLength > 100_000 ? 131_072 : 32_000;
  const { vocabulary = unknown } = knownShape(total, architecture) ?? {};
  return bpeVocabularies.has(vocabulary) ? bpe(vocabulary) : sentencepiece(vocabulary);
}
