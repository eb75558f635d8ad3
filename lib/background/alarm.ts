import { browser } from '../browser.ts';
import type { Run } from '../runs/run.ts';
import { alarmPeriod } from '../runs/wake-up.ts';

/** Alarms of this name wake the service worker while a run waits for something. */
export const runsAlarm = 'runs';

/** Returns a function that makes the alarm exist exactly while a run can continue without the user, with the period it needs. */
export function createAlarm(now: () => number): (runs: readonly Run[]) => Promise<void> {
  let pending: Promise<void> = Promise.resolve();
  return (runs) => {
    const periodInMinutes = alarmPeriod(runs, now());
    // One at a time: what exists is not certain while an earlier call is in flight.
    pending = pending
      .catch(() => {})
      .then(async () => {
        const existing = await browser.alarms.get(runsAlarm);
        if (existing?.periodInMinutes === periodInMinutes) return;
        if (periodInMinutes) await browser.alarms.create(runsAlarm, { periodInMinutes });
        else await browser.alarms.clear(runsAlarm);
      });
    return pending;
  };
}
