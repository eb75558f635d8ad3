import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runKey } from '../../../lib/runs/keys.ts';
import { type Clock, fakeClock } from './clock.ts';
import { at, t0 } from './samples.ts';
import { createSimBrowser, type SimBrowser } from './sim-browser.ts';

let clock: Clock;
let browser: SimBrowser;

/** A run whose download is repeated `ms` after the service worker has started. */
async function openWaiting(ms: number): Promise<void> {
  const plan = {
    outcome: 'works',
    text: 0,
    seconds: 600,
    loadSeconds: 0,
    crashes: false,
    cancelTooLate: false,
  } as const;
  browser = createSimBrowser(
    {
      plans: [plan],
      conditions: [{ out: 0, back: 0 }],
      telemetry: true,
      processList: true,
      binary: true,
      downloads: 1,
    },
    clock,
  );
  const run = at('downloading', { type: 'retry-scheduled', code: 'network', retryAt: t0 + ms });
  browser.area.items.set(runKey(run.id), run);
  await browser.boot();
}

const states = () => browser.runs().map(({ state }) => state);
const downloads = () => browser.hive.jobs.filter(({ operation }) => operation.operation === 'model_download').length;

beforeEach(() => {
  clock = fakeClock(t0);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each([10_000, 30_000, 90_000])(
  'a failed download is repeated after a pause of %i ms, and not before',
  async (ms) => {
    await openWaiting(ms);
    await clock.advance(ms - 1_000);
    expect([states(), downloads()]).toEqual([['downloading'], 0]);
    await clock.advance(2_000);
    expect([states(), downloads()]).toEqual([['downloading'], 1]);
  },
);

it('the pause before a retry is not longer if the clock is set back by an hour meanwhile', async () => {
  await openWaiting(30_000);
  clock.set(clock.now - 3_600_000);
  await clock.advance(91_000);
  expect([states(), downloads()]).toEqual([['downloading'], 1]);
});
