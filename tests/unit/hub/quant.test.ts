import { GGMLFileQuantizationType, GGUF_QUANT_ORDER } from '@huggingface/tasks';
import { describe, expect, it } from 'vitest';
import { engineLoads, readQuant } from '../../../lib/hub/quant.ts';

describe('what a file name tells of its quantisation', () => {
  it.each([
    ['Llama-3.2-1B-Instruct-Q4_K_M.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['Llama-3.2-1B-Instruct-IQ3_M.gguf', 'IQ3_M', 'IQ3_M', 3],
    ['Llama-3.2-1B-Instruct-Q4_0_4_4.gguf', 'Q4_0_4_4', 'Q4_0_4_4', 4],
    ['Llama-3.2-1B-Instruct-Q6_K_L.gguf', 'Q6_K_L', 'Q6_K', 6],
    ['Llama-3.2-1B-Instruct-Q4_K_L.gguf', 'Q4_K_L', 'Q4_K_XL', 4],
    ['Llama-3.2-1B-Instruct-f16.gguf', 'F16', 'F16', 16],
    ['llama-2-7b-chat.Q4_K_M.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['qwen2.5-0.5b-instruct-q4_k_m.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['qwen2.5-0.5b-instruct-fp16.gguf', 'FP16', 'F16', 16],
    ['qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['BF16/DeepSeek-R1-BF16-00001-of-00030.gguf', 'BF16', 'BF16', 16],
    ['UD-IQ1_S/DeepSeek-R1-00001-of-00004.gguf', 'UD-IQ1_S', 'IQ1_S', 1],
    ['Llama-3.2-1B-Instruct-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL', 'Q4_K_XL', 4],
    ['Model.i1-IQ2_XS.gguf', 'IQ2_XS', 'IQ2_XS', 2],
    ['Model.Q8_0.gguf.part1of2', 'Q8_0', 'Q8_0', 8],
    ['Phi-3-mini-4k-instruct-q4.gguf', 'Q4', 'Q4_0', 4],
    ['ggml-model-q4_0.gguf', 'Q4_0', 'Q4_0', 4],
    ['tinyllama-1.1b-chat-v1.0.Q2_K.gguf', 'Q2_K', 'Q2_K', 2],
    ['gpt-oss-20b-mxfp4.gguf', 'MXFP4', 'MXFP4_MOE', 4],
    ['model-Q4_K.gguf', 'Q4_K', 'Q4_K_M', 4],
    ['Foo-F16-Q4_K_L.gguf', 'Q4_K_L', 'Q4_K_XL', 4],
    ['Foo-fp16-Q8_0.gguf', 'Q8_0', 'Q8_0', 8],
    ['Q8_0/Foo-Q4_K_S.gguf', 'Q4_K_S', 'Q4_K_S', 4],
  ])('%s is %s', (path, label, name, bits) => {
    expect(readQuant(path)).toMatchObject({ label, name, bits });
  });

  it.each(['gemma-2-2b-it.gguf', 'ggml-model-i2_s.gguf', 'Q4everyone.gguf'])('%s says nothing', (path) => {
    expect(readQuant(path)).toBeUndefined();
  });

  it('knows place and bits of every kind the library orders, so a new version of it cannot slip by', () => {
    // Two labels in one, which no uploader uses.
    for (const type of GGUF_QUANT_ORDER.filter((one) => one !== GGMLFileQuantizationType.Q4_1_SOME_F16)) {
      const name = GGMLFileQuantizationType[type];
      const quant = readQuant(`model-${name}.gguf`);
      expect(quant, name).toMatchObject({ name, rank: GGUF_QUANT_ORDER.indexOf(type) });
      expect([1, 2, 3, 4, 5, 6, 8, 16, 32], name).toContain(quant?.bits);
    }
  });
});

describe("what the worker's engine loads", () => {
  it.each([
    ['Q4_K_M', 'yes'],
    ['Q2_K', 'yes'],
    ['Q3_K_XL', 'yes'],
    ['Q6_K_L', 'yes'],
    ['Q5_1', 'yes'],
    ['Q8_0', 'yes'],
    ['BF16', 'yes'],
    ['f32', 'yes'],
    ['IQ4_XS', 'no'],
    ['UD-IQ2_M', 'no'],
    ['Q4_0_4_8', 'no'],
    ['MXFP4', 'no'],
    ['TQ1_0', 'no'],
    ['NVFP4', 'no'],
    ['Q1_0', 'no'],
    ['UD-Q4_K_XL', 'unsure'],
    ['unnamed', 'unsure'],
  ])('%s: %s', (label, loads) => {
    expect(engineLoads(readQuant(`model-${label}.gguf`))).toBe(loads);
  });
});
