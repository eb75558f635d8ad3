import { defined } from '../defined.ts';
import type { EventOf, TimedEvent } from './events.ts';
import { checkNow, reduceJob } from './reduce-job.ts';
import { isRetryEarly } from './retry-countdown.ts';
import type { Run, RunState, StepName } from './run.ts';
import {
  advance,
  fail,
  hiveOffline,
  manualStart,
  modelListed,
  proven,
  resubmitted,
  retryScheduled,
  settleCancel,
  workerFound,
} from './step-outcomes.ts';
import { activeStep, currentStep, needsNoAction, withActiveJob, withNote, without, withStep } from './steps.ts';

const stateOfStep: Record<StepName, RunState> = {
  resolve: 'resolving',
  download: 'downloading',
  install: 'installing',
  spawn: 'starting',
};

/** The run after the event, or the same object if the event does not apply. Pure: no storage, no DOM, no clock. */
export function applyEvent(run: Run, event: TimedEvent): Run {
  const next = reduce(run, event);
  if (next === run) return run;
  // What belongs to the previous hive is left there.
  const moved = next.hive === run.hive ? next : without(next, 'worker', 'hiveFailure', 'agreed');
  return { ...moved, updatedAt: event.at };
}

function reduce(run: Run, event: TimedEvent): Run {
  switch (event.type) {
    case 'admitted': {
      const step = currentStep(run);
      if (run.state !== 'queued' || step?.state !== 'pending') return run;
      return withStep({ ...run, state: stateFor(run, step.name) }, step.name, { state: 'active' });
    }

    case 'resolved':
      return resolved(run, event);

    case 'device-chosen':
      return run.device || run.cancel ? run : { ...without(run, 'bestFit'), device: event.device };

    case 'choice-needed': {
      const step = activeStep(run);
      // The user may have agreed while the binary was looked for.
      if (!step || step.missing || run.cancel) return run;
      const manual = event.manual && { ...event.manual, since: event.at, nextPollAt: event.at };
      return { ...run, state: 'choose', choice: event.reason, ...defined({ manual }) };
    }

    case 'skipped':
      return activeStep(run) && !run.cancel ? advance(run, 'skipped') : run;

    case 'posted':
    case 'opened':
    case 'narrated':
    case 'ended':
    case 'lost':
    case 'port-taken':
    case 'checked':
    case 'check-asked':
    case 'resubmit-asked':
      return reduceJob(run, event);

    case 'proven':
      return proven(run, event);

    case 'worker-found':
      return workerFound(run, event);

    case 'failed':
      return currentStep(run) && !needsNoAction(run) ? fail(run, event) : run;

    case 'retry-scheduled':
      return retryScheduled(run, event);

    case 'resubmitted':
      return resubmitted(run, event);

    case 'manual-start':
      return manualStart(run, event);

    case 'polled':
      if (run.state !== 'choose' || !run.manual) return run;
      return {
        ...run,
        manual: {
          ...without(run.manual, 'nextPollAt'),
          port: event.port,
          ...defined({ nextPollAt: event.nextPollAt }),
        },
      };

    case 'hive-offline':
      return hiveOffline(run, event);

    case 'hive-selected': {
      if (run.state === 'offline') return { ...run, state: 'queued', hive: event.hive };
      const step = activeStep(run);
      return step && !step.job && run.hive !== event.hive ? { ...run, hive: event.hive } : run;
    }

    case 'hive-failure-forgotten':
      // The text is kept for "Details".
      return run.hiveFailure?.at ? { ...run, hiveFailure: { ...run.hiveFailure, at: 0 } } : run;

    case 'model-listed':
      return modelListed(run, event);

    case 'picked': {
      const step = activeStep(run);
      if (run.state !== 'choose' || step?.name !== 'resolve') return run;
      const picked = { repo: event.repo, ...defined({ path: event.path }) };
      // The files offered were those that suit this hive.
      return withStep({ ...without(run, 'choice', 'bestFit'), picked, state: 'queued' }, 'resolve', {
        state: 'pending',
      });
    }

    case 'agreed': {
      const step = activeStep(run);
      if (step?.name !== 'install' || step.job || step.missing || run.cancel) return run;
      const agreed: Run = { ...without(run, 'choice', 'manual'), agreed: true };
      // The worker may have been installed since the question was asked, so its binary is looked for again.
      return run.state === 'choose'
        ? withStep({ ...agreed, state: 'queued' }, 'install', { state: 'pending' })
        : withStep({ ...agreed, state: stateFor(agreed, 'install') }, 'install', { missing: true });
    }

    case 'try-hive-asked':
      return tryHiveAsked(run);

    case 'cancel-asked': {
      if (needsNoAction(run) || run.cancel) return run;
      const cancelling: Run = {
        ...without(run, 'choice', 'manual'),
        state: 'cancelling',
        cancel: { askedAt: event.at },
      };
      return withActiveJob(cancelling, checkNow);
    }

    case 'cancel-sent':
      return run.cancel && !run.cancel.sentAt ? { ...run, cancel: { ...run.cancel, sentAt: event.at } } : run;

    case 'cancel-settled':
      return run.cancel && !needsNoAction(run) ? settleCancel(withNote(run, event.note), event.at) : run;

    case 'retried':
      return retried(run, event);

    case 'seen':
      return run.seen === false ? { ...run, seen: true } : run;

    case 'worker-proven':
      return run.state === 'running' && run.worker ? { ...run, worker: { ...run.worker, provenAt: event.at } } : run;

    case 'worker-gone':
      // From now on, whatever answers on this port is another program.
      return run.state === 'running' && run.worker
        ? { ...run, state: 'stopped', worker: { ...run.worker, portTaken: true } }
        : run;
  }
}

