import { deathTable } from '../../../lib/runs/resume-rules.ts';
import type { Run, Step } from '../../../lib/runs/run.ts';

/** Where a service worker may die, row by row as `deathTable` has them: names for tests, which need not ship. */
export const deathPoints = [
  'waiting for a person',
  'cancel asked, nothing sent to the hive',
  'cancelling, but the hive said first how the job ended',
  'cancelling, and the hive said that the job has ended',
  'cancel asked, not yet with the hive',
  'cancel with the hive, its end not heard',
  'choosing the file',
  'worker binary not looked for',
  'before submit: a job never streamed never runs',
  'submitted, stream not opened',
  'stream opened, no end heard',
  'a person wants a lost job sent again',
  'contact lost',
  'after the marker, evidence not stored',
] as const;

/** The place that a stored record was left at. */
export const deathPoint = (run: Run, step: Step): string | undefined =>
  deathPoints[deathTable.findIndex((row) => row.when(run, step))];
