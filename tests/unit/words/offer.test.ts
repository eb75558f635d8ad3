import { describe, expect, it } from 'vitest';
import '../english.ts';
import type { FileOffer } from '../../../lib/messages/contract.ts';
import { tellApart, tellFile, tellFit } from '../../../lib/words/offer.ts';

const file = (more: Partial<FileOffer> = {}): FileOffer => ({
  path: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
  label: 'Q4_K_M',
  sizeBytes: 807_694_464,
  fit: 'gpu',
  there: false,
  loads: 'yes',
  ...more,
});

describe('where a file fits', () => {
  it.each<[Partial<FileOffer>, string]>([
    [{ fit: 'gpu', needBytes: 2.4e9, roomBytes: 24e9 }, 'fits the graphics memory, needs about 2.4 GB of 24.0 GB'],
    [{ fit: 'cpu', needBytes: 2.4e9, roomBytes: 12e9 }, 'fits the memory, needs about 2.4 GB of 12.0 GB'],
    [{ fit: 'too-large', needBytes: 9.1e9, roomBytes: 6e9 }, 'too large, needs about 9.1 GB, this hive has 6.0 GB'],
    [{ fit: 'unknown', needBytes: 9.1e9 }, 'not known to fit, needs about 9.1 GB'],
    [{ fit: 'unknown' }, 'not known to fit'],
  ])('%j is told with its numbers', (facts, told) => {
    expect(tellFit(file(facts))).toBe(told);
  });

  it('tells what is there already, and what the worker cannot load', () => {
    expect(tellFile(file({ there: true, fit: 'unknown', loads: 'no' }))).toBe(
      'on the hive already · not known to fit · of a kind that rbee’s worker cannot load',
    );
  });

  it('tells why a file in parts cannot be taken, and not that it would fit', () => {
    expect(tellFile(file({ refused: 'split' }))).toBe('in several parts, which the hive cannot join');
  });
});

describe('files of the same label', () => {
  it.each<[string[], string[]]>([
    [
      ['a/model-Q4_K_M.gguf', 'b/model-Q4_K_M.gguf'],
      ['a', 'b'],
    ],
    [
      ['gemma-3-4b-it-Q4_K_M.gguf', 'gemma-3-4b-pt-Q4_K_M.gguf'],
      ['it', 'pt'],
    ],
    [
      ['model-Q4_K_M.gguf', 'model-uncensored-Q4_K_M.gguf'],
      ['model-Q4_K_M.gguf', 'model-uncensored-Q4_K_M.gguf'],
    ],
    [
      ['Q4_K_M/one.gguf', 'Q4_K_M/two.gguf', 'Q4_K_M/two-and-more.gguf'],
      ['one', 'two', 'two-and-more'],
    ],
    [
      ['x-Q4_K_M.gguf', 'x.Q4_K_M.gguf'],
      ['x-Q4_K_M.gguf', 'x.Q4_K_M.gguf'],
    ],
    [
      ['x.Q4_K_M.gguf', 'y.q4_k_m.gguf'],
      ['x.Q4_K_M', 'y.q4_k_m'],
    ],
  ])('%j are told apart', (paths, told) => {
    const apart = tellApart(paths.map((path) => file({ path })));
    expect(paths.map((path) => apart.get(path))).toEqual(told);
    expect(new Set(told).size).toBe(paths.length);
  });

  it('needs nothing where a label says it all, or where the path is shown instead', () => {
    const { label: _, ...unlabelled } = file({ path: 'model.gguf' });
    const files = [file(), file({ path: 'Q8.gguf', label: 'Q8_0' }), unlabelled, { ...unlabelled, path: 'other.gguf' }];
    expect([...tellApart(files)]).toEqual([]);
  });
});