function resolved(run: Run, event: EventOf<'resolved'>): Run {
  if (activeStep(run)?.name !== 'resolve' || run.cancel) return run;
  const { model, file, device, gated } = event;
  const next = {
    ...without(run, 'choice', 'bestFit', 'file', 'gated'),
    model,
    ...defined({ file, device, gated }),
  };
  return advance((event.notes ?? []).reduce(withNote, next), 'done');
}

/** The user wants the hive to install or spawn although it failed before. */
function tryHiveAsked(run: Run): Run {
  if (run.choice !== 'start-worker' || run.cancel) return run;
  const first = run.hiveFailure?.step ?? (run.manual?.installed ? 'spawn' : 'install');
  return {
    ...without(run, 'choice', 'manual'),
    state: 'queued',
    tryHive: true,
    ...(first === 'install' && { agreed: true }),
    steps: run.steps.map((step) =>
      step.name === 'spawn' || step.name === first ? { name: step.name, state: 'pending' } : step,
    ),
  };
}

/** A wish that is present and undefined replaces an earlier one. */
function retried(run: Run, { at, type, ...wishes }: EventOf<'retried'>): Run {
  // An installed worker may have been removed since; a running one is verified in other ways.
  if (!needsNoAction(run) || run.state === 'running' || isRetryEarly(run, at)) return run;
  const notes = run.notes?.filter((note) => note === 'process-may-remain');
  const isSameBackend = !('backend' in wishes) || wishes.backend === run.backend;
  return defined({
    ...without(run, 'failure', 'cancel', 'notes', 'retryAt', 'seen', 'choice', 'manual', 'tryHive', 'device'),
    agreed: isSameBackend ? run.agreed : undefined,
    ...(notes?.length && { notes }),
    ...wishes,
    attempt: run.attempt + 1,
    state: 'queued',
    steps: run.steps.map(({ name }) => ({ name, state: 'pending' })),
  }) as Run;
}

function stateFor(run: Run, step: StepName): RunState {
  // If a worker is to be started, this step only looks for the binary until the user agrees to have it built.
  if (step === 'install' && !run.agreed && run.steps.some(({ name }) => name === 'spawn')) return 'starting';
  return stateOfStep[step];
}
