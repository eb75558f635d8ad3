import type { HubFile } from '../../../lib/hub/files.ts';
import type { GgufFacts } from '../../../lib/hub/gguf.ts';

/** Bits per weight of published files of 7 to 8 B models. */
const measuredBits: Record<string, number> = Object.fromEntries(
  `IQ1_S 2 IQ1_M 2.15 TQ1_0 1.9 IQ2_XS 2.59 IQ2_M 2.93 Q2_K 3.16 Q2_K_L 3.3 IQ3_XS 3.5 Q3_K_S 3.64 IQ3_M 3.76 Q3_K_M 4 Q3_K_L 4.3 Q3_K_XL 4.5
   IQ4_XS 4.46 Q4_0 4.66 Q4_0_4_4 4.66 Q4_0_8_8 4.66 MXFP4 4.6 IQ4_NL 4.68 Q4_K_S 4.67 Q4_K_M 4.89 Q4_K_L 5.1 Q4_K_XL 5 Q4_1 5.1 Q5_0 5.55
   Q5_K_S 5.57 Q5_K_M 5.7 Q5_K_L 5.9 Q6_K 6.56 Q6_K_L 6.7 Q8_0 8.5 F16 16 BF16 16 F32 32`
    .split(/\s+/)
    .flatMap((word, index, words) => (index % 2 ? [] : [[word, Number(words[index + 1])]])),
);

/** Size in bytes of a model with so many billion weights. */
export const bytes = (billions: number, label: string): number =>
  Math.round(
    (billions * 1e9 * (measuredBits[label.toUpperCase().replace(/^UD-/, '').replace(/^FP/, 'F')] ?? Number.NaN)) / 8,
  );

/** One file per label, named by the pattern with `*` for the label. */
export const files = (billions: number, pattern: string, labels: string): HubFile[] =>
  labels.split(' ').map((label) => ({ path: pattern.replace('*', label), sizeBytes: bytes(billions, label) }));

/** A model in parts. `*` in the pattern stands for `00001-of-00003`. */
function parts(total: number, sizeBytes: number, pattern: string): HubFile[] {
  const number = (part: number) => String(part).padStart(5, '0');
  return Array.from({ length: total }, (_, index) => ({
    path: pattern.replace('*', `${number(index + 1)}-of-${number(total)}`),
    sizeBytes: sizeBytes / total,
  }));
}

const facts = (architecture: string, billions: number, firstToken?: string): GgufFacts => ({
  architecture,
  total: billions * 1e9,
  ...(firstToken && { firstToken }),
});
const llama2 = (billions: number) => facts('llama', billions, '<s>');
const llama3 = (billions: number) => facts('llama', billions, '<|begin_of_text|>');

export type Listing = {
  name: string;
  files: HubFile[];
  gguf?: GgufFacts;
  /** The labels (or else paths) of the models in order, with `!` before a refused one. */
  models: string;
  /** The file chosen with 8 GB of memory, with a GPU of 8 GB, and with a GPU of 24 GB, or why none is. */
  chosen: [laptop: string, gpu8: string, gpu24: string];
};

const listing = (
  name: string,
  gguf: GgufFacts | undefined,
  files: HubFile[],
  models: string,
  ...chosen: Listing['chosen'] | [string]
): Listing => ({
  name,
  ...(gguf && { gguf }),
  files,
  models,
  chosen: [chosen[0], chosen[1] ?? chosen[0], chosen[2] ?? chosen[0]],
});

