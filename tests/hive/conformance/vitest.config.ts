import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    name: 'conformance',
    include: ['tests/hive/conformance/*.test.ts'],
    globalSetup: [`${here}setup.ts`],
    // All tests use the disk of one hive, so they run one after the other.
    fileParallelism: false,
    testTimeout: 30_000,
  },
});
