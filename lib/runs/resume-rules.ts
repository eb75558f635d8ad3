import type { Job, Run, Step } from './run.ts';
import { currentStep, needsNoAction } from './steps.ts';

/**
 * Every situation in which a service worker may have been terminated, and what the next one does. A service worker that has just
 * started follows the same rules as one that has been running for hours, so resuming needs no code of its own.
 */
export const resumeRules = {
  'nothing to do': 'rest',
  'waiting for the user': 'rest',
  'waiting for a manual start': 'poll',

  'cancelled before anything was submitted': 'settle-cancel',
  'cancelled before the hive was told': 'send-cancel',
  'cancelled after the hive was told': 'settle-cancel',
  'cancelled after the hive reported the end': 'settle-cancel',
  'cancelled after the hive reported an end that may be success': 'find-evidence',

  'file not chosen': 'resolve',
  'worker binary not looked for': 'check-binary',
  // Also if the POST was sent: a job whose stream is never opened never runs.
  'not submitted': 'submit',
  'submitted, stream not opened': 'open',
  // Nothing reads this stream any more, and it cannot be opened a second time.
  'stream opened, no end stored': 'mark-lost',
  'lost, to be submitted again for the user': 'resubmit',
  // The rule that keeps a lost spawn, install or download from being repeated.
  lost: 'find-evidence',
  'ended, evidence not stored': 'find-evidence',
} as const;

export type Rule = keyof typeof resumeRules;
export type Action = (typeof resumeRules)[Rule];

/** What to do next for a run, from its stored record alone. */
export const nextAction = (run: Run): Action => resumeRules[ruleFor(run)];

/** The rule that applies to a run. */
export function ruleFor(run: Run): Rule {
  const step = currentStep(run);
  if (!step || needsNoAction(run)) return 'nothing to do';
  if (run.cancel) return cancelRule(run.cancel, step);
  if (run.state === 'choose') {
    return run.manual?.nextPollAt === undefined ? 'waiting for the user' : 'waiting for a manual start';
  }
  // Queued, or waiting for the hive: the schedule decides.
  if (step.state !== 'active') return 'nothing to do';
  return step.job ? jobRule(step.job) : beforeJobRule(step);
}

function cancelRule(cancel: NonNullable<Run['cancel']>, { name, job }: Step): Rule {
  if (!job) return 'cancelled before anything was submitted';
  if (job.state === 'ended') {
    return name !== 'spawn' && job.as !== 'cancelled'
      ? 'cancelled after the hive reported an end that may be success'
      : 'cancelled after the hive reported the end';
  }
  return cancel.sentAt ? 'cancelled after the hive was told' : 'cancelled before the hive was told';
}

function beforeJobRule({ name, missing }: Step): Rule {
  switch (name) {
    case 'resolve':
      return 'file not chosen';
    case 'install':
      return missing ? 'not submitted' : 'worker binary not looked for';
    case 'download':
    case 'spawn':
      return 'not submitted';
  }
}

function jobRule(job: Job): Rule {
  switch (job.state) {
    case 'posted':
      return 'submitted, stream not opened';
    case 'live':
      return 'stream opened, no end stored';
    case 'lost':
      return job.resubmit ? 'lost, to be submitted again for the user' : 'lost';
    case 'ended':
      return 'ended, evidence not stored';
  }
}
