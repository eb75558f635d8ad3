import { currentStep, isFinished } from './reducer.ts';
import type { Run, Step } from './run.ts';

export type Action =
  | 'rest'
  | 'settle-cancel'
  | 'send-cancel'
  | 'resolve'
  | 'check-binary'
  | 'submit'
  | 'open'
  | 'mark-lost'
  | 'send-again'
  | 'look';

type Row = { when: (run: Run, step: Step) => boolean; action: Action };

/**
 * What to do next for a run, from nothing but its stored record: the first row that applies. A service worker that has just
 * started reads the same table as one that has been at it for hours, so dying between two lines needs no code of its own.
 * Each line above a row is a place where it may have died.
 */
export const deathTable: readonly Row[] = [
  // waiting for a person
  { when: (run) => run.state === 'choose', action: 'rest' },

  // cancel asked, nothing sent to the hive
  {
    when: (run, step) => !!run.cancel && !step.job,
    action: 'settle-cancel',
  },
  // cancelling, but the hive said first how the job ended
  {
    when: (run, step) =>
      !!run.cancel && step.name !== 'spawn' && !!step.job?.ended && step.job.ended.as !== 'cancelled',
    action: 'look',
  },
  // cancelling, and the hive said that the job has ended
  {
    when: (run, step) => !!run.cancel && !!step.job?.ended,
    action: 'settle-cancel',
  },
  // cancel asked, not yet with the hive
  {
    when: (run) => !!run.cancel && !run.cancel.sentAt,
    action: 'send-cancel',
  },
  // cancel with the hive, its end not heard
  { when: (run) => !!run.cancel, action: 'settle-cancel' },

  // choosing the file
  { when: (_, step) => step.name === 'resolve', action: 'resolve' },
  // worker binary not looked for
  {
    when: (_, step) => step.name === 'install' && !step.job && !step.missing,
    action: 'check-binary',
  },
  // before submit: a job never streamed never runs
  { when: (_, step) => !step.job, action: 'submit' },

  // submitted, stream not opened
  {
    when: (_, step) => !step.job?.openedAt && !step.job?.lostAt && !step.job?.ended,
    action: 'open',
  },
  // stream opened, no end heard
  {
    when: (_, step) => !step.job?.ended && !step.job?.lostAt,
    action: 'mark-lost',
  },
  // a person wants a lost job sent again
  { when: (_, step) => !!step.job?.again, action: 'send-again' },
  // contact lost
  { when: (_, step) => !!step.job?.lostAt, action: 'look' },
  // after the marker, evidence not stored
  { when: (_, step) => !!step.job?.ended, action: 'look' },
];

export function nextAction(run: Run): Action {
  const step = currentStep(run);
  if (!step || isFinished(run)) return 'rest';
  if (step.state !== 'active' && !run.cancel) return 'rest';
  return deathTable.find((row) => row.when(run, step))?.action ?? 'rest';
}
