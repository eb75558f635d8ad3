import type { HubFile, HubRepo } from './repo.ts';

/** Sizes by label, in bytes, of what people publish for a model of that many parameters. */
const sizes = {
  '0.5B': {
    Q2_K: 338_607_488,
    Q4_0: 352_968_768,
    Q4_K_M: 397_808_192,
    Q5_K_M: 420_085_312,
    Q8_0: 531_067_456,
    F16: 994_156_096,
  },
  '1B': {
    IQ3_M: 657_289_024,
    Q2_K: 580_874_048,
    Q4_0_4_4: 770_928_448,
    Q4_K_M: 807_694_464,
    Q5_K_M: 911_503_488,
    Q6_K_L: 1_090_000_000,
    Q8_0: 1_321_083_008,
    F16: 2_479_595_360,
  },
  '3B': { Q3_K_M: 1_687_159_424, Q4_K_M: 2_019_377_696, Q6_K: 2_643_853_856, Q8_0: 3_421_899_296 },
  '7B': {
    Q2_K: 2_825_940_672,
    Q3_K_M: 3_298_004_672,
    Q4_0: 3_825_807_040,
    Q4_K_M: 4_081_004_224,
    Q5_K_M: 4_783_156_928,
    Q8_0: 7_161_089_728,
  },
  '70B': { IQ1_M: 16_751_196_640, IQ2_XS: 21_142_108_640, Q4_K_M: 42_520_398_304 },
} as const;

type Naming = (label: string) => string;

function files(table: Readonly<Record<string, number>>, name: Naming): HubFile[] {
  return Object.entries(table).map(([label, size]) => ({ path: name(label), size }));
}

const side: HubFile[] = [
  { path: '.gitattributes', size: 2_034 },
  { path: 'README.md', size: 9_812 },
];

const transformers: HubFile[] = [
  ...side,
  { path: 'config.json', size: 843 },
  { path: 'generation_config.json', size: 185 },
  { path: 'tokenizer.json', size: 9_085_657 },
  { path: 'tokenizer_config.json', size: 50_500 },
];

