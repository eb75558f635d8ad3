import { defined } from '../defined.ts';
import type { ErrorCode } from '../errors.ts';
import type { EventOf } from './events.ts';
import { lockWait } from './retry-countdown.ts';
import { maxText, type Note, type Run, type Step } from './run.ts';
import {
  activeStep,
  currentStep,
  hasProcess,
  isLost,
  needsNoAction,
  spawnKey,
  withNote,
  without,
  withoutNote,
  withStep,
} from './steps.ts';

/** After a cancel the hive's download thread keeps its lock for a while. */
const settleMs = 5_000;
/** What is said about a start that may fail. */
const predictions: Note[] = ['tight', 'not-loadable', 'maybe-not-loadable'];
/** Failures of a spawn after which a process may be running that does not answer. */
const leavesProcess: ReadonlySet<ErrorCode> = new Set(['spawn-timeout', 'spawn-unproven', 'hive-rejected']);

/** Ends the active step and queues the next one, or ends the run. */
export function advance(run: Run, as: 'done' | 'skipped', at?: number): Run {
  const step = activeStep(run);
  if (!step) return run;
  const next = withStep(run, step.name, { state: as });
  if (next.steps.some((other) => other.state === 'pending')) return { ...next, state: 'queued' };
  const progress = step.progress && at ? { progress: { ...step.progress, changedAt: at } } : {};
  return without({ ...withStep(next, step.name, progress), state: 'installed' }, 'locks');
}

/** Evidence for a download or an install. */
export function proven(run: Run, event: EventOf<'proven'>): Run {
  const step = activeStep(run);
  if (step?.name !== event.step) return run;
  const found = withNote(
    { ...run, ...defined({ path: event.path }) },
    event.note ?? (isLost(step) ? 'found-after-loss' : undefined),
  );
  if (run.cancel) return settleCancel(withNote(found, 'finished-first'), event.at);
  return advance(found, 'done', event.at);
}

/** A listing of the hive's catalog contains the run's model, whichever run or view requested the listing. */
export function modelListed(run: Run, { path, at }: EventOf<'model-listed'>): Run {
  const step = currentStep(run);
  if (step?.name !== 'download' || run.cancel || needsNoAction(run) || (step.job && !isLost(step))) return run;
  const active = withStep({ ...run, path }, 'download', { state: 'active' });
  return advance(withNote(active, step.job ? 'found-after-loss' : 'already-there'), 'done', at);
}

/** A worker with this run's model answers: the run is running, whatever it was waiting for. */
export function workerFound(run: Run, { worker, note, at }: EventOf<'worker-found'>): Run {
  const step = currentStep(run);
  if (needsNoAction(run) || (step?.name !== 'install' && step?.name !== 'spawn')) return run;
  if (run.cancel) return settleCancel(run, at);
  const steps = run.steps.map((other): Step => {
    if (other.name === 'spawn') return { ...other, state: 'done', ...progressAt(other, at) };
    return other.state === 'pending' || other.state === 'active' ? { ...other, state: 'skipped' } : other;
  });
  const found: Run = {
    ...without(run, 'choice', 'manual', 'locks', 'tryHive'),
    steps,
    state: 'running',
    worker: { ...worker, spawnKey: spawnKey(run), provenAt: at },
  };
  // The process that an earlier attempt left is the one that was found.
  const outdated: Note[] = note === 'already-there' ? [...predictions, 'process-may-remain'] : predictions;
  return withNote(outdated.reduce(withoutNote, found), note ?? (isLost(step) ? 'found-after-loss' : undefined));
}

const progressAt = ({ progress }: Step, at: number) => (progress ? { progress: { ...progress, changedAt: at } } : {});

