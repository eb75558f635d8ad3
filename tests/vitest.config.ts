import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [WxtVitest()],
  test: {
    include: ['tests/unit/**/*.test.{ts,tsx}'],
    // Two cores is what the smallest machine has; a worker more only makes time-outs likelier.
    maxWorkers: 2,
    mockReset: true,
    unstubGlobals: true,
  },
});
