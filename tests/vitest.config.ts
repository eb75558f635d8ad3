import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    // Tests wait for servers and processes, so three suit two cores.
    maxWorkers: 3,
    projects: [
      {
        root,
        plugins: [WxtVitest()],
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          // Long, because tests use real servers and processes, on two cores that may be busy.
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
          mockReset: true,
          unstubGlobals: true,
        },
      },
      {
        // Tests the packages in .output, which `npm run zip` makes.
        root,
        test: { name: 'build', include: ['tests/build/**/*.test.ts'] },
      },
      'tests/hive/conformance/vitest.config.ts',
    ],
  },
});
