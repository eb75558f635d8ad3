import { describe, expect, it } from 'vitest';
import { contextTokens, needBytes, overheadBytes } from '../../../lib/hub/memory-estimate.ts';

/**
 * Published models with the dimensions in `config.json` of the repository named and the size of its Q4_K_M file (Q8_0 for SmolLM2 135M and
 * 360M) on huggingface.co, 2026-11. The sizes of the last group are computed from the tensors with the types that llama-quantize gives them.
 */
const models: [
  repo: string,
  architecture: string,
  weights: number,
  fileGb: number,
  vocabulary: number,
  width: number,
  layers: number,
  keyHeads: number,
  headDim: number,
][] = [
  ['HuggingFaceTB/SmolLM2-135M-Instruct', 'llama', 134_515_008, 0.145, 49_152, 576, 30, 3, 64],
  ['HuggingFaceTB/SmolLM2-360M-Instruct', 'llama', 361_821_120, 0.386, 49_152, 960, 32, 5, 64],
  ['Qwen/Qwen2.5-0.5B-Instruct', 'qwen2', 494_032_768, 0.398, 151_936, 896, 24, 2, 64],
  ['google/gemma-3-1b-it', 'gemma3', 999_885_952, 0.806, 262_144, 1_152, 26, 1, 256],
  ['TinyLlama/TinyLlama-1.1B-Chat-v1.0', 'llama', 1_100_048_384, 0.669, 32_000, 2_048, 22, 4, 64],
  ['meta-llama/Llama-3.2-1B-Instruct', 'llama', 1_235_814_432, 0.808, 128_256, 2_048, 16, 8, 64],
  ['Qwen/Qwen2.5-1.5B-Instruct', 'qwen2', 1_543_714_304, 0.986, 151_936, 1_536, 28, 2, 128],
  ['HuggingFaceTB/SmolLM2-1.7B-Instruct', 'llama', 1_711_376_384, 1.056, 49_152, 2_048, 24, 32, 64],
  ['google/gemma-2b-it', 'gemma', 2_506_172_416, 1.495, 256_000, 2_048, 18, 1, 256],
  ['google/gemma-2-2b-it', 'gemma2', 2_614_341_888, 1.709, 256_000, 2_304, 26, 4, 256],
  ['Qwen/Qwen2.5-3B-Instruct', 'qwen2', 3_085_938_688, 1.93, 151_936, 2_048, 36, 2, 128],
  ['meta-llama/Llama-3.2-3B-Instruct', 'llama', 3_212_749_888, 2.019, 128_256, 3_072, 28, 8, 128],
  ['microsoft/Phi-3-mini-4k-instruct', 'phi3', 3_821_079_552, 2.393, 32_064, 3_072, 32, 32, 96],
  ['google/gemma-3-4b-it', 'gemma3', 3_880_099_328, 2.49, 262_208, 2_560, 34, 4, 256],
  ['01-ai/Yi-1.5-6B-Chat', 'llama', 6_061_035_520, 3.674, 64_000, 4_096, 32, 4, 128],
  ['meta-llama/Llama-2-7b-chat-hf', 'llama', 6_738_415_616, 4.081, 32_000, 4_096, 32, 32, 128],
  ['mistralai/Mistral-7B-Instruct-v0.2', 'llama', 7_241_732_096, 4.368, 32_000, 4_096, 32, 8, 128],
  ['mistralai/Mistral-7B-Instruct-v0.3', 'llama', 7_248_023_552, 4.372, 32_768, 4_096, 32, 8, 128],
  ['Qwen/Qwen2.5-7B-Instruct', 'qwen2', 7_615_616_512, 4.683, 152_064, 3_584, 28, 4, 128],
  ['meta-llama/Llama-3.1-8B-Instruct', 'llama', 8_030_261_312, 4.921, 128_256, 4_096, 32, 8, 128],
  ['google/gemma-7b-it', 'gemma', 8_537_680_896, 5.33, 256_000, 3_072, 28, 16, 256],
  ['google/gemma-2-9b-it', 'gemma2', 9_241_705_984, 5.761, 256_000, 3_584, 42, 8, 256],
  ['upstage/SOLAR-10.7B-Instruct-v1.0', 'llama', 10_731_524_096, 6.462, 32_000, 4_096, 48, 8, 128],
  ['google/gemma-3-12b-it', 'gemma3', 11_765_788_416, 7.301, 262_208, 3_840, 48, 8, 256],
  ['mistralai/Mistral-Nemo-Instruct-2407', 'llama', 12_247_782_400, 7.477, 131_072, 5_120, 40, 8, 128],
  ['meta-llama/Llama-2-13b-chat-hf', 'llama', 13_015_864_320, 7.866, 32_000, 5_120, 40, 40, 128],
  ['microsoft/phi-4', 'phi3', 14_659_507_200, 9.053, 100_352, 5_120, 40, 10, 128],
  ['Qwen/Qwen2.5-14B-Instruct', 'qwen2', 14_770_033_664, 8.988, 152_064, 5_120, 48, 8, 128],
  ['mistralai/Mistral-Small-24B-Instruct-2501', 'llama', 23_572_403_200, 14.334, 131_072, 5_120, 40, 8, 128],
  ['Qwen/Qwen3-30B-A3B', 'qwen3moe', 30_532_122_624, 18.557, 151_936, 2_048, 48, 4, 128],
  ['google/gemma-2-27b-it', 'gemma2', 27_227_128_320, 16.645, 256_000, 4_608, 46, 16, 128],
  ['Qwen/Qwen2.5-32B-Instruct', 'qwen2', 32_763_876_352, 19.851, 152_064, 5_120, 64, 8, 128],
  ['codellama/CodeLlama-34b-Instruct-hf', 'llama', 33_743_970_304, 20.22, 32_000, 8_192, 48, 8, 128],
  ['meta-llama/Llama-2-70b-chat-hf', 'llama', 68_976_648_192, 41.423, 32_000, 8_192, 80, 8, 128],
  ['meta-llama/Llama-3.3-70B-Instruct', 'llama', 70_553_706_560, 42.52, 128_256, 8_192, 80, 8, 128],

  ['h2oai/h2o-danube3-500m-chat', 'llama', 513_590_784, 0.317, 32_000, 1_536, 16, 8, 96],
  ['princeton-nlp/Sheared-LLaMA-1.3B', 'llama', 1_345_423_360, 0.872, 32_000, 2_048, 24, 16, 128],
  ['utter-project/EuroLLM-1.7B-Instruct', 'llama', 1_656_850_432, 1.042, 128_000, 2_048, 24, 8, 128],
  ['h2oai/h2o-danube2-1.8b-chat', 'llama', 1_831_201_280, 1.111, 32_000, 2_560, 24, 8, 80],
  ['llm-jp/llm-jp-3-1.8b', 'llama', 1_867_614_208, 1.162, 99_584, 2_048, 24, 16, 128],
  ['BSC-LT/salamandra-2b-instruct', 'llama', 2_253_490_176, 1.5, 256_000, 2_048, 24, 16, 128],
  ['princeton-nlp/Sheared-LLaMA-2.7B', 'llama', 2_701_560_320, 1.641, 32_000, 2_560, 32, 20, 128],
  ['openlm-research/open_llama_3b', 'llama', 3_426_473_600, 2.579, 32_000, 3_200, 26, 32, 100],
  ['llm-jp/llm-jp-3-3.7b', 'llama', 3_782_913_024, 2.332, 99_584, 3_072, 28, 24, 128],
  ['h2oai/h2o-danube3-4b-chat', 'llama', 3_961_839_360, 2.394, 32_000, 3_840, 24, 8, 120],
  ['llm-jp/llm-jp-3-7.2b', 'llama', 7_292_063_744, 4.463, 99_584, 4_096, 32, 32, 128],
  ['BSC-LT/salamandra-7b-instruct', 'llama', 7_768_117_248, 4.844, 256_000, 4_096, 32, 8, 128],
  ['utter-project/EuroLLM-9B-Instruct', 'llama', 9_152_319_488, 5.58, 128_000, 4_096, 42, 8, 128],
  ['llm-jp/llm-jp-3-13b', 'llama', 13_707_924_480, 8.344, 99_584, 5_120, 40, 40, 128],
  ['huggyllama/llama-30b', 'llama', 32_528_943_616, 19.62, 32_000, 6_656, 60, 52, 128],
  ['huggyllama/llama-65b', 'llama', 65_285_660_672, 39.347, 32_000, 8_192, 80, 64, 128],
];

