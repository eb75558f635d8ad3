import type { GgufFacts, HubFile } from '../../../lib/hub/files.ts';

/** Bits a weight takes, as published files of 7 to 8 B models measure. */
const bits: Record<string, number> = {
  IQ1_S: 2.0,
  IQ1_M: 2.15,
  TQ1_0: 1.9,
  IQ2_XXS: 2.38,
  IQ2_XS: 2.59,
  IQ2_S: 2.74,
  IQ2_M: 2.93,
  Q2_K: 3.16,
  Q2_K_L: 3.3,
  IQ3_XXS: 3.25,
  IQ3_XS: 3.5,
  Q3_K_S: 3.64,
  IQ3_S: 3.66,
  IQ3_M: 3.76,
  Q3_K_M: 4.0,
  Q3_K_L: 4.3,
  Q3_K_XL: 4.5,
  IQ4_XS: 4.46,
  Q4_0: 4.66,
  Q4_0_4_4: 4.66,
  Q4_0_4_8: 4.66,
  Q4_0_8_8: 4.66,
  MXFP4: 4.6,
  IQ4_NL: 4.68,
  Q4_K_S: 4.67,
  Q4_K_M: 4.89,
  Q4_K_L: 5.1,
  Q4_K_XL: 5.0,
  Q4_1: 5.1,
  Q5_0: 5.55,
  Q5_1: 5.95,
  Q5_K_S: 5.57,
  Q5_K_M: 5.7,
  Q5_K_L: 5.9,
  Q6_K: 6.56,
  Q6_K_L: 6.7,
  Q8_0: 8.5,
  F16: 16,
  BF16: 16,
  F32: 32,
};

export type Listing = {
  /** What is special about it. */
  name: string;
  files: HubFile[];
  gguf?: GgufFacts;
  /** Labels (else paths) of the models in order; `!` marks a refused one. */
  models: string;
  /** The file taken on a laptop of 8 GB, with a GPU of 8 GB, with one of 24 GB; else the reason for none. */
  chosen: [laptop: string, gpu8: string, gpu24: string];
};

const readme: HubFile[] = [
  { path: '.gitattributes', sizeBytes: 2_300 },
  { path: 'README.md', sizeBytes: 8_100 },
];

/** Size in bytes of a model of so many billion weights. */
export const bytes = (billions: number, label: string): number =>
  Math.round((billions * 1e9 * (bits[label.toUpperCase().replace(/^UD-/, '').replace(/^FP/, 'F')] ?? Number.NaN)) / 8);

/** A file for each label, named as the uploader would. */
function files(billions: number, labels: string, name: (label: string) => string): HubFile[] {
  return labels.split(' ').map((label) => ({ path: name(label), sizeBytes: bytes(billions, label) }));
}

/** A model in so many parts, the last one smaller. */
function parts(total: number, size: number, name: (part: string, of: string) => string): HubFile[] {
  const number = (part: number) => String(part).padStart(5, '0');
  const each = Math.ceil(size / (total - 0.5));
  return Array.from({ length: total }, (_, index) => ({
    path: name(number(index + 1), number(total)),
    sizeBytes: index + 1 < total ? each : size - each * (total - 1),
  }));
}

const dash = (stem: string) => (label: string) => `${stem}-${label}.gguf`;
const dot = (stem: string) => (label: string) => `${stem}.${label}.gguf`;
const lower = (stem: string) => (label: string) => `${stem}-${label.toLowerCase()}.gguf`;
const llama = (billions: number): GgufFacts => ({
  architecture: 'llama',
  total: billions * 1e9,
});
const qwen = (billions: number): GgufFacts => ({ architecture: 'qwen2', total: billions * 1e9 });

