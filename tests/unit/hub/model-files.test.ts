import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HubFile, hiveModelId, readFiles } from '../../../lib/hub/model-files.ts';
import { isSideFile } from '../../../lib/hub/side-files.ts';
import { bytes, listings } from './listings.ts';

describe('the models in a repository, best quality first', () => {
  it.each(listings)('$name', ({ files, gguf, models }) => {
    const entries = readFiles(files, gguf);
    expect(entries.map(({ label, path, refused }) => `${refused ? '!' : ''}${label ?? path}`).join(' ')).toBe(models);
  });

  it('do not depend on the order of the listing, nor on entries that it repeats', () => {
    for (const { files, gguf } of listings) {
      expect(readFiles([...files.toReversed(), ...files], gguf)).toEqual(readFiles(files, gguf));
    }
  });

  it('have paths from the listing, whatever it contains', () => {
    const path = fc.oneof(fc.string(), fc.stringMatching(/^[\w./ -]{1,40}(?:-0000[1-3]-of-0000[23])?\.gguf$/));
    const file = fc.record({ path, sizeBytes: fc.nat() });
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const paths = readFiles(files).map((entry) => entry.path);
        expect(new Set(paths).size).toBe(paths.length);
        for (const one of paths) expect(files.map((listed) => listed.path)).toContain(one);
      }),
    );
  });
});

describe('a model in several files', () => {
  const parts = (...sizes: (number | undefined)[]): HubFile[] =>
    sizes.map((sizeBytes, index) => ({
      path: `q-q8_0-0000${index + 1}-of-0000${sizes.length}.gguf`,
      ...(sizeBytes && { sizeBytes }),
    }));

  it('is one entry with the size of all, refused because a hive downloads one file', () => {
    expect(readFiles(parts(5, 4, 1).toReversed())).toMatchObject([
      { path: 'q-q8_0-00001-of-00003.gguf', sizeBytes: 10, refused: 'split' },
    ]);
  });

  it('has no size if that of one part is unknown', () => {
    expect(readFiles(parts(5, undefined))[0]).not.toHaveProperty('sizeBytes');
  });

  it('is refused if parts are missing', () => {
    expect(readFiles(parts(5, 4).slice(1))).toMatchObject([{ refused: 'split' }]);
  });

  it('is not one with those of the same name in another folder', () => {
    expect(
      readFiles(['a', 'b'].flatMap((folder) => parts(5, 5).map((part) => ({ path: `${folder}/${part.path}` })))),
    ).toHaveLength(2);
  });
});

describe('the number of weights of a file', () => {
  const file = (billions: number, label: string) => [{ path: `x-${label}.gguf`, sizeBytes: bytes(billions, label) }];

  it('is what the hub states, if that matches the size', () => {
    expect(readFiles(file(8.03, 'Q4_K_M'), { total: 8_030_261_312 })).toMatchObject([{ parameters: 8_030_261_312 }]);
  });

  it('is estimated from the size if the hub counted another file, whose architecture does not count either', () => {
    const [entry] = readFiles(file(8.03, 'Q4_K_M'), { total: 494_000_000, architecture: 'qwen3' });
    expect(entry?.parameters).toBeGreaterThan(7.5e9);
    expect(entry?.parameters).toBeLessThan(8.7e9);
    expect(entry).toMatchObject({ loads: 'unsure' });
  });

  it.each([
    ['F32', 32],
    ['Q4_K_M', 4],
  ])('tells the bits of a file without a label: %s', (label, bits) => {
    expect(readFiles([{ path: 'x.gguf', sizeBytes: bytes(2.6, label) }], { total: 2.6e9 })).toMatchObject([{ bits }]);
  });
});

it.each([0.9, 40])(
  'a file without a label that takes %d bits per weight is not the model that the hub describes',
  (bits) => {
    const [entry] = readFiles([{ path: 'x.gguf', sizeBytes: bits * 1e9 }], { total: 8e9, architecture: 'llama' });
    expect(entry).toMatchObject({ parameters: Math.round((bits * 8e9) / 4.8), loads: 'unsure' });
    expect(entry).not.toHaveProperty('architecture');
  },
);