describe('the estimate of memory', () => {
  const cases = models.map(([repo, architecture, parameters, gb, vocabulary, width, layers, keyHeads, headDim]) => {
    const cache = 2 * layers * keyHeads * headDim * 4 * contextTokens;
    const required = gb * 1e9 + vocabulary * width * 4 + cache + overheadBytes;
    return { repo, required, vocabulary, facts: { sizeBytes: gb * 1e9, bits: 4, parameters, architecture } };
  });

  it.each(cases)('of $repo is within 15 % of what its dimensions require', ({ required, facts }) => {
    const estimate = needBytes(facts) ?? 0;
    expect(estimate / required).toBeGreaterThan(0.85);
    expect(estimate / required).toBeLessThan(1.15);
  });

  it.each(cases)(
    'of a model like $repo with another architecture is within 26 %',
    ({ required, vocabulary, facts }) => {
      const estimate = needBytes({ ...facts, architecture: 'other', vocabulary }) ?? 0;
      expect(estimate / required).toBeGreaterThan(0.79);
      expect(estimate / required).toBeLessThan(1.26);
    },
  );

  it('of an upload that repeats the embedding table is that of the same model', () => {
    const model = { sizeBytes: 1.12e9, bits: 4, architecture: 'qwen2' };
    expect(needBytes({ ...model, parameters: 1_777_088_000 })).toBe(needBytes({ ...model, parameters: 1_543_714_304 }));
  });

  it('counts F16 twice, because the worker converts it to F32', () => {
    const model = { parameters: 1.236e9, architecture: 'llama' };
    expect(needBytes({ ...model, sizeBytes: 2.47e9, bits: 16 })).toBe(
      needBytes({ ...model, sizeBytes: 4.94e9, bits: 32 }),
    );
  });

  it('counts an F16 file once if its experts are MXFP4', () => {
    const model = { parameters: 20.91e9, architecture: 'gpt-oss', sizeBytes: 13.79e9 };
    expect(needBytes({ ...model, bits: 16 })).toBe(needBytes({ ...model, bits: 4 }));
  });

  it('is unknown without a size', () => {
    expect(needBytes({ bits: 4 })).toBeUndefined();
  });
});