/** Ends the run as failed, or as cancelled if the user has asked for that. A locked download gets a wait before Retry. */
export function fail(run: Run, { code, text, at }: EventOf<'failed'>): Run {
  const step = currentStep(run);
  if (!step) return run;
  if (run.cancel) return settleCancel(run, at);
  const locks = code === 'download-locked' ? (run.locks ?? 0) + 1 : undefined;
  return withStep(
    {
      ...withNote(
        without(run, 'locks', 'retryAt', 'choice', 'manual'),
        hasProcess(run) ? 'process-may-remain' : undefined,
      ),
      ...defined({ locks, retryAt: locks && at + lockWait(locks) }),
      state: 'failed',
      seen: false,
      failure: { code, step: step.name, text: text.slice(0, maxText), at },
    },
    step.name,
    { state: 'failed' },
  );
}

/** The download, or the question to the hub, failed for a reason that passes by itself. The run stays `downloading` or `resolving`. */
export function retryScheduled(run: Run, { code, retryAt }: EventOf<'retry-scheduled'>): Run {
  const step = activeStep(run);
  if (!step || !['resolve', 'download'].includes(step.name) || run.cancel) return run;
  const next: Step = { ...without(step, 'job'), retry: { count: (step.retry?.count ?? 0) + 1, at: retryAt, code } };
  return { ...run, steps: run.steps.map((other) => (other === step ? next : other)) };
}

/** Ends the run as cancelled. A download may hold its lock for some more seconds. */
export function settleCancel(run: Run, at: number): Run {
  const step = currentStep(run);
  const settled: Run = { ...without(run, 'retryAt', 'choice', 'manual'), state: 'cancelled' };
  if (!step) return settled;
  const locked = step.name === 'download' && step.job && step.job.state !== 'posted';
  return withStep({ ...settled, ...(locked && { retryAt: at + settleMs }) }, step.name, { state: 'cancelled' });
}

/** The hive cannot start what is needed, so the user is asked to. A failure is remembered for the next runs on this hive. */
export function manualStart(run: Run, { manual, failure, at }: EventOf<'manual-start'>): Run {
  const step = activeStep(run);
  if (!run.model || run.cancel || (step?.name !== 'install' && step?.name !== 'spawn')) return run;
  const mayRemain = failure && step.name === 'spawn' && run.worker && leavesProcess.has(failure.code);
  const steps = run.steps.map((other): Step => {
    if (other.name === 'spawn') return { ...without(other, 'job', 'progress'), state: 'active' };
    return other === step ? { ...other, state: failure ? 'failed' : 'skipped' } : other;
  });
  return {
    ...withNote(without(run, 'tryHive'), mayRemain ? 'process-may-remain' : undefined),
    steps,
    state: 'choose',
    choice: 'start-worker',
    manual: { ...manual, since: at, nextPollAt: at },
    ...(failure && {
      hiveFailure: {
        ...failure,
        ...defined({ backend: run.device?.backend }),
        text: failure.text.slice(0, maxText),
        step: step.name,
        at,
      },
    }),
  };
}

/** The job is gone for good: the step is queued again. */
export function resubmitted(run: Run, { by }: EventOf<'resubmitted'>): Run {
  const step = activeStep(run);
  if (!step?.job || run.cancel) return run;
  const next: Step = {
    ...without(step, 'job', 'progress', 'before', 'occupied', 'missing'),
    state: 'pending',
    ...(by === 'itself' && { resubmits: (step.resubmits ?? 0) + 1 }),
  };
  const steps = run.steps.map((other) => (other === step ? next : other));
  return withNote({ ...run, state: 'queued', steps }, by === 'itself' ? 'resubmitted' : undefined);
}

/** The hive refused a connection, or did not answer. */
export function hiveOffline(run: Run, { nextCheckAt, at }: EventOf<'hive-offline'>): Run {
  const step = currentStep(run);
  if (!step || needsNoAction(run)) return run;
  const { job } = step;
  if (job) {
    const mayBeGone = job.state === 'posted' || job.state === 'lost';
    return withStep(run, step.name, {
      job: { ...job, checks: job.checks + 1, nextCheckAt, ...(mayBeGone && { offlineAt: job.offlineAt ?? at }) },
    });
  }
  if (run.cancel || run.state === 'offline' || run.state === 'choose') return run;
  return withStep({ ...run, state: 'offline' }, step.name, { state: 'pending' });
}
