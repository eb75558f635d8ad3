import { GGMLFileQuantizationType, GGUF_QUANT_ORDER } from '@huggingface/tasks';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuant } from '../../../lib/hub/quantization.ts';

describe('the quantization in a file name', () => {
  it.each([
    ['Llama-3.2-1B-Instruct-Q4_K_M.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['Llama-3.2-1B-Instruct-Q4_0_4_4.gguf', 'Q4_0_4_4', 'Q4_0_4_4', 4],
    ['Llama-3.2-1B-Instruct-Q6_K_L.gguf', 'Q6_K_L', 'Q6_K', 6],
    ['Llama-3.2-1B-Instruct-Q4_K_L.gguf', 'Q4_K_L', 'Q4_K_XL', 4],
    ['Llama-3.2-1B-Instruct-f16.gguf', 'F16', 'F16', 16],
    ['llama-2-7b-chat.Q4_K_M.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['qwen2.5-0.5b-instruct-fp16.gguf', 'FP16', 'F16', 16],
    ['qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['UD-IQ1_S/DeepSeek-R1-00001-of-00004.gguf', 'UD-IQ1_S', 'IQ1_S', 1],
    ['Llama-3.2-1B-Instruct-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL', 'Q4_K_XL', 4],
    ['Model.i1-IQ2_XS.gguf', 'IQ2_XS', 'IQ2_XS', 2],
    ['Model.Q8_0.gguf.part1of2', 'Q8_0', 'Q8_0', 8],
    ['Phi-3-mini-4k-instruct-q4.gguf', 'Q4', 'Q4_0', 4],
    ['gpt-oss-20b-mxfp4.gguf', 'MXFP4', 'MXFP4_MOE', 4],
    ['model_Q4_K_M_imat.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['Foo_F16_Q4_K_S.gguf', 'Q4_K_S', 'Q4_K_S', 4],
    ['Q8_0/Foo-Q4_K_S.gguf', 'Q4_K_S', 'Q4_K_S', 4],
    ['gemma-2-9b-it-Q8_0_L.gguf', 'Q8_0_L', 'Q8_0', 8],
    ['gemma-2-9b-it-Q4_0_L.gguf', 'Q4_0_L', 'Q4_0', 4],
    ['gemma-2-9b-it-Q4_1_L.gguf', 'Q4_1_L', 'Q4_1', 4],
    ['gemma-2-9b-it-Q5_1_L.gguf', 'Q5_1_L', 'Q5_1', 5],
    ['gemma-2-9b-it-Q5_0_XL.gguf', 'Q5_0_XL', 'Q5_0', 5],
    ['gemma-2-9b-it-Q8_0_XL.gguf', 'Q8_0_XL', 'Q8_0', 8],
    ['model-q4_km.gguf', 'Q4_KM', 'Q4_K_M', 4],
    ['model-Q4-K-M.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['model-Q6-K.gguf', 'Q6_K', 'Q6_K', 6],
    ['model-Q8_0_v2.gguf', 'Q8_0', 'Q8_0', 8],
    ['model_q4_k_m_2024_instruct.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['x_q4_k_m_128k.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['x_Q8_0_by_bob.gguf', 'Q8_0', 'Q8_0', 8],
    ['x_q5_k_m_uncensored_dpo.gguf', 'Q5_K_M', 'Q5_K_M', 5],
    ['Q4_K_M_imatrix/Foo.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['q4.gguf', 'Q4', 'Q4_0', 4],
    ['Q3-8B-Kintsune.i1-Q4_K_M.gguf', 'Q4_K_M', 'Q4_K_M', 4],
    ['Model-Q4_K_P.gguf', 'Q4_K_P', 'Q4_K_M', 4],
    ['Model-Q6_K_H.gguf', 'Q6_K_H', 'Q6_K', 6],
    ['Model-Q8_K_P.gguf', 'Q8_K_P', 'Q8_0', 8],
  ])('%s: %s', (path, label, name, bits) => {
    expect(readQuant(path)).toMatchObject({ label, name, bits });
  });

  it.each([
    'gemma-2-2b-it.gguf',
    'Q4everyone.gguf',
    'wan2.1-i2v-f1.gguf',
    'model-I2.gguf',
    'Q3-8B-Kintsune.imatrix.gguf',
    'org_Q3-30B-A3B-Foo.gguf',
  ])('%s: none', (path) => {
    expect(readQuant(path)).toBeUndefined();
  });

  it.each(
    `Q4_X IQ4_K IQ2_KL IQ2_KS IQ3_KT IQ4_KSS IQ4_KS_R4 Q8_0_R8 Q4_K_R4 Q8_KV Q6_0 BF16_R16 I2_S TQ3_0 Q3_K_HIFI Q3_PT Q4_0_4X4 MXFP4_MOE_BF16
     MXFP4_MOE_Q8_0`.split(/\s+/),
  )('%s is not read as the standard type that it resembles', (label) => {
    expect(readQuant(`model-${label}.gguf`)).toEqual({ label, bits: Number(/\d+/.exec(label)?.[0]) });
  });

  it('is found for every type in @huggingface/tasks, in the same order', () => {
    // Q4_1_SOME_F16 is two labels in one, which nobody uses.
    for (const type of GGUF_QUANT_ORDER.filter((one) => one !== GGMLFileQuantizationType.Q4_1_SOME_F16)) {
      const name = GGMLFileQuantizationType[type];
      expect(readQuant(`model-${name}.gguf`), name).toMatchObject({ name, rank: GGUF_QUANT_ORDER.indexOf(type) });
    }
  });

  it('does not depend on case, folder or the words around it', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/);
    const name = fc.tuple(
      word,
      word,
      fc.constantFrom('Q4_K_M', 'q8_0', 'IQ4_XS', 'iq4_ks', 'BF16', 'Q5_K_S'),
      fc.constantFrom('-', '.'),
    );
    fc.assert(
      fc.property(name, ([folder, stem, label, separator]) => {
        const quant = readQuant(`${folder}/${stem}${separator}${label}.gguf`);
        expect(quant).toEqual(readQuant(`${label}.gguf`));
        expect(quant?.label).toBe(label.toUpperCase());
      }),
    );
  });
});
