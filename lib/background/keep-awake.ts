import type { Run } from '../runs/run.ts';
import { activeStep, isLost } from '../runs/steps.ts';

type Power = { requestKeepAwake(level: 'system'): void; releaseKeepAwake(): void };

/** Chromium only, and only once the person gave the permission; the polyfill does not know it. */
const power = (): Power | undefined => (globalThis as { chrome?: { power?: Power } }).chrome?.power;

/**
 * Keeps the machine awake exactly while a download is seen to run, where the person asked for that. A lost one may take hours, or
 * have ended long ago.
 */
export function createKeepAwake(): (runs: readonly Run[], wanted: boolean) => void {
  // An earlier service worker may have died holding it: the browser goes on until the extension ends.
  let held: boolean | undefined;
  return (runs, wanted) => {
    const needed = wanted && runs.some((run) => run.state === 'downloading' && !isLost(activeStep(run)));
    const allowed = power();
    if (needed === held || !allowed) return;
    if (needed) allowed.requestKeepAwake('system');
    else allowed.releaseKeepAwake();
    held = needed;
  };
}
