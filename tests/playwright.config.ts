import { defineConfig } from '@playwright/test';

export default defineConfig({
  globalSetup: './browser/require-browser.ts',
  projects: [
    { name: 'chromium', testDir: 'e2e' },
    { name: 'firefox', testDir: 'firefox' },
  ],
  outputDir: '../.output/test-results',
  // A test that passes only on a second attempt is broken.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  // Tests wait about half of the time, so three browsers suit two cores.
  workers: 3,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env.RBEE_REPORT ? [['dot'], ['json', { outputFile: process.env.RBEE_REPORT }]] : [['list']],
  use: { trace: 'off', screenshot: 'off', video: 'off' },
});