/** What the local hub publishes unless told otherwise: the shapes in which people publish models. */
export const catalogue: readonly HubRepo[] = [
  {
    id: 'bartowski/Llama-3.2-1B-Instruct-GGUF',
    files: [
      ...side,
      ...files(sizes['1B'], (label) => `Llama-3.2-1B-Instruct-${label === 'F16' ? 'f16' : label}.gguf`),
      { path: 'Llama-3.2-1B-Instruct.imatrix', size: 1_361_000 },
    ],
    tags: ['llama', 'license:llama3.2'],
    downloads: 152_330,
    likes: 121,
    pipelineTag: 'text-generation',
    quantizedFrom: 'meta-llama/Llama-3.2-1B-Instruct',
    gguf: {
      total: 1_235_814_432,
      architecture: 'llama',
      context_length: 131_072,
      bos_token: '<|begin_of_text|>',
      eos_token: '<|eot_id|>',
    },
  },
  {
    id: 'unsloth/Llama-3.2-1B-Instruct-GGUF',
    files: [
      ...side,
      { path: 'Llama-3.2-1B-Instruct-UD-Q4_K_XL.gguf', size: 842_000_000 },
      { path: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf', size: 807_694_464 },
      { path: 'BF16/Llama-3.2-1B-Instruct-BF16.gguf', size: 2_479_595_360 },
      { path: 'imatrix_unsloth.dat', size: 1_361_000 },
    ],
    downloads: 88_010,
    likes: 40,
    pipelineTag: 'text-generation',
    quantizedFrom: 'meta-llama/Llama-3.2-1B-Instruct',
    gguf: {
      total: 1_235_814_432,
      architecture: 'llama',
      context_length: 131_072,
      bos_token: '<|begin_of_text|>',
      eos_token: '<|eot_id|>',
    },
  },
  {
    id: 'meta-llama/Llama-3.2-1B-Instruct',
    files: [...transformers, { path: 'model.safetensors', size: 2_471_645_608 }],
    gated: 'manual',
    downloads: 3_104_220,
    likes: 1_011,
    pipelineTag: 'text-generation',
    libraryName: 'transformers',
  },
  {
    id: 'meta-llama/Llama-3.2-1B',
    files: [...transformers, { path: 'model.safetensors', size: 2_471_645_608 }],
    gated: 'manual',
    downloads: 2_310_877,
    likes: 1_904,
    pipelineTag: 'text-generation',
    libraryName: 'transformers',
  },
  {
    id: 'TheBloke/Llama-2-7B-Chat-GGUF',
    files: [
      ...side,
      { path: 'config.json', size: 29 },
      ...files(sizes['7B'], (label) => `llama-2-7b-chat.${label}.gguf`),
    ],
    tags: ['llama', 'license:llama2'],
    downloads: 1_204_331,
    likes: 512,
    pipelineTag: 'text-generation',
    quantizedFrom: 'meta-llama/Llama-2-7b-chat-hf',
    gguf: { total: 6_738_415_616, architecture: 'llama', context_length: 4_096, bos_token: '<s>', eos_token: '</s>' },
  },
  {
    id: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF',
    files: [
      ...side,
      ...files(
        sizes['0.5B'],
        (label) => `qwen2.5-0.5b-instruct-${label === 'F16' ? 'fp16' : label.toLowerCase()}.gguf`,
      ),
    ],
    downloads: 88_210,
    likes: 77,
    pipelineTag: 'text-generation',
    quantizedFrom: 'Qwen/Qwen2.5-0.5B-Instruct',
    gguf: { total: 494_032_768, architecture: 'qwen2', context_length: 32_768, eos_token: '<|im_end|>' },
  },
  {
    id: 'Qwen/Qwen2.5-7B-Instruct-GGUF',
    files: [
      ...side,
      { path: 'qwen2.5-7b-instruct-q2_k.gguf', size: 3_015_939_680 },
      { path: 'qwen2.5-7b-instruct-q3_k_m.gguf', size: 3_808_391_776 },
      { path: 'qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf', size: 3_993_201_344 },
      { path: 'qwen2.5-7b-instruct-q4_k_m-00002-of-00002.gguf', size: 689_872_288 },
      { path: 'qwen2.5-7b-instruct-q8_0-00001-of-00003.gguf', size: 3_949_000_000 },
      { path: 'qwen2.5-7b-instruct-q8_0-00002-of-00003.gguf', size: 3_949_000_000 },
      { path: 'qwen2.5-7b-instruct-q8_0-00003-of-00003.gguf', size: 200_000_000 },
    ],
    downloads: 61_400,
    likes: 130,
    pipelineTag: 'text-generation',
    gguf: { total: 7_615_616_512, architecture: 'qwen2', context_length: 131_072, eos_token: '<|im_end|>' },
  },
  {
    id: 'unsloth/DeepSeek-R1-GGUF',
    files: [
      ...side,
      ...Array.from({ length: 30 }, (_, i) => ({
        path: `DeepSeek-R1-BF16/DeepSeek-R1.BF16-${String(i + 1).padStart(5, '0')}-of-00030.gguf`,
        size: 45_000_000_000,
      })),
      ...Array.from({ length: 3 }, (_, i) => ({
        path: `DeepSeek-R1-UD-IQ1_S/DeepSeek-R1-UD-IQ1_S-${String(i + 1).padStart(5, '0')}-of-00003.gguf`,
        size: 46_000_000_000,
      })),
    ],
    downloads: 210_000,
    likes: 1_400,
    pipelineTag: 'text-generation',
    gguf: { total: 671_026_404_352, architecture: 'deepseek2', context_length: 163_840 },
  },
  {
    id: 'mradermacher/Llama-3.3-70B-Instruct-i1-GGUF',
    files: [
      ...side,
      ...files(sizes['70B'], (label) => `Llama-3.3-70B-Instruct.i1-${label}.gguf`),
      { path: 'imatrix.dat', size: 24_900_000 },
    ],
    downloads: 9_020,
    likes: 11,
    pipelineTag: 'text-generation',
    gguf: {
      total: 70_553_706_560,
      architecture: 'llama',
      context_length: 131_072,
      bos_token: '<|begin_of_text|>',
      eos_token: '<|eot_id|>',
    },
  },
  {
    id: 'microsoft/Phi-3-mini-4k-instruct-gguf',
    files: [
      ...side,
      { path: 'Phi-3-mini-4k-instruct-q4.gguf', size: 2_393_231_072 },
      { path: 'Phi-3-mini-4k-instruct-fp16.gguf', size: 7_643_295_904 },
    ],
    downloads: 41_006,
    likes: 480,
    pipelineTag: 'text-generation',
    gguf: {
      total: 3_821_079_552,
      architecture: 'phi3',
      context_length: 4_096,
      bos_token: '<s>',
      eos_token: '<|endoftext|>',
    },
  },
  {
    id: 'mistralai/Mistral-7B-Instruct-v0.3',
    files: [
      ...transformers,
      { path: 'consolidated.safetensors', size: 14_496_078_512 },
      { path: 'model-00001-of-00003.safetensors', size: 4_949_453_792 },
      { path: 'model-00002-of-00003.safetensors', size: 4_999_819_336 },
      { path: 'model-00003-of-00003.safetensors', size: 4_546_807_800 },
    ],
    gated: 'auto',
    downloads: 990_120,
    likes: 1_820,
    pipelineTag: 'text-generation',
    libraryName: 'vllm',
  },
  {
    id: 'Qwen/Qwen2.5-0.5B-Instruct',
    files: [...transformers, { path: 'model.safetensors', size: 988_097_824 }],
    downloads: 1_902_331,
    likes: 350,
    pipelineTag: 'text-generation',
    libraryName: 'transformers',
  },
  {
    id: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF',
    files: [...side, ...files(sizes['0.5B'], (label) => `Qwen2.5-0.5B-Instruct-${label}.gguf`)],
    downloads: 12_400,
    likes: 19,
    pipelineTag: 'text-generation',
    quantizedFrom: 'Qwen/Qwen2.5-0.5B-Instruct',
    gguf: { total: 494_032_768, architecture: 'qwen2', context_length: 32_768, eos_token: '<|im_end|>' },
  },
  {
    id: 'openai-community/gpt2',
    files: [
      ...transformers,
      { path: 'model.safetensors', size: 548_105_171 },
      { path: 'pytorch_model.bin', size: 548_118_077 },
      { path: 'onnx/decoder_model.onnx', size: 653_665_842 },
    ],
    downloads: 11_020_400,
    likes: 2_990,
    pipelineTag: 'text-generation',
    libraryName: 'transformers',
    renamedFrom: ['gpt2/gpt2'],
  },
  {
    id: 'google/gemma-2-2b-it-GGUF',
    files: [...side, { path: 'gemma-2-2b-it.gguf', size: 10_457_000_000 }],
    gated: 'manual',
    downloads: 3_020,
    likes: 61,
    pipelineTag: 'text-generation',
    gguf: {
      total: 2_614_341_888,
      architecture: 'gemma2',
      context_length: 8_192,
      bos_token: '<bos>',
      eos_token: '<eos>',
    },
  },
  {
    id: 'unsloth/gemma-3-4b-it-GGUF',
    files: [
      ...side,
      { path: 'gemma-3-4b-it-Q4_K_M.gguf', size: 2_489_894_016 },
      { path: 'gemma-3-4b-it-Q8_0.gguf', size: 4_130_401_216 },
      { path: 'mmproj-BF16.gguf', size: 851_251_104 },
    ],
    downloads: 70_001,
    likes: 91,
    pipelineTag: 'image-text-to-text',
    gguf: {
      total: 3_880_099_328,
      architecture: 'gemma3',
      context_length: 131_072,
      bos_token: '<bos>',
      eos_token: '<eos>',
    },
  },
  {
    id: 'nomic-ai/nomic-embed-text-v1.5-GGUF',
    files: [
      ...side,
      { path: 'nomic-embed-text-v1.5.Q4_K_M.gguf', size: 84_106_624 },
      { path: 'nomic-embed-text-v1.5.f16.gguf', size: 274_290_560 },
    ],
    downloads: 60_110,
    likes: 80,
    pipelineTag: 'sentence-similarity',
    gguf: { total: 136_731_648, architecture: 'nomic-bert', context_length: 2_048 },
  },
  {
    id: 'HuggingFaceTB/SmolLM2-135M-Instruct-GGUF',
    files: [...side, { path: 'smollm2-135m-instruct-q8_0.gguf', size: 144_811_456 }],
    downloads: 5_120,
    likes: 14,
    pipelineTag: 'text-generation',
    gguf: {
      total: 134_515_008,
      architecture: 'llama',
      context_length: 8_192,
      bos_token: '<|im_start|>',
      eos_token: '<|im_end|>',
    },
  },
  // Small enough for a real hive to fetch in a check: 1.2 MB, published for this purpose.
  {
    id: 'ggml-org/models',
    files: [...side, { path: 'tinyllamas/stories260K.gguf', size: 1_185_376 }],
    downloads: 2_000,
    likes: 20,
  },
  // The one name the hive's own search finds: its last part, a dash and a label.
  {
    id: 'local/tiny',
    files: [...side, { path: 'tiny-Q5_K_M.gguf', size: 500_000 }, { path: 'tiny-Q8_0.gguf', size: 900_000 }],
    downloads: 3,
    gguf: { total: 1_000_000, architecture: 'llama', context_length: 2_048, bos_token: '<s>', eos_token: '</s>' },
  },
  { id: 'local/private', files: [...side, { path: 'private-Q4_K_M.gguf', size: 500_000 }], private: true },
  { id: 'local/empty', files: side },
];
