import { expect, it } from 'vitest';
import { nameFiles } from '../../../lib/hub/file-names.ts';
import { readFiles } from '../../../lib/hub/model-files.ts';

it('files with the same quantisation are distinguished by folder, otherwise by name', () => {
  const paths = ['a/x-Q4_K_M.gguf', 'b/x-Q4_K_M.gguf', 'a/x-Q8_0.gguf', 'a/y-Q8_0.gguf', 'x-Q6_K.gguf', 'plain.gguf'];
  const files = readFiles(paths.map((path) => ({ path })));
  expect(files.map(nameFiles(files))).toEqual([
    'Q8_0 · x-Q8_0',
    'Q8_0 · y-Q8_0',
    'Q6_K',
    'Q4_K_M · a',
    'Q4_K_M · b',
    'plain',
  ]);
});
