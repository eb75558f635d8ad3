import { describe, expect, it } from 'vitest';
import type { Device } from '../../../lib/hive/types.ts';
import { chooseFile, type LastChoice } from '../../../lib/hub/choose-file.ts';
import { readFiles } from '../../../lib/hub/model-files.ts';
import { files, listings } from './listings.ts';
import { cpu, gpu } from './machines.ts';

const laptop = [cpu(8)];
const gpu8 = [gpu(8), cpu(16)];
const gpu24 = [gpu(24), cpu(64)];
const spm = { architecture: 'llama', firstToken: '<s>' };

function listing(name: string) {
  const found = listings.find((one) => one.name === name);
  if (!found) throw new Error(`There is no listing ${name}.`);
  return readFiles(found.files, found.gguf);
}

function choose(entries: ReturnType<typeof readFiles>, devices: readonly Device[], lastChoice?: LastChoice): string {
  const choice = chooseFile(entries, devices, lastChoice);
  return 'none' in choice ? choice.none : `${choice.entry.label ?? choice.entry.path} ${choice.fit.verdict}`;
}

describe('the chosen file', () => {
  it.each(listings)('of $name', ({ files, gguf, chosen }) => {
    const entries = readFiles(files, gguf);
    const labels = [laptop, gpu8, gpu24].map((devices) =>
      choose(entries, devices).replace(/ (?:gpu|cpu|unknown)$/, ''),
    );
    expect(labels).toEqual(chosen);
  });

  it.each([
    ['8B with many quantizations', gpu24, 'Q4_K_M gpu'],
    ['8B with many quantizations', [], 'Q4_K_M unknown'],
    ['14B', [gpu(12), cpu(8)], 'Q3_K_L gpu'],
    ['14B', [gpu(8), cpu(32)], 'Q4_K_M cpu'],
    ['32B', [gpu(16), cpu(32)], 'Q4_K_M cpu'],
    ['32B', [gpu(16), cpu(24)], 'Q3_K_M cpu'],
    ['no 4-bit quantization', gpu24, 'Q6_K gpu'],
    ['no 4-bit quantization', [gpu(5), cpu(64)], 'Q6_K cpu'],
    ['Q8_0 and F16, nothing smaller', gpu24, 'Q8_0 gpu'],
    ['sizes unknown', gpu24, 'Q4_K_M unknown'],
    ['9B of which only 2 bits certainly fit', [cpu(10)], 'Q3_K_L cpu'],
    ['9B of which only 2 bits certainly fit', [cpu(9)], 'Q2_K cpu'],
  ] as const)('of %s with %j is %s', (name, devices, expected) => {
    expect(choose(listing(name), devices)).toBe(expected);
  });

  it.each([
    ['the smaller of two as close to Q4_K_M', 'Q4_K_L Q4_K_S Q8_0', 'Q4_K_S'],
    ['one that certainly loads rather than a closer mixture', 'UD-Q4_K_XL Q4_0', 'Q4_0'],
    ['a mixture of 4 bits rather than more bits', 'UD-Q4_K_XL Q6_K', 'UD-Q4_K_XL'],
    ['one that the worker loads rather than a better one that it does not', 'IQ4_XS IQ4_K Q4_0_R8 Q2_K', 'Q2_K'],
    ['the one the worker does not load, if there is no other', 'IQ4_XS', 'IQ4_XS'],
  ])('is %s', (_, labels, expected) => {
    const listed = labels.split(' ').map((label) => ({ path: `x-${label}.gguf`, sizeBytes: 1e9 }));
    expect(chooseFile(readFiles(listed, spm), gpu24)).toMatchObject({ entry: { label: expected } });
  });

  it('has a quantization that the worker knows, even if it knows neither architecture nor tokenizer', () => {
    const listed = ['IQ4_XS', 'Q3_K_S'].map((label) => ({ path: `x-${label}.gguf`, sizeBytes: 1e9 }));
    expect(choose(readFiles(listed, { architecture: 'qwen3' }), gpu24)).toBe('Q3_K_S gpu');
  });

  it('of two models in one repository is the larger one that fits', () => {
    const two = [...files(0.5, 'small-*.gguf', 'Q4_K_M'), ...files(14, 'large-*.gguf', 'Q4_K_M')];
    const path = (devices: Device[]) => chooseFile(readFiles(two, spm), devices);
    expect(path(laptop)).toMatchObject({ entry: { path: 'small-Q4_K_M.gguf' } });
    expect(path(gpu24)).toMatchObject({ entry: { path: 'large-Q4_K_M.gguf' } });
  });

  it('is a smaller one that fits rather than one that is slightly too large', () => {
    const entries = readFiles(files(6.738, 'llama-2-7b.*.gguf', 'Q3_K_M Q4_K_M'), { ...spm, total: 6.738e9 });
    expect(choose(entries, [cpu(7)])).toBe('Q3_K_M cpu');
    expect(chooseFile(entries.slice(0, 1), [cpu(7)])).toMatchObject({
      entry: { label: 'Q4_K_M' },
      fit: { tight: true },
    });
  });

  it.each([
    ['Llama 2', 6.738, { ...spm, total: 6.738e9 }],
    ['Mistral', 7.242, { ...spm, total: 7.242e9 }],
    ['Qwen 2.5', 7.616, { architecture: 'qwen2', total: 7.616e9 }],
    ['of which nothing is known', 7, {}],
  ])('is the only one, Q4_K_M, of a 7B model (%s) on a machine with 8 GB', (_, billions, gguf) => {
    const entries = readFiles(files(billions, 'model-*.gguf', 'Q4_K_M'), gguf);
    for (const reported of [7, 8]) expect(choose(entries, [cpu(reported)])).toBe('Q4_K_M cpu');
  });
});

