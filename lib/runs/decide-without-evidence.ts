import type { ErrorCode, RbeeError } from '../errors.ts';
import { HiveUnreachable } from '../hive/client.ts';
import { readFailure } from '../hive/failures.ts';
import { backOffMs } from './back-off.ts';
import type { RunEvent } from './events.ts';
import type { Job, Run, Step } from './run.ts';

/** The hive's own limit is 120 s; loading a model may take longer. */
export const spawnDeadlineMs = 150_000;
/**
 * At least this many checks follow after the hive reported an end. Their pauses add up to the 30 s between the hive's limit and the deadline, so
 * a slow worker gets that time even if the clock is set forward.
 */
const minSpawnChecks = 10;
/** This many checks for evidence follow after the hive reported an end, then the run fails. */
export const maxChecksAfterEnd = 5;
const maxResubmits = 3;
/** The pauses before the automatic retries of a download. */
const retryDelaysMs = [10_000, 30_000, 60_000];

const transient: ReadonlySet<ErrorCode> = new Set(['network', 'hub-busy']);
/** The worker may be running although the hive reports one of these: look for it until the deadline. */
const inconclusive: ReadonlySet<ErrorCode> = new Set(['spawn-timeout', 'spawn-unproven']);
/** The hive cannot do it; the user can. */
const manualStartHelps: ReadonlySet<ErrorCode> = new Set([
  'worker-missing',
  'worker-install',
  'spawn-binary',
  'spawn-timeout',
  'spawn-unproven',
  'hive-rejected',
]);

/** What follows from a check for evidence. `needs-manual-start` becomes the event `manual-start` once a port was chosen. */
export type Verdict = RunEvent | { type: 'needs-manual-start'; code: ErrorCode; text: string };

/** Evidence was looked for and not found. */
export function verdictWithoutEvidence(run: Run, step: Step, job: Job, now: number): Verdict {
  const isBeforeDeadline = now - startOf(job) <= spawnDeadlineMs;
  const early = step.name === 'spawn' && (isBeforeDeadline || (job.state === 'ended' && job.checks < minSpawnChecks));
  const reported = reportedFailure(run, step, job);
  if (reported) {
    return early && mayHaveStarted(run, step) ? checkLater(job, now) : afterFailure(run, step, reported, now);
  }
  if (early) return checkLater(job, now);
  const restarted = { type: 'failed', code: 'job-lost', text: 'The hive was restarted.' } as const;
  const wasOffline = job.state === 'lost' && job.offlineAt !== undefined;
  if (step.name === 'spawn') {
    if (wasOffline) return restarted;
    return afterFailure(run, step, { code: 'spawn-unproven', text: run.worker?.address ?? '' }, now);
  }
  if (job.state === 'ended') {
    if (job.checks < maxChecksAfterEnd) return checkLater(job, now);
    return { type: 'failed', code: 'hive-protocol', text: 'Reported as done, but not listed.' };
  }
  // As long as the hive answers there is no deadline: a download can take hours without output.
  if (!wasOffline) return checkLater(job, now);
  const mayResubmit = step.name === 'download' && (step.resubmits ?? 0) < maxResubmits;
  return mayResubmit ? { type: 'resubmitted', by: 'itself' } : restarted;
}

/** Evidence could not be looked for. Undefined if the hive was unreachable and the job may still succeed. */
export function verdictWithoutAnswer(
  run: Run,
  step: Step,
  job: Job,
  error: RbeeError,
  now: number,
): Verdict | undefined {
  const reported = reportedFailure(run, step, job);
  // "Exists" is most likely true.
  if (reported && !reported.exists) return afterFailure(run, step, reported, now);
  if (run.cancel && job.checks >= maxChecksAfterEnd) return { type: 'cancel-settled' };
  if (error instanceof HiveUnreachable) return undefined;
  // A job that may be alive is not given up because of an answer that cannot be read.
  if (job.state !== 'ended' || job.checks < maxChecksAfterEnd) return checkLater(job, now);
  return { type: 'failed', code: error.code, text: error.message };
}

/**
 * What follows from a failure that the hive reported, or that evidence did not refute: an automatic retry (downloads), a manual start, or the
 * end of the run.
 */
function afterFailure(run: Run, step: Step, failure: { code: ErrorCode; text: string }, now: number): Verdict {
  const { code, text } = failure;
  const retries = step.retry?.count ?? 0;
  const delay = retryDelaysMs[retries];
  if (step.name === 'download' && transient.has(code) && delay !== undefined && !run.cancel) {
    return { type: 'retry-scheduled', code, retryAt: now + delay };
  }
  const isHiveStep = step.name === 'install' || step.name === 'spawn';
  const canStart = run.model !== undefined && run.steps.some(({ name }) => name === 'spawn');
  if (isHiveStep && canStart && !run.cancel && manualStartHelps.has(code)) {
    return { type: 'needs-manual-start', code, text };
  }
  return { type: 'failed', code, text };
}

/** Whether a worker process may exist for the spawn whose end the hive reported. */
export function mayHaveStarted(run: Run, step: Step): boolean {
  const { job } = step;
  if (job?.state !== 'ended' || job.as === 'cancelled') return true;
  if (!run.worker) return false;
  if (job.as === 'done' || run.worker.pid) return true;
  const verdict = readFailure('spawn', job.reason);
  return verdict !== 'exists' && verdict !== 'cancelled' && inconclusive.has(verdict);
}

/** The failure that the hive reported as the end of the job. */
function reportedFailure(
  run: Run,
  step: Step,
  job: Job,
): { code: ErrorCode; text: string; exists?: boolean } | undefined {
  if (job.state !== 'ended' || job.as === 'done') return undefined;
  const text = job.reason;
  if (job.as === 'cancelled') return { code: 'cancelled-by-hive', text };
  const verdict = readFailure(step.name, text, run.gated);
  if (verdict === 'cancelled') return { code: 'cancelled-by-hive', text };
  // The id is not listed, so another model has its name in the catalog, where `/` and `:` become `-`.
  if (verdict === 'exists') return { code: 'hive-rejected', text, exists: true };
  return { code: verdict, text };
}

const startOf = (job: Job): number => ('openedAt' in job && job.openedAt) || job.postedAt;

/** What a hive reports as done appears within seconds; what was lost may take hours. */
export function checkLater(job: Job, now: number): RunEvent {
  const delay = backOffMs(job.checks);
  return { type: 'checked', nextCheckAt: now + (job.state === 'ended' ? Math.min(delay / 4, 5_000) : delay) };
}