export const listings: Listing[] = [
  {
    name: 'many kinds of a 1B model, full precision in lower case',
    files: [
      ...readme,
      ...files(
        1.236,
        'IQ3_M Q3_K_XL IQ4_XS Q4_0 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 Q4_K_S Q4_K_M Q4_K_L Q5_K_M Q6_K Q6_K_L Q8_0',
        dash('Llama-3.2-1B-Instruct'),
      ),
      { path: 'Llama-3.2-1B-Instruct-f16.gguf', sizeBytes: bytes(1.236, 'F16') },
      { path: 'Llama-3.2-1B-Instruct.imatrix', sizeBytes: 1_360_000 },
    ],
    gguf: llama(1.236),
    models: 'F16 Q8_0 Q6_K_L Q6_K Q5_K_M Q4_K_L Q4_K_M Q4_K_S IQ4_XS Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 Q4_0 Q3_K_XL IQ3_M',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'many kinds of an 8B model',
    files: files(
      8.03,
      'IQ2_M Q2_K Q2_K_L IQ3_XS Q3_K_S Q3_K_M Q3_K_L IQ4_XS Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K Q8_0',
      dash('Meta-Llama-3.1-8B-Instruct'),
    ),
    gguf: llama(8.03),
    models: 'Q8_0 Q6_K Q5_K_M Q5_K_S Q4_K_M Q4_K_S IQ4_XS Q3_K_L Q3_K_M Q3_K_S IQ3_XS Q2_K_L Q2_K IQ2_M',
    chosen: ['no-fit', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'a dot before the label',
    files: files(
      6.74,
      'Q2_K Q3_K_L Q3_K_M Q3_K_S Q4_0 Q4_K_M Q4_K_S Q5_0 Q5_K_M Q5_K_S Q6_K Q8_0',
      dot('llama-2-7b-chat'),
    ),
    gguf: llama(6.74),
    models: 'Q8_0 Q6_K Q5_K_M Q5_K_S Q5_0 Q4_K_M Q4_K_S Q4_0 Q3_K_L Q3_K_M Q3_K_S Q2_K',
    chosen: ['Q3_K_S', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'dots in the name of the model',
    files: files(1.1, 'Q2_K Q3_K_M Q4_0 Q4_K_M Q5_K_M Q8_0', dot('tinyllama-1.1b-chat-v1.0')),
    gguf: llama(1.1),
    models: 'Q8_0 Q5_K_M Q4_K_M Q4_0 Q3_K_M Q2_K',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'lower case, fp16',
    files: files(0.494, 'Q2_K Q3_K_M Q4_0 Q4_K_M Q5_0 Q5_K_M Q6_K Q8_0 FP16', lower('qwen2.5-0.5b-instruct')),
    gguf: qwen(0.494),
    models: 'FP16 Q8_0 Q6_K Q5_K_M Q5_0 Q4_K_M Q4_0 Q3_K_M Q2_K',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'some kinds split, others whole',
    files: [
      ...files(7.62, 'Q2_K Q3_K_M', lower('qwen2.5-7b-instruct')),
      ...parts(2, bytes(7.62, 'Q4_K_M'), (part, of) => `qwen2.5-7b-instruct-q4_k_m-${part}-of-${of}.gguf`),
      ...parts(3, bytes(7.62, 'Q8_0'), (part, of) => `qwen2.5-7b-instruct-q8_0-${part}-of-${of}.gguf`),
      ...parts(4, bytes(7.62, 'F16'), (part, of) => `qwen2.5-7b-instruct-fp16-${part}-of-${of}.gguf`),
    ],
    gguf: qwen(7.62),
    models: '!FP16 !Q8_0 !Q4_K_M Q3_K_M Q2_K',
    chosen: ['no-fit', 'Q3_K_M', 'Q3_K_M'],
  },
  {
    name: 'everything split, each kind in its folder',
    files: [
      ...parts(30, bytes(671, 'BF16'), (part, of) => `BF16/DeepSeek-R1-BF16-${part}-of-${of}.gguf`),
      ...parts(3, bytes(671, 'IQ1_S'), (part, of) => `UD-IQ1_S/DeepSeek-R1-UD-IQ1_S-${part}-of-${of}.gguf`),
      ...parts(9, bytes(671, 'Q4_K_M'), (part, of) => `Q4_K_M/DeepSeek-R1-${part}-of-${of}.gguf`),
    ],
    gguf: { architecture: 'deepseek2', total: 671e9 },
    models: '!BF16 !Q4_K_M !UD-IQ1_S',
    chosen: ['split', 'split', 'split'],
  },
  {
    name: 'UD kinds beside plain ones, BF16 in a folder, a matrix beside',
    files: [
      ...files(1.236, 'UD-IQ2_M UD-Q4_K_XL Q4_K_M Q8_0', dash('Llama-3.2-1B-Instruct')),
      { path: 'BF16/Llama-3.2-1B-Instruct-BF16.gguf', sizeBytes: bytes(1.236, 'BF16') },
      { path: 'imatrix_unsloth.dat', sizeBytes: 1_361_000 },
      { path: 'imatrix_unsloth.gguf', sizeBytes: 1_361_000 },
    ],
    gguf: llama(1.236),
    models: 'BF16 Q8_0 UD-Q4_K_XL Q4_K_M UD-IQ2_M',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'only UD kinds',
    files: files(8.03, 'UD-IQ2_M UD-Q2_K_L UD-Q4_K_XL UD-Q6_K', dash('Some-8B-Instruct')),
    models: 'UD-Q6_K UD-Q4_K_XL UD-Q2_K_L UD-IQ2_M',
    chosen: ['no-fit', 'UD-Q4_K_XL', 'UD-Q4_K_XL'],
  },
  {
    name: 'weighted kinds only',
    files: files(
      12.2,
      'IQ1_S IQ2_XS IQ3_M IQ4_XS Q4_K_S Q4_K_M Q5_K_M Q6_K',
      (label) => `Mistral-Nemo.i1-${label}.gguf`,
    ),
    gguf: llama(12.2),
    models: 'Q6_K Q5_K_M Q4_K_M Q4_K_S IQ4_XS IQ3_M IQ2_XS IQ1_S',
    chosen: ['no-fit', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'static kinds, the large ones in parts of the old way',
    files: [
      ...files(70.55, 'Q2_K Q3_K_M Q4_K_S', dot('Big-70B')),
      { path: 'Big-70B.Q6_K.gguf.part1of2', sizeBytes: 30e9 },
      { path: 'Big-70B.Q6_K.gguf.part2of2', sizeBytes: 27.9e9 },
      { path: 'Big-70B.Q8_0.gguf.part1of2', sizeBytes: 38e9 },
      { path: 'Big-70B.Q8_0.gguf.part2of2', sizeBytes: 37e9 },
    ],
    gguf: llama(70.55),
    models: '!Q8_0 !Q6_K Q4_K_S Q3_K_M Q2_K',
    chosen: ['no-fit', 'no-fit', 'Q4_K_S'],
  },
  {
    name: 'split-a and split-b of 2023',
    files: [
      ...files(68.98, 'Q2_K Q4_K_M', dot('llama-2-70b-chat')),
      { path: 'llama-2-70b-chat.Q8_0.gguf-split-a', sizeBytes: 36.7e9 },
      { path: 'llama-2-70b-chat.Q8_0.gguf-split-b', sizeBytes: 36.6e9 },
    ],
    gguf: llama(68.98),
    models: '!Q8_0 Q4_K_M Q2_K',
    chosen: ['no-fit', 'no-fit', 'Q4_K_M'],
  },
  {
    name: 'a split of a single part',
    files: parts(1, bytes(7.62, 'Q4_K_M'), (part, of) => `model-q4_k_m-${part}-of-${of}.gguf`),
    gguf: qwen(7.62),
    models: 'Q4_K_M',
    chosen: ['no-fit', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'the label q4 without a kind, fp16 beside',
    files: [
      { path: 'Phi-3-mini-4k-instruct-q4.gguf', sizeBytes: 2_393_231_072 },
      { path: 'Phi-3-mini-4k-instruct-fp16.gguf', sizeBytes: 7_643_295_904 },
    ],
    gguf: { architecture: 'phi3', total: 3_821_079_648 },
    models: 'FP16 Q4',
    chosen: ['Q4', 'Q4', 'Q4'],
  },
  {
    name: 'one file without a label, F32 by its size',
    files: [{ path: 'gemma-2-2b-it.gguf', sizeBytes: 10_457_000_000 }],
    gguf: { architecture: 'gemma2', total: 2_614_341_888 },
    models: 'gemma-2-2b-it.gguf',
    chosen: ['no-fit', 'gemma-2-2b-it.gguf', 'gemma-2-2b-it.gguf'],
  },
  {
    name: 'a generic name',
    files: [{ path: 'ggml-model-q4_0.gguf', sizeBytes: bytes(3.21, 'Q4_0') }],
    models: 'Q4_0',
    chosen: ['Q4_0', 'Q4_0', 'Q4_0'],
  },
  {
    name: 'a label nobody else has',
    files: [{ path: 'ggml-model-i2_s.gguf', sizeBytes: 1_187_801_280 }],
    gguf: { architecture: 'bitnet-b1.58', total: 2_412_820_480 },
    models: 'ggml-model-i2_s.gguf',
    chosen: ['ggml-model-i2_s.gguf', 'ggml-model-i2_s.gguf', 'ggml-model-i2_s.gguf'],
  },
  {
    name: 'a small model in Q8_0 only',
    files: [{ path: 'smollm2-135m-instruct-q8_0.gguf', sizeBytes: 144_811_360 }],
    gguf: llama(0.135),
    models: 'Q8_0',
    chosen: ['Q8_0', 'Q8_0', 'Q8_0'],
  },
  {
    name: 'Q8_0 and F16, nothing smaller',
    files: files(1.71, 'Q8_0 F16', lower('smollm2-1.7b-instruct')),
    gguf: llama(1.71),
    models: 'F16 Q8_0',
    chosen: ['Q8_0', 'Q8_0', 'Q8_0'],
  },
  {
    name: 'an embedding model',
    files: files(0.137, 'Q2_K Q4_0 Q4_K_M Q5_K_M Q8_0 F16 F32', dot('nomic-embed-text-v1.5')),
    gguf: { architecture: 'nomic-bert', total: 136_731_648 },
    models: 'F32 F16 Q8_0 Q5_K_M Q4_K_M Q4_0 Q2_K',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'a vision model with its projectors',
    files: [
      ...files(4.3, 'Q4_K_M Q8_0', dash('gemma-3-4b-it')),
      { path: 'mmproj-model-f16.gguf', sizeBytes: 851_251_104 },
      { path: 'mmproj-BF16.gguf', sizeBytes: 851_251_104 },
      { path: 'gemma-3-4b-it-mmproj-f32.gguf', sizeBytes: 1_680_000_000 },
    ],
    gguf: { architecture: 'gemma3', total: 3_880_263_168 },
    models: 'Q8_0 Q4_K_M',
    chosen: ['no-fit', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'nothing but a projector',
    files: [{ path: 'mmproj-model-f16.gguf', sizeBytes: 624_000_000 }],
    models: '',
    chosen: ['no-gguf', 'no-gguf', 'no-gguf'],
  },
  {
    name: 'matrices, and models named after theirs',
    files: [
      { path: 'Foo-7B-imatrix.gguf', sizeBytes: 4_500_000 },
      { path: 'Foo-7B-bf16-imatrix.gguf', sizeBytes: 4_500_000 },
      { path: 'imatrix.dat', sizeBytes: 4_500_000 },
      { path: 'Foo-7B-imatrix-Q4_K_M.gguf', sizeBytes: bytes(7.25, 'Q4_K_M') },
      { path: 'Foo-7B-Q5_K_M-imatrix.gguf', sizeBytes: bytes(7.25, 'Q5_K_M') },
    ],
    gguf: llama(7.25),
    models: 'Q5_K_M Q4_K_M',
    chosen: ['no-fit', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'adapters, a control vector, a vocabulary',
    files: [
      { path: 'Foo-LoRA-F16.gguf', sizeBytes: 90_000_000 },
      { path: 'ggml-adapter-model.gguf', sizeBytes: 160_000_000 },
      { path: 'happy-control-vector.gguf', sizeBytes: 500_000 },
      { path: 'ggml-vocab-llama-bpe.gguf', sizeBytes: 5_000_000 },
      { path: 'Foo-LoRA-merged-F16.gguf', sizeBytes: bytes(0.494, 'F16') },
      { path: 'Foo-lora-Q4_K_M.gguf', sizeBytes: bytes(0.494, 'Q4_K_M') },
    ],
    gguf: qwen(0.494),
    models: 'F16 Q4_K_M',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'mxfp4 only',
    files: [{ path: 'gpt-oss-20b-mxfp4.gguf', sizeBytes: 12_109_565_632 }],
    gguf: { architecture: 'gpt-oss', total: 20_914_757_184 },
    models: 'MXFP4',
    chosen: ['no-fit', 'no-fit', 'MXFP4'],
  },
  {
    name: 'kinds the engine does not know beside one it does',
    files: files(8.03, 'IQ4_XS IQ4_NL MXFP4 TQ1_0 Q4_0_4_4 Q5_K_M', dash('Foo-8B')),
    gguf: llama(8.03),
    models: 'Q5_K_M IQ4_NL IQ4_XS Q4_0_4_4 MXFP4 TQ1_0',
    chosen: ['no-fit', 'Q5_K_M', 'Q5_K_M'],
  },
  {
    name: 'no Q4_K_M, others of 4 bits',
    files: files(3.21, 'Q4_0 Q4_1 Q4_K_S Q8_0', dash('Llama-3.2-3B-Instruct')),
    gguf: llama(3.21),
    models: 'Q8_0 Q4_K_S Q4_0 Q4_1',
    chosen: ['Q4_K_S', 'Q4_K_S', 'Q4_K_S'],
  },
  {
    name: 'Q4_K_L and Q4_0, no Q4_K_M',
    files: files(3.21, 'Q4_0 Q4_K_L Q5_K_L', dash('Llama-3.2-3B-Instruct')),
    gguf: llama(3.21),
    models: 'Q5_K_L Q4_K_L Q4_0',
    chosen: ['Q4_K_L', 'Q4_K_L', 'Q4_K_L'],
  },
  {
    name: 'Q4_K and Q5_K without a size',
    files: files(3.21, 'Q4_K_M Q5_K_M', (label) => `model-${label.slice(0, 4)}.gguf`),
    gguf: llama(3.21),
    models: 'Q5_K Q4_K',
    chosen: ['Q4_K', 'Q4_K', 'Q4_K'],
  },
  {
    name: 'no 4 bits at all',
    files: files(8.03, 'Q2_K Q3_K_M Q5_K_M Q6_K F16', dash('Foo-8B')),
    gguf: llama(8.03),
    models: 'F16 Q6_K Q5_K_M Q3_K_M Q2_K',
    chosen: ['no-fit', 'Q3_K_M', 'Q6_K'],
  },
  {
    name: 'full precision only',
    files: files(1.24, 'F32 BF16 F16', dash('Foo-1B')),
    gguf: llama(1.24),
    models: 'F32 BF16 F16',
    chosen: ['BF16', 'BF16', 'BF16'],
  },
  {
    name: '14B',
    files: files(14.77, 'Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_M Q6_K Q8_0', dash('Qwen2.5-14B-Instruct')),
    gguf: qwen(14.77),
    models: 'Q8_0 Q6_K Q5_K_M Q4_K_M Q4_K_S Q3_K_L Q3_K_M Q3_K_S Q2_K',
    chosen: ['no-fit', 'Q3_K_L', 'Q4_K_M'],
  },
  {
    name: '32B',
    files: files(
      32.76,
      'IQ2_XS Q2_K Q3_K_S Q3_K_M Q3_K_L IQ4_XS Q4_K_S Q4_K_M Q5_K_M Q6_K Q8_0',
      dash('Qwen2.5-32B-Instruct'),
    ),
    gguf: qwen(32.76),
    models: 'Q8_0 Q6_K Q5_K_M Q4_K_M Q4_K_S IQ4_XS Q3_K_L Q3_K_M Q3_K_S Q2_K IQ2_XS',
    chosen: ['no-fit', 'no-fit', 'Q4_K_S'],
  },
  {
    name: '70B, the large kinds split in folders',
    files: [
      ...files(70.55, 'IQ1_M IQ2_XS Q2_K Q3_K_M Q4_K_M', dash('Llama-3.3-70B-Instruct')),
      ...parts(
        2,
        bytes(70.55, 'Q6_K'),
        (part, of) => `Llama-3.3-70B-Instruct-Q6_K/Llama-3.3-70B-Instruct-Q6_K-${part}-of-${of}.gguf`,
      ),
      ...parts(
        2,
        bytes(70.55, 'Q8_0'),
        (part, of) => `Llama-3.3-70B-Instruct-Q8_0/Llama-3.3-70B-Instruct-Q8_0-${part}-of-${of}.gguf`,
      ),
    ],
    gguf: llama(70.55),
    models: '!Q8_0 !Q6_K Q4_K_M Q3_K_M Q2_K IQ2_XS IQ1_M',
    chosen: ['no-fit', 'no-fit', 'Q4_K_M'],
  },
  {
    name: 'two models in one repository',
    files: [...files(0.494, 'Q4_K_M', dash('small')), ...files(7.62, 'Q4_K_M', dash('large'))],
    gguf: qwen(7.62),
    models: 'Q4_K_M Q4_K_M',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'sizes unknown',
    files: ['Q2_K', 'Q4_K_M', 'Q8_0'].map((label) => ({ path: `Foo-7B-${label}.gguf` })),
    models: 'Q8_0 Q4_K_M Q2_K',
    chosen: ['Q4_K_M', 'Q4_K_M', 'Q4_K_M'],
  },
  {
    name: 'safetensors of several parts',
    files: [
      ...readme,
      { path: 'config.json', sizeBytes: 900 },
      ...parts(4, 16e9, (part, of) => `model-${part}-of-${of}.safetensors`),
      { path: 'consolidated.00.pth', sizeBytes: 16e9 },
    ],
    models: '',
    chosen: ['no-gguf', 'no-gguf', 'no-gguf'],
  },
  {
    name: 'an old repository of one .bin file',
    files: [...readme, { path: 'pytorch_model.bin', sizeBytes: 5e9 }],
    models: '',
    chosen: ['no-gguf', 'no-gguf', 'no-gguf'],
  },
  {
    name: 'names that no hive could be sent',
    files: [
      { path: 'Foo: Q4_K_M.gguf', sizeBytes: bytes(1.1, 'Q4_K_M') },
      { path: '../Foo-Q4_K_M.gguf', sizeBytes: bytes(1.1, 'Q4_K_M') },
      { path: 'Foo-Q5_K_M.gguf', sizeBytes: bytes(1.1, 'Q5_K_M') },
    ],
    models: 'Q5_K_M',
    chosen: ['Q5_K_M', 'Q5_K_M', 'Q5_K_M'],
  },
];
