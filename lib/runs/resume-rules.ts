import type { Job, Run, Step } from './run.ts';
import { currentStep, needsNoAction } from './steps.ts';

export type Action =
  | 'rest'
  | 'poll'
  | 'send-cancel'
  | 'settle-cancel'
  | 'resolve'
  | 'check-binary'
  | 'submit'
  | 'open'
  | 'mark-lost'
  | 'resubmit'
  | 'find-evidence';

/**
 * What to do next for a run, from its stored record alone: every situation in which a service worker may have been terminated, and what the
 * next one does. A service worker that has just started follows the same rules as one that has been running for hours, so resuming needs no
 * code of its own.
 */
export function nextAction(run: Run): Action {
  const step = currentStep(run);
  if (!step || needsNoAction(run)) return 'rest';
  if (run.cancel) return afterCancel(run.cancel, step);
  // A manual start is polled; any other choice waits for the user.
  if (run.state === 'choose') return run.manual?.nextPollAt === undefined ? 'rest' : 'poll';
  // Queued, or waiting for the hive: the schedule decides.
  if (step.state !== 'active') return 'rest';
  return step.job ? withJob(step.job) : withoutJob(step);
}

function afterCancel({ sentAt }: NonNullable<Run['cancel']>, { name, job }: Step): Action {
  if (!job) return 'settle-cancel';
  // The end that the hive reported may be success.
  if (job.state === 'ended') return name !== 'spawn' && job.as !== 'cancelled' ? 'find-evidence' : 'settle-cancel';
  return sentAt ? 'settle-cancel' : 'send-cancel';
}

function withoutJob({ name, missing }: Step): Action {
  switch (name) {
    case 'resolve':
      return 'resolve';
    case 'install':
      return missing ? 'submit' : 'check-binary';
    case 'download':
    case 'spawn':
      return 'submit';
  }
}

function withJob(job: Job): Action {
  switch (job.state) {
    case 'posted':
      // Also if the POST was sent: a job whose stream is never opened never runs.
      return 'open';
    case 'live':
      // Nothing reads this stream any more, and it cannot be opened a second time.
      return 'mark-lost';
    case 'lost':
      // Unless the user asks, nothing is repeated before evidence was looked for (`verdictWithoutEvidence`).
      return job.resubmit ? 'resubmit' : 'find-evidence';
    case 'ended':
      return 'find-evidence';
  }
}
