import type { Run } from '../runs/run.ts';
import { activeStep, isLost } from '../runs/steps.ts';

type Power = { requestKeepAwake(level: 'system'): void; releaseKeepAwake(): void };

/** Chromium only, once the user has granted the permission. The polyfill does not cover it. */
const power = (): Power | undefined => (globalThis as { chrome?: { power?: Power } }).chrome?.power;

/**
 * Returns a function that keeps the computer awake exactly while a download is known to be in progress and the setting is on. A download
 * whose log was lost does not count: it may take hours, or have ended long ago.
 */
export function createKeepAwake(): (runs: readonly Run[], wanted: boolean) => void {
  // Undefined: an earlier service worker may have been terminated while it kept the computer awake, which continues until it is released.
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