describe("the user's last choice on this hive", () => {
  const many = listing('8B with many quantizations');
  it.each([
    ['the quantization, for another model', { label: 'Q6_K' }, gpu24, 'Q6_K gpu'],
    ['the file', { path: 'Meta-Llama-3.1-8B-Instruct-Q5_K_S.gguf', label: 'Q5_K_S' }, gpu24, 'Q5_K_S gpu'],
    ['the file, even if it fits only the CPU', { path: 'Meta-Llama-3.1-8B-Instruct-Q6_K.gguf' }, gpu8, 'Q6_K cpu'],
    ['a quantization that the worker does not load', { label: 'IQ4_XS' }, gpu24, 'IQ4_XS gpu'],
  ] as const)('is used again: %s', (_, lastChoice, devices, expected) => {
    expect(choose(many, devices, lastChoice)).toBe(expected);
  });

  it.each([
    ['the quantization fits only the CPU', { label: 'Q6_K' }, gpu8, 'Q4_K_M gpu'],
    ['the quantization is too large', { label: 'Q8_0' }, [gpu(8)], 'Q4_K_M gpu'],
    ['there is no such file', { label: 'BF16', path: 'gone.gguf' }, gpu24, 'Q4_K_M gpu'],
  ] as const)('is not used again if %s', (_, lastChoice, devices, expected) => {
    expect(choose(many, devices, lastChoice)).toBe(expected);
  });

  it('is used again only for the same file if the worker loads another quantization but not this one', () => {
    const entries = readFiles(files(9.242, 'gemma-2-9b-it-*.gguf', 'IQ4_XS Q4_K_M'), { architecture: 'gemma2' });
    const path = 'gemma-2-9b-it-IQ4_XS.gguf';
    expect(choose(entries, gpu24, { path: `other/${path}`, label: 'IQ4_XS' })).toBe('Q4_K_M gpu');
    expect(choose(entries, gpu24, { path, label: 'IQ4_XS' })).toBe('IQ4_XS gpu');
  });

  it('is not used again if the file is split', () => {
    const path = 'qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf';
    const entries = listing('some quantizations split, others whole');
    expect(choose(entries, gpu24, { path, label: 'Q4_K_M' })).toBe('Q3_K_M gpu');
  });
});

describe('no file is chosen', () => {
  it('if none fits, and the answer is about the file that needs the least', () => {
    expect(chooseFile(listing('32B'), laptop)).toMatchObject({
      none: 'no-fit',
      entry: { label: 'Q2_K' },
      fit: { verdict: 'too-large', device: { id: 'CPU-0' } },
    });
  });

  it('if there is none', () => {
    expect(chooseFile([], gpu24)).toEqual({ none: 'no-gguf' });
  });
});

it('the chosen file is never a refused one or one that is too large, for any listing and machine', () => {
  const machines = [
    [],
    [cpu(4)],
    laptop,
    [cpu(16)],
    [gpu(4), cpu(16)],
    [gpu(6), cpu(16)],
    gpu8,
    gpu24,
    [gpu(80), cpu(512)],
  ];
  for (const { name } of listings) {
    for (const devices of machines) {
      const choice = chooseFile(listing(name), devices);
      if ('none' in choice) continue;
      expect(choice.entry.refused, name).toBeUndefined();
      expect(choice.fit.verdict, name).not.toBe('too-large');
    }
  }
});
