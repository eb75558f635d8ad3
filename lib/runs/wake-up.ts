import type { Run } from './run.ts';
import { needsNoAction } from './steps.ts';

/** The longest pause between two searches for the worker of a manual start. */
export const longestPollMs = 5 * 60_000;
const oftenForMs = 10 * 60_000;
const pollForMs = oftenForMs + 2 * 3_600_000;

/** When the worker of a manual start is looked for next; undefined if only a view asks for it from now on. */
export function nextPollAt(since: number, now: number): number | undefined {
  const waited = Math.max(0, now - since);
  if (waited < oftenForMs) return now + 30_000;
  return waited < pollForMs ? now + longestPollMs : undefined;
}

/**
 * The period in minutes of the alarm that wakes the service worker while runs go on without the user; undefined if none does. Thirty
 * seconds is the shortest period a browser allows.
 */
export function alarmPeriod(runs: readonly Run[], now: number): 0.5 | 5 | undefined {
  const waiting = runs.filter((run) => !needsNoAction(run));
  const polls = waiting.flatMap(({ state, manual }) =>
    state === 'choose' && manual?.nextPollAt !== undefined ? [manual] : [],
  );
  if (waiting.some(({ state }) => state !== 'choose') || polls.some(({ since }) => now - since < oftenForMs))
    return 0.5;
  return polls.length > 0 ? 5 : undefined;
}