/** Repositories as they are really published: names, quantisations, companions and splits. */
export const listings: Listing[] = [
  listing(
    '1B with many quantisations, full precision in lower case, a matrix',
    llama3(1.236),
    [
      ...files(
        1.236,
        'Llama-3.2-1B-Instruct-*.gguf',
        'IQ3_M Q3_K_XL IQ4_XS Q4_0 Q4_0_4_4 Q4_0_8_8 Q4_K_S Q4_K_M Q4_K_L Q6_K Q6_K_L Q8_0 f16',
      ),
      { path: 'Llama-3.2-1B-Instruct.imatrix', sizeBytes: 1_360_000 },
      { path: 'README.md', sizeBytes: 8_100 },
    ],
    'F16 Q8_0 Q6_K_L Q6_K Q4_K_L Q4_K_M Q4_K_S IQ4_XS Q4_0_4_4 Q4_0_8_8 Q4_0 Q3_K_XL IQ3_M',
    'Q4_K_M',
  ),
  listing(
    '8B with many quantisations',
    llama3(8.03),
    files(
      8.03,
      'Meta-Llama-3.1-8B-Instruct-*.gguf',
      'IQ2_M Q2_K Q2_K_L IQ3_XS Q3_K_S Q3_K_M Q3_K_L IQ4_XS Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K Q8_0',
    ),
    'Q8_0 Q6_K Q5_K_M Q5_K_S Q4_K_M Q4_K_S IQ4_XS Q3_K_L Q3_K_M Q3_K_S IQ3_XS Q2_K_L Q2_K IQ2_M',
    'Q3_K_L',
    'Q4_K_M',
    'Q4_K_M',
  ),
  listing(
    '7B with a dot before the label',
    llama2(6.738),
    files(6.738, 'llama-2-7b-chat.*.gguf', 'Q2_K Q3_K_L Q3_K_M Q3_K_S Q4_0 Q4_K_M Q4_K_S Q5_0 Q5_K_M Q5_K_S Q6_K Q8_0'),
    'Q8_0 Q6_K Q5_K_M Q5_K_S Q5_0 Q4_K_M Q4_K_S Q4_0 Q3_K_L Q3_K_M Q3_K_S Q2_K',
    'Q4_K_M',
  ),
  listing(
    'dots in the model name',
    llama2(1.1),
    files(1.1, 'tinyllama-1.1b-chat-v1.0.*.gguf', 'Q2_K Q3_K_M Q4_0 Q4_K_M Q5_K_M Q8_0'),
    'Q8_0 Q5_K_M Q4_K_M Q4_0 Q3_K_M Q2_K',
    'Q4_K_M',
  ),
  listing(
    'lower case and fp16',
    facts('qwen2', 0.494),
    files(0.494, 'qwen2.5-0.5b-instruct-*.gguf', 'q2_k q3_k_m q4_0 q4_k_m q5_0 q8_0 fp16'),
    'FP16 Q8_0 Q5_0 Q4_K_M Q4_0 Q3_K_M Q2_K',
    'Q4_K_M',
  ),
  listing(
    'some quantisations split, others whole',
    facts('qwen2', 7.616),
    [
      ...files(7.616, 'qwen2.5-7b-instruct-*.gguf', 'q2_k q3_k_m'),
      ...parts(2, bytes(7.616, 'Q4_K_M'), 'qwen2.5-7b-instruct-q4_k_m-*.gguf'),
      ...parts(3, bytes(7.616, 'Q8_0'), 'qwen2.5-7b-instruct-q8_0-*.gguf'),
    ],
    '!Q8_0 !Q4_K_M Q3_K_M Q2_K',
    'Q3_K_M',
  ),
  listing(
    'everything split, in folders named after the quantisation',
    facts('deepseek2', 671),
    [
      ...parts(30, bytes(671, 'BF16'), 'BF16/DeepSeek-R1-BF16-*.gguf'),
      ...parts(3, bytes(671, 'IQ1_S'), 'UD-IQ1_S/DeepSeek-R1-UD-IQ1_S-*.gguf'),
      ...parts(9, bytes(671, 'Q4_K_M'), 'Q4_K_M/DeepSeek-R1-*.gguf'),
    ],
    '!BF16 !Q4_K_M !UD-IQ1_S',
    'split',
  ),
  listing(
    'UD quantisations beside plain ones, BF16 in a folder, matrices',
    llama3(1.236),
    [
      ...files(1.236, 'Llama-3.2-1B-Instruct-*.gguf', 'UD-IQ2_M UD-Q4_K_XL Q4_K_M Q8_0'),
      ...files(1.236, 'BF16/Llama-3.2-1B-Instruct-*.gguf', 'BF16'),
      { path: 'imatrix_unsloth.dat', sizeBytes: 1_361_000 },
      { path: 'imatrix_unsloth.gguf', sizeBytes: 1_361_000 },
    ],
    'BF16 Q8_0 UD-Q4_K_XL Q4_K_M UD-IQ2_M',
    'Q4_K_M',
  ),
  listing(
    'only UD quantisations',
    undefined,
    files(8.03, 'Some-8B-Instruct-*.gguf', 'UD-IQ2_M UD-Q2_K_L UD-Q4_K_XL UD-Q6_K'),
    'UD-Q6_K UD-Q4_K_XL UD-Q2_K_L UD-IQ2_M',
    'UD-Q4_K_XL',
  ),
  listing(
    'weighted quantisations of Mistral Nemo',
    llama2(12.25),
    files(12.25, 'Mistral-Nemo.i1-*.gguf', 'IQ1_S IQ2_XS IQ3_M IQ4_XS Q4_K_S Q4_K_M Q5_K_M Q6_K'),
    'Q6_K Q5_K_M Q4_K_M Q4_K_S IQ4_XS IQ3_M IQ2_XS IQ1_S',
    'no-fit',
    'Q4_K_M',
    'Q4_K_M',
  ),
  listing(
    '70B, the large files in parts named .part1of2 and -split-a',
    llama2(68.98),
    [
      ...files(68.98, 'Big-70B.*.gguf', 'Q2_K Q3_K_M Q4_K_S'),
      { path: 'Big-70B.Q6_K.gguf.part1of2', sizeBytes: 30e9 },
      { path: 'Big-70B.Q6_K.gguf.part2of2', sizeBytes: 27.9e9 },
      { path: 'Big-70B.Q8_0.gguf-split-a', sizeBytes: 36.7e9 },
      { path: 'Big-70B.Q8_0.gguf-split-b', sizeBytes: 36.6e9 },
    ],
    '!Q8_0 !Q6_K Q4_K_S Q3_K_M Q2_K',
    'no-fit',
    'no-fit',
    'Q4_K_S',
  ),
  listing(
    'a split with a single part',
    facts('qwen2', 7.616),
    parts(1, bytes(7.616, 'Q4_K_M'), 'model-q4_k_m-*.gguf'),
    'Q4_K_M',
    'Q4_K_M',
  ),
  listing(
    'the label q4, fp16 beside it',
    facts('phi3', 3.821, '<s>'),
    [
      { path: 'Phi-3-mini-4k-instruct-q4.gguf', sizeBytes: 2_393_231_072 },
      { path: 'Phi-3-mini-4k-instruct-fp16.gguf', sizeBytes: 7_643_295_904 },
    ],
    'FP16 Q4',
    'Q4',
  ),
  listing(
    'one file without a label, F32 by its size',
    facts('gemma2', 2.614),
    [{ path: 'gemma-2-2b-it.gguf', sizeBytes: 10_457_000_000 }],
    'gemma-2-2b-it.gguf',
    'no-fit',
    'gemma-2-2b-it.gguf',
    'gemma-2-2b-it.gguf',
  ),
  listing('a generic name and no header', undefined, files(3.21, 'ggml-model-*.gguf', 'q4_0'), 'Q4_0', 'Q4_0'),
  listing(
    'a quantisation of bitnet.cpp',
    facts('bitnet-b1.58', 2.413),
    [{ path: 'ggml-model-i2_s.gguf', sizeBytes: 1_187_801_280 }],
    'I2_S',
    'I2_S',
  ),
  listing(
    'Q8_0 and F16, nothing smaller',
    facts('llama', 1.711, '<|im_start|>'),
    files(1.711, 'smollm2-1.7b-instruct-*.gguf', 'q8_0 f16'),
    'F16 Q8_0',
    'Q8_0',
  ),
  listing(
    'an embedding model',
    facts('nomic-bert', 0.137),
    files(0.137, 'nomic-embed-text-v1.5.*.gguf', 'Q2_K Q4_0 Q4_K_M Q8_0 f16 f32'),
    'F32 F16 Q8_0 Q4_K_M Q4_0 Q2_K',
    'Q4_K_M',
  ),
  listing(
    'a vision model with projectors, whose header the hub reports',
    facts('clip', 0.42),
    [
      ...files(3.88, 'gemma-3-4b-it-*.gguf', 'Q4_K_M Q8_0'),
      { path: 'mmproj-model-f16.gguf', sizeBytes: 851_251_104 },
      { path: 'gemma-3-4b-it-mmproj-f32.gguf', sizeBytes: 1_680_000_000 },
    ],
    'Q8_0 Q4_K_M',
    'Q4_K_M',
  ),
  listing(
    'nothing but a projector',
    undefined,
    [{ path: 'mmproj-model-f16.gguf', sizeBytes: 624_000_000 }],
    '',
    'no-gguf',
  ),
  listing(
    'MXFP4 only',
    facts('gpt-oss', 20.91),
    [{ path: 'gpt-oss-20b-mxfp4.gguf', sizeBytes: 12_109_565_632 }],
    'MXFP4',
    'no-fit',
    'MXFP4',
    'MXFP4',
  ),
  listing(
    'quantisations that the worker does not load beside one that it does',
    llama2(7.248),
    [
      ...files(7.248, 'Foo-7B-*.gguf', 'IQ4_XS IQ4_NL MXFP4 TQ1_0 Q4_0_4_4 Q5_K_M'),
      ...['IQ4_K', 'IQ4_KS', 'Q4_0_R8', 'Q8_0_R8'].map((label) => ({ path: `Foo-7B-${label}.gguf`, sizeBytes: 4.1e9 })),
    ],
    'Q5_K_M IQ4_NL IQ4_XS Q4_0_4_4 MXFP4 TQ1_0 IQ4_K IQ4_KS Q4_0_R8 Q8_0_R8',
    'Q5_K_M',
  ),
  listing(
    'no Q4_K_M, other 4-bit quantisations',
    llama3(3.213),
    files(3.213, 'Llama-3.2-3B-Instruct-*.gguf', 'Q4_0 Q4_1 Q4_K_S Q8_0'),
    'Q8_0 Q4_K_S Q4_0 Q4_1',
    'Q4_K_S',
  ),
  listing(
    'Q4_K_L and Q4_0, no Q4_K_M',
    llama3(3.213),
    files(3.213, 'Llama-3.2-3B-Instruct-*.gguf', 'Q4_0 Q4_K_L Q5_K_L'),
    'Q5_K_L Q4_K_L Q4_0',
    'Q4_K_L',
  ),
  listing(
    'no 4-bit quantisation',
    llama3(8.03),
    files(8.03, 'Foo-8B-*.gguf', 'Q2_K Q3_K_M Q5_K_M Q6_K F16'),
    'F16 Q6_K Q5_K_M Q3_K_M Q2_K',
    'Q3_K_M',
    'Q3_K_M',
    'Q6_K',
  ),
  listing('full precision only', llama3(1.236), files(1.236, 'Foo-1B-*.gguf', 'F32 BF16 F16'), 'F32 BF16 F16', 'BF16'),
  listing(
    '14B',
    facts('qwen2', 14.77),
    files(14.77, 'Qwen2.5-14B-Instruct-*.gguf', 'Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_M Q6_K Q8_0'),
    'Q8_0 Q6_K Q5_K_M Q4_K_M Q4_K_S Q3_K_L Q3_K_M Q3_K_S Q2_K',
    'no-fit',
    'Q4_K_M',
    'Q4_K_M',
  ),
  listing(
    '32B',
    facts('qwen2', 32.76),
    files(
      32.76,
      'Qwen2.5-32B-Instruct-*.gguf',
      'IQ2_XS Q2_K Q3_K_S Q3_K_M Q3_K_L IQ4_XS Q4_K_S Q4_K_M Q5_K_M Q6_K Q8_0',
    ),
    'Q8_0 Q6_K Q5_K_M Q4_K_M Q4_K_S IQ4_XS Q3_K_L Q3_K_M Q3_K_S Q2_K IQ2_XS',
    'no-fit',
    'no-fit',
    'Q4_K_M',
  ),
  listing(
    'two models in one repository',
    facts('qwen2', 7.616),
    [...files(0.494, 'small-*.gguf', 'Q4_K_M'), ...files(7.616, 'large-*.gguf', 'Q4_K_M')],
    'Q4_K_M Q4_K_M',
    'Q4_K_M',
  ),
  listing(
    'sizes unknown',
    undefined,
    ['Q2_K', 'Q4_K_M', 'Q8_0'].map((label) => ({ path: `Foo-7B-${label}.gguf` })),
    'Q8_0 Q4_K_M Q2_K',
    'Q4_K_M',
  ),
  listing(
    'safetensors and other formats',
    undefined,
    [
      ...parts(4, 16e9, 'model-*.safetensors'),
      { path: 'consolidated.00.pth', sizeBytes: 16e9 },
      { path: 'pytorch_model.bin', sizeBytes: 5e9 },
    ],
    '',
    'no-gguf',
  ),
  listing(
    'paths that no hive may be sent',
    llama2(1.1),
    [
      { path: 'Foo: Q4_K_M.gguf', sizeBytes: bytes(1.1, 'Q4_K_M') },
      { path: '../Foo-Q4_K_M.gguf', sizeBytes: bytes(1.1, 'Q4_K_M') },
      { path: 'Foo-Q5_K_M.gguf', sizeBytes: bytes(1.1, 'Q5_K_M') },
    ],
    'Q5_K_M',
    'Q5_K_M',
  ),
];
