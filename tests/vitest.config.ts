import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';
import { lessOfPackages } from '../less-of-packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    // Two cores is what the smallest machine has; a worker more only makes time-outs likelier.
    maxWorkers: 2,
    projects: [
      {
        root,
        plugins: [WxtVitest(), ...lessOfPackages()],
        test: {
          name: 'unit',
          // As they ship.
          server: { deps: { inline: ['zod', 'eventsource-parser', '@huggingface/tasks'] } },
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          mockReset: true,
          unstubGlobals: true,
        },
      },
      {
        // What `npm run zip` left in .output: run it first.
        root,
        test: { name: 'build', include: ['tests/build/**/*.test.ts'] },
      },
      'tests/hive/conformance/vitest.config.ts',
    ],
  },
});