describe('a GGUF file', () => {
  it.each([
    'mmproj-model-f16.gguf',
    'Qwen2-VL-mmproj-BF16.gguf',
    'mm-proj-f16.gguf', // projectors
    'MTP/Qwen3-Next-Q8_0.gguf',
    'mtp/model.gguf',
    'mtp-GLM-4.5-Air-Q8_0.gguf',
    'dflash-Qwen3-8B-Q8_0.gguf',
    'Llama-3.1-8B-EAGLE3-F16.gguf',
    'eagle3-gpt-oss-20b.gguf',
    'Mistral-Small-DRAFT-0.5B-Q8_0.gguf',
    'draft/x-Q4_K_M.gguf',
    'medusa_head.gguf', // draft models
    'imatrix_unsloth.gguf',
    'Foo-7B-imatrix.gguf',
    'Foo-7B-bf16-imatrix.gguf', // importance matrices
    'Foo-LoRA-F16.gguf',
    'ggml-adapter-model.gguf',
    'loras/style-Q8_0.gguf',
    'x_f16_lora.gguf',
    'x_q8_0_adapter.gguf',
    'lora/x_F16_r64.gguf',
    'happy-control-vector.gguf', // adapters
    'ggml-vocab-llama-bpe.gguf',
    'WavTokenizer-Large-75-F16.gguf',
    'vocoder-F16.gguf',
    'Qwen3-TTS-tokenizer-Q8_0.gguf',
    'mmprojector-model-f16.gguf',
    'Llama-3.1-8B-EAGLE-3-Q8_0.gguf',
    'nextn-GLM-4.5-Q8_0.gguf',
    'Foo-7B-importance-matrix.gguf',
    'happy-cvector.gguf',
    'vocab.gguf',
    'ae-f16.gguf',
    'text_encoder-Q8_0.gguf',
    'text_encoder/model-Q8_0.gguf',
    'vision_encoder-f16.gguf',
    'audio-encoder-q8_0.gguf',
    'encodec-f16.gguf',
    'dac-f16.gguf',
    'mimi-q8_0.gguf',
    'vocos-f16.gguf',
    'audiodecoder-LFM2-Audio-1.5B-Q8_0.gguf',
    'token2wav-gguf/flow_matching.gguf',
    'Model-FastMTP-32K.gguf',
    's3gen-f16.gguf', // parts of speech and image pipelines
  ])('is not a model: %s', (path) => {
    expect(isSideFile(path)).toBe(true);
    expect(readFiles([{ path }])).toEqual([]);
  });

  it.each([
    'Foo-7B-imatrix-Q4_K_M.gguf',
    'Foo-7B-Q5_K_M-imatrix.gguf',
    'Foo-LoRA-merged-F16.gguf',
    'Foo-lora-Q4_K_M.gguf',
    'Qwen3.6-27B-MTP-Q4_K_M.gguf',
    'Eagle2-9B-Q4_K_M.gguf',
    'Aircraft-7B-Q4_K_M.gguf',
    'Draftsman-7B-Q4_K_M.gguf',
    'Explorative-7B-f16.gguf',
    'Foo-7B-imatrix-IQ4_KS.gguf',
    'Foo-7B-importance-matrix-Q4_K_M.gguf',
    'Eagle-3B-Q4_K_M.gguf',
    'gpt4-alpaca-lora-30b.Q8_0.gguf',
    'Meta-Llama-3-8B-Instruct-fixed-tokenizer-Q4_K_M.gguf',
  ])('is a model: %s', (path) => {
    expect(isSideFile(path)).toBe(false);
  });
});

describe('what the hive needs', () => {
  it('is the id with the file', () => {
    expect(hiveModelId('org/name', 'dir/x-Q4_K_M.gguf')).toBe('org/name:dir/x-Q4_K_M.gguf');
  });
});
