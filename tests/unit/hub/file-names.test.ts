import { describe, expect, it } from 'vitest';
import { nameFiles } from '../../../lib/hub/file-names.ts';
import { readFiles } from '../../../lib/hub/model-files.ts';
import { listings } from './listings.ts';

describe('the names of the files in a list', () => {
  it.each([
    ['are the quantizations', 'x-Q4_K_M x-Q6_K', 'Q6_K, Q4_K_M'],
    ['have the folder, if files have the same quantization', 'a/x-Q4_K_M b/x-Q4_K_M', 'Q4_K_M · a, Q4_K_M · b'],
    ['have the name, if that folder is the same', 'a/x-Q8_0 a/y-Q8_0', 'Q8_0 · x-Q8_0, Q8_0 · y-Q8_0'],
    [
      'have the path, if some folders and some names are the same',
      'a/x-Q4_K_M b/x-Q4_K_M b/y-Q4_K_M',
      'Q4_K_M · a/x-Q4_K_M, Q4_K_M · b/x-Q4_K_M, Q4_K_M · b/y-Q4_K_M',
    ],
    [
      'are chosen for each quantization by itself',
      'a/x-Q4_K_M b/x-Q4_K_M a/x-Q8_0 a/y-Q8_0 x-Q6_K plain',
      'Q8_0 · x-Q8_0, Q8_0 · y-Q8_0, Q6_K, Q4_K_M · a, Q4_K_M · b, plain',
    ],
    ['are those of the files, without a quantization', 'a/one b/two', 'one, two'],
    ['are paths, if those are the same', '7b/model 13b/model', '13b/model, 7b/model'],
  ])('%s', (_, paths, names) => {
    const files = readFiles(paths.split(' ').map((path) => ({ path: `${path}.gguf` })));
    expect(files.map(nameFiles(files)).join(', ')).toBe(names);
  });

  it.each(listings)('are different for each file: $name', ({ files, gguf }) => {
    const entries = readFiles(files, gguf);
    expect(new Set(entries.map(nameFiles(entries))).size).toBe(entries.length);
  });
});
