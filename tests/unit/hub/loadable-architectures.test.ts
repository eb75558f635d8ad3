import { describe, expect, it } from 'vitest';
import type { GgufFacts } from '../../../lib/hub/gguf.ts';
import { readFiles } from '../../../lib/hub/model-files.ts';
import { bytes } from './listings.ts';

const loads = (gguf: GgufFacts, label = 'Q4_K_M'): string => {
  const sizeBytes = gguf.total ? bytes(gguf.total / 1e9, label) : 5e9;
  const [entry] = readFiles([{ path: `model-${label}.gguf`, sizeBytes }], gguf);
  return [entry?.loads, ...(entry?.reasons ?? [])].join(' ');
};
const llama2: GgufFacts = { architecture: 'llama', firstToken: '<s>', lastToken: '</s>', total: 6.738e9 };

describe('whether the worker of 2025-11 loads a model', () => {
  it.each<[string, GgufFacts, string]>([
    ['Llama 2 7B', llama2, 'yes'],
    ['TinyLlama', { ...llama2, total: 1.1e9 }, 'yes'],
    ['Mistral 7B v0.3', { ...llama2, total: 7.248e9, contextLength: 32_768 }, 'yes'],
    ['OpenHermes on Mistral 7B', { ...llama2, total: 7.242e9, lastToken: '<|im_end|>' }, 'yes'],
    ['Yi 6B', { architecture: 'llama', firstToken: '<|startoftext|>' }, 'yes'],
    ['Phi-3 mini', { architecture: 'phi3', firstToken: '<s>', lastToken: '<|endoftext|>', total: 3.821e9 }, 'yes'],
    ['Gemma 2 without tokens', { architecture: 'gemma2' }, 'yes'],
    ['Gemma 3', { architecture: 'gemma3', firstToken: '<bos>' }, 'yes'],
    ['Llama 3.1', { architecture: 'llama', firstToken: '<|begin_of_text|>' }, 'no tokenizer'],
    ['Llama 3 by its last token', { architecture: 'llama', lastToken: '<|eot_id|>' }, 'no tokenizer'],
    [
      'Llama 3 by its chat template',
      { architecture: 'llama', chatTemplate: "{{ '<|start_header_id|>' }}" },
      'no tokenizer',
    ],
    ['Qwen 2.5', { architecture: 'qwen2', firstToken: '<|endoftext|>' }, 'no tokenizer'],
    ['SmolLM2', { architecture: 'llama', firstToken: '<|im_start|>' }, 'no tokenizer'],
    ['DeepSeek R1 distill of Llama', { architecture: 'llama', firstToken: '<｜begin▁of▁sentence｜>' }, 'no tokenizer'],
    ['Phi-4', { architecture: 'phi3', firstToken: '<|endoftext|>' }, 'no tokenizer'],
    ['Mistral Nemo by its number of weights', { ...llama2, total: 12.248e9 }, 'no tokenizer'],
    ['Mistral Nemo by its context', { ...llama2, total: 11e9, contextLength: 1_024_000 }, 'no tokenizer'],
    [
      'a fine-tune of Mistral Nemo by its base model',
      { architecture: 'llama', names: ['x/Rocinante', 'mistralai/Mistral-Nemo-Base-2407'] },
      'no tokenizer',
    ],
    [
      'a fine-tune of Mistral Small by its number of weights, whatever its name',
      { ...llama2, total: 23.57e9, names: ['x/Dolphin-Mistral-24B-Venice-Edition-GGUF'] },
      'no tokenizer',
    ],
    [
      'a fine-tune of Mistral Nemo by its number of weights, whatever its name',
      { ...llama2, total: 12.25e9, names: ['x/mistral-12b-writer'] },
      'no tokenizer',
    ],
    ['Mistral 7B by its name', { architecture: 'llama', names: ['TheBloke/Mistral-7B-v0.1-GGUF'] }, 'yes'],
    ['Phi-3.5 with a long context', { architecture: 'phi3', firstToken: '<s>', contextLength: 131_072 }, 'yes'],
    [
      'NuExtract 1.5, a fine-tune of Phi-3.5',
      { architecture: 'phi3', firstToken: '<s>', total: 3.82e9, contextLength: 131_072 },
      'yes',
    ],
    ['LWM 1M, a Llama 2 with a long context', { ...llama2, contextLength: 1_048_576 }, 'yes'],
    ['Salamandra 7B', { ...llama2, total: 7.768e9 }, 'yes'],
    ['EuroLLM 1.7B', { ...llama2, total: 1.657e9 }, 'yes'],
    ['Llama 3 by its name', { architecture: 'llama', names: ['x/Llama-3.2-1B-GGUF'] }, 'no tokenizer'],
    ['Llama 2 by its name', { architecture: 'llama', names: ['TheBloke/Llama-2-7B-Chat-GGUF'] }, 'yes'],
    ['Qwen 3', { architecture: 'qwen3' }, 'no architecture tokenizer'],
    ['gpt-oss', { architecture: 'gpt-oss' }, 'no architecture tokenizer'],
    ['BERT', { architecture: 'bert' }, 'no architecture'],
    ['FLUX', { architecture: 'flux' }, 'no architecture'],
    ['Phi-2', { architecture: 'phi2' }, 'no architecture'],
    ['Llama without any other fact', { architecture: 'llama' }, 'unsure tokenizer'],
    [
      'a repository whose projector the hub read',
      { architecture: 'clip', total: 4e8 },
      'unsure architecture tokenizer',
    ],
    ['a projector of a known model', { architecture: 'clip', names: ['x/gemma-3-4b-it-GGUF'] }, 'unsure architecture'],
    ['a model of which nothing is known', {}, 'unsure architecture tokenizer'],
  ])('%s', (_, facts, expected) => {
    expect(loads(facts)).toBe(expected);
  });

  it.each([
    ['Llama-3-8B Llama3-8B Meta-Llama-3.1-8B Llama-3.2-3B Llama-3_1-8B Llama-31-8B Llama-4-Scout-17B', 'no tokenizer'],
    ['CodeLlama-34B Phind-CodeLlama-34B-v2 LLaMA-30b llama-33b open-llama-3b-v2', 'yes'],
  ])('by the names %s: %s', (names, expected) => {
    for (const name of names.split(' ')) {
      expect(loads({ ...llama2, total: 1e9, names: [`x/${name}-GGUF`] }), name).toBe(expected);
    }
  });

  it.each([
    ['F32 BF16 F16 Q2_K Q3_K_XL Q4_0 Q4_1 Q4_K_S Q5_0 Q5_1 Q6_K_L Q8_0 Q8_0_L Q4_K_M_imat', 'yes'],
    ['IQ4_XS UD-IQ2_M Q4_0_4_8 MXFP4 TQ1_0 NVFP4 Q1_0 Q8_0_R8 IQ4_K Q4_0_4x4 Q3_PT', 'no quantization'],
    ['UD-Q4_K_XL UD-Q8_0 unnamed', 'unsure quantization'],
  ])('in the quantization %s: %s', (labels, expected) => {
    const { total: _, ...facts } = llama2;
    for (const label of labels.split(' ')) expect(loads(facts, label), label).toBe(expected);
  });
});
