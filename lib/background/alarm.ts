import { browser } from '../browser.ts';
import { isFinished } from '../runs/reducer.ts';
import type { Run } from '../runs/run.ts';

/** Alarms of this name wake the service worker while a run waits for something. */
export const runsAlarm = 'runs';

/** Thirty seconds, the shortest that browsers allow. */
const periodInMinutes = 0.5;

/** Returns a function that makes the alarm exist exactly while a run can continue without the user. */
export function createAlarm(): (runs: readonly Run[]) => Promise<void> {
  let pending: Promise<void> = Promise.resolve();
  return (runs) => {
    const needed = runs.some((run) => !isFinished(run) && run.state !== 'choose');
    // One at a time: whether the alarm exists is not certain while an earlier call is in flight.
    pending = pending
      .catch(() => {})
      .then(async () => {
        const exists = (await browser.alarms.get(runsAlarm)) !== undefined;
        if (needed && !exists) await browser.alarms.create(runsAlarm, { periodInMinutes });
        if (!needed && exists) await browser.alarms.clear(runsAlarm);
      });
    return pending;
  };
}
