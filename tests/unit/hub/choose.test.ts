import { describe, expect, it } from 'vitest';
import type { Device } from '../../../lib/hive/types.ts';
import { chooseFile, type LastChoice } from '../../../lib/hub/choose.ts';
import { readFiles } from '../../../lib/hub/files.ts';
import { listings } from './listings.ts';
import { cpu, gpu } from './machines.ts';

const laptop = [cpu(8)];
const gpu8 = [gpu(8), cpu(16)];
const gpu24 = [gpu(24), cpu(64)];

function listing(name: string) {
  const found = listings.find((one) => one.name === name);
  if (!found) throw new Error(`No listing is called ${name}.`);
  return readFiles(found.files, found.gguf);
}

function choose(name: string, devices: Device[], lastChoice?: LastChoice) {
  const choice = chooseFile(listing(name), devices, lastChoice);
  return 'none' in choice ? choice.none : `${choice.entry.label ?? choice.entry.path} ${choice.fit.verdict}`;
}

describe('the file that is taken', () => {
  it.each(listings)('of $name', ({ files, gguf, chosen }) => {
    const entries = readFiles(files, gguf);
    const taken = [laptop, gpu8, gpu24].map((devices) => {
      const choice = chooseFile(entries, devices);
      return 'none' in choice ? choice.none : (choice.entry.label ?? choice.entry.path);
    });
    expect(taken).toEqual(chosen);
  });

  it.each([
    ['many kinds of an 8B model', gpu24, 'Q4_K_M gpu'],
    ['14B', [gpu(12), cpu(16)], 'Q3_K_L gpu'],
    ['14B', [gpu(12), cpu(32)], 'Q4_K_M cpu'],
    ['32B', gpu24, 'Q4_K_S gpu'],
    ['32B', [gpu(16), cpu(32)], 'Q4_K_S cpu'],
    ['32B', [gpu(16), cpu(30)], 'Q3_K_L cpu'],
    ['no 4 bits at all', gpu24, 'Q6_K gpu'],
    ['no 4 bits at all', [gpu(6), cpu(64)], 'Q6_K cpu'],
    ['Q8_0 and F16, nothing smaller', gpu24, 'Q8_0 gpu'],
    ['full precision only', gpu24, 'BF16 gpu'],
    ['sizes unknown', gpu24, 'Q4_K_M unknown'],
    ['many kinds of an 8B model', [], 'Q4_K_M unknown'],
    ['kinds the engine does not know beside one it does', gpu24, 'Q5_K_M gpu'],
  ] as const)('of %s, on %j: %s', (name, devices, taken) => {
    expect(choose(name, [...devices])).toBe(taken);
  });

  it.each([
    ['the smaller of two as near to Q4_K_M', 'Q4_K_L Q4_K_S Q8_0', 'Q4_K_S'],
    ['one that surely loads rather than a nearer mixture', 'UD-Q4_K_XL Q4_0', 'Q4_0'],
    ['a mixture of 4 bits rather than more bits', 'UD-Q4_K_XL Q6_K', 'UD-Q4_K_XL'],
  ])('is %s', (_, labels, taken) => {
    const files = labels.split(' ').map((label) => ({ path: `x-${label}.gguf`, sizeBytes: 1e9 }));
    expect(chooseFile(readFiles(files), gpu24)).toMatchObject({ entry: { label: taken } });
  });

  it('of two models of the same kind is the larger one that fits', () => {
    expect(chooseFile(listing('two models in one repository'), laptop)).toMatchObject({
      entry: { path: 'small-Q4_K_M.gguf' },
    });
    expect(chooseFile(listing('two models in one repository'), gpu24)).toMatchObject({
      entry: { path: 'large-Q4_K_M.gguf' },
    });
  });

  it('is told to be one the engine does not load, where there is no other', () => {
    expect(chooseFile(listing('mxfp4 only'), gpu24)).toMatchObject({ entry: { loads: 'no' } });
  });
});

describe('what a person chose last on this hive', () => {
  const many = 'many kinds of an 8B model';
  it.each([
    ['the same kind of another model', { label: 'Q6_K' }, gpu24, 'Q6_K gpu'],
    ['the very file', { path: 'Meta-Llama-3.1-8B-Instruct-Q5_K_S.gguf', label: 'Q5_K_S' }, gpu24, 'Q5_K_S gpu'],
    ['the very file, where it fits the CPU only', { path: 'Meta-Llama-3.1-8B-Instruct-Q6_K.gguf' }, gpu8, 'Q6_K cpu'],
    ['a kind the engine does not load', { label: 'IQ4_XS' }, gpu24, 'IQ4_XS gpu'],
    ['nothing, where that kind would cost the GPU', { label: 'Q6_K' }, gpu8, 'Q4_K_M gpu'],
    ['nothing, where that kind does not fit', { label: 'Q8_0' }, [gpu(8)], 'Q4_K_M gpu'],
    ['nothing, where there is no such kind', { label: 'BF16', path: 'gone.gguf' }, gpu24, 'Q4_K_M gpu'],
  ] as const)('counts: %s', (_, lastChoice, devices, taken) => {
    expect(choose(many, [...devices], lastChoice)).toBe(taken);
  });

  it('never brings back a refused file', () => {
    const path = 'qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf';
    expect(choose('some kinds split, others whole', gpu24, { path, label: 'Q4_K_M' })).toBe('Q3_K_M gpu');
  });
});

describe('nothing is taken', () => {
  it('where nothing fits, and the numbers are those of the file that needs least', () => {
    expect(chooseFile(listing('32B'), laptop)).toMatchObject({
      none: 'no-fit',
      entry: { label: 'Q2_K' },
      fit: { verdict: 'too-large', device: { id: 'CPU-0' }, freeBytes: 6 * 2 ** 30 },
    });
  });

  it('where every model lies in several files', () => {
    expect(choose('everything split, each kind in its folder', gpu24)).toBe('split');
  });

  it('where there is no GGUF file', () => {
    expect(chooseFile([], gpu24)).toEqual({ none: 'no-gguf' });
  });
});

describe('over every listing and machine', () => {
  const machines = [
    [],
    [cpu(4)],
    laptop,
    [cpu(16)],
    [gpu(4), cpu(16)],
    [gpu(6), cpu(16)],
    gpu8,
    [gpu(12), cpu(32)],
    gpu24,
    [gpu(80), cpu(512)],
  ];
  const cases = listings.flatMap(({ name }) => machines.map((devices) => ({ name, devices })));

  it('takes neither a refused file nor one that is too large', () => {
    for (const { name, devices } of cases) {
      const choice = chooseFile(listing(name), devices);
      if ('none' in choice) continue;
      expect(choice.entry.refused, name).toBeUndefined();
      expect(choice.fit.verdict, name).not.toBe('too-large');
    }
  });

  it('takes Q4_K_M wherever a plain one fits the best device that any of 4 bits fits', () => {
    for (const { name, devices } of cases) {
      const choice = chooseFile(listing(name), devices);
      if ('none' in choice || choice.entry.bits !== 4 || choice.entry.quant === 'Q4_K_M') continue;
      const same = listing(name).find((entry) => entry.label === 'Q4_K_M' && !entry.refused);
      if (same) expect(chooseFile([same], devices), name).not.toMatchObject({ fit: { verdict: choice.fit.verdict } });
    }
  });
});
