/** What the pages of every generation show. Names are those of real repositories; the numbers are made up and small. */
export type Model = {
  id: string;
  author: string;
  name: string;
  task: string;
  downloads: number;
  likes: number;
  size: string;
  license: string;
  tags: readonly string[];
  files: readonly string[];
};

export type CivitaiModel = {
  id: number;
  name: string;
  author: string;
  type: string;
  base: string;
  downloads: number;
  likes: number;
  size: string;
  tags: readonly string[];
  trainedWords: readonly string[];
  versions: readonly { id: number; name: string; files: readonly { name: string; size: string }[] }[];
};

export type Worker = {
  id: string;
  name: string;
  description: string;
  version: string;
  license: string;
  backends: readonly string[];
  platforms: readonly string[];
  architectures: readonly string[];
};

function model(id: string, rest: Omit<Model, 'id' | 'author' | 'name'>): Model {
  const [author = '', name = ''] = id.split('/');
  return { id, author, name, ...rest };
}

const safetensors = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];

export const models: readonly Model[] = [
  model('TheBloke/Llama-2-7B-Chat-GGUF', {
    task: 'text-generation',
    downloads: 1_204_331,
    likes: 512,
    size: '7B',
    license: 'llama2',
    tags: ['gguf', 'llama', 'text-generation', 'en'],
    files: ['config.json'],
  }),
  model('meta-llama/Llama-3.2-1B', {
    task: 'text-generation',
    downloads: 2_310_877,
    likes: 1_904,
    size: '1B',
    license: 'llama3.2',
    tags: ['transformers', 'safetensors', 'llama', 'text-generation'],
    files: safetensors,
  }),
  model('Qwen/Qwen2.5-0.5B-Instruct-GGUF', {
    task: 'text-generation',
    downloads: 88_210,
    likes: 77,
    size: '0.5B',
    license: 'apache-2.0',
    tags: ['gguf', 'chat', 'text-generation'],
    files: [],
  }),
  model('microsoft/Phi-3-mini-4k-instruct-gguf', {
    task: 'text-generation',
    downloads: 41_006,
    likes: 480,
    size: '3.8B',
    license: 'mit',
    tags: ['gguf', 'nlp', 'code'],
    files: [],
  }),
  model('openai-community/gpt2', {
    task: 'text-generation',
    downloads: 11_020_400,
    likes: 2_990,
    size: '124M',
    license: 'mit',
    tags: ['transformers', 'pytorch', 'safetensors', 'gpt2', 'text-generation'],
    files: [...safetensors, 'model.onnx'],
  }),
  model('mistralai/Mistral-7B-Instruct-v0.3', {
    task: 'text-generation',
    downloads: 990_120,
    likes: 1_820,
    size: '7B',
    license: 'apache-2.0',
    tags: ['vllm', 'safetensors', 'mistral'],
    files: ['config.json', 'consolidated.safetensors', 'model-00001-of-00003.safetensors', 'tokenizer.json'],
  }),
];

export const civitaiModels: readonly CivitaiModel[] = [
  {
    id: 4384,
    name: 'DreamShaper',
    author: 'Lykon',
    type: 'Checkpoint',
    base: 'SD 1.5',
    downloads: 1_402_110,
    likes: 55_020,
    size: '1.99 GB',
    tags: ['base model', 'anime', 'landscapes', '3d'],
    trainedWords: [],
    versions: [
      { id: 128713, name: '8', files: [{ name: 'dreamshaper_8.safetensors', size: '1.99 GB' }] },
      {
        id: 109123,
        name: '7',
        files: [
          { name: 'dreamshaper_7.safetensors', size: '1.99 GB' },
          { name: 'dreamshaper_7-inpainting.safetensors', size: '2.10 GB' },
        ],
      },
    ],
  },
  {
    id: 58390,
    name: 'Detail Tweaker LoRA',
    author: 'CyberAIchemist',
    type: 'LORA',
    base: 'SD 1.5',
    downloads: 802_451,
    likes: 40_900,
    size: '36.1 MB',
    tags: ['concept', 'detailed'],
    trainedWords: ['add_detail'],
    versions: [{ id: 62833, name: 'v1.0', files: [{ name: 'add_detail.safetensors', size: '36.1 MB' }] }],
  },
  {
    id: 101055,
    name: 'SDXL Base',
    author: 'stabilityai',
    type: 'Checkpoint',
    base: 'SDXL 1.0',
    downloads: 301_005,
    likes: 9_020,
    size: '6.46 GB',
    tags: ['base model', 'sdxl'],
    trainedWords: [],
    versions: [{ id: 128078, name: 'v1.0 VAE fix', files: [{ name: 'sdXL_v10VAEFix.safetensors', size: '6.46 GB' }] }],
  },
];

const everyArchitecture = ['x86_64', 'aarch64'];

function worker(kind: 'llm' | 'sd', id: string, name: string, backends: readonly string[]): Worker {
  return {
    id,
    name,
    backends,
    description: kind === 'llm' ? 'Runs text generation models on this machine.' : 'Runs image models on this machine.',
    version: '0.1.0',
    license: 'GPL-3.0-or-later',
    platforms: backends.includes('Metal') ? ['macos'] : ['linux', 'windows'],
    architectures: backends.includes('Metal') ? ['aarch64'] : everyArchitecture,
  };
}

const backends = ['CPU', 'CUDA', 'Metal', 'ROCm'];

/** Two entries, backends as badges, from 2025-11-12. */
export const workers: readonly Worker[] = [
  { ...worker('llm', 'llm-worker-rbee', 'LLM Worker rbee', backends), platforms: ['linux', 'macos', 'windows'] },
  { ...worker('sd', 'sd-worker-rbee', 'SD Worker rbee', backends), platforms: ['linux', 'macos', 'windows'] },
];

export function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)}M`;
  return value >= 1_000 ? `${(value / 1_000).toFixed(1)}K` : String(value);
}

export const longNumber = (value: number): string => value.toLocaleString('en-US');
