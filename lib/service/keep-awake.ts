import type { Run } from '../runs/run.ts';

type Power = { requestKeepAwake(level: 'system'): void; releaseKeepAwake(): void };

/** Chromium only, and only once the person gave the permission; the polyfill does not know it. */
const power = (): Power | undefined => (globalThis as { chrome?: { power?: Power } }).chrome?.power;

/** Keeps the machine awake exactly while a download runs, where the person asked for that. */
export function createKeepAwake(): (runs: readonly Run[], wanted: boolean) => void {
  let held = false;
  return (runs, wanted) => {
    const needed = wanted && runs.some(({ state }) => state === 'downloading');
    if (needed === held) return;
    if (needed) power()?.requestKeepAwake('system');
    else power()?.releaseKeepAwake();
    held = needed;
  };
}
