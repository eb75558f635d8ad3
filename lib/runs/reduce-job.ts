import { defined } from '../defined.ts';
import type { EventOf } from './events.ts';
import { type Job, type ManualStart, maxText, type Progress, type Run, type Step } from './run.ts';
import { activeStep, hasProcess, spawnKey, withActiveJob, withNote, without, withoutNote, withStep } from './steps.ts';

type JobEvent = EventOf<
  'posted' | 'opened' | 'narrated' | 'ended' | 'lost' | 'port-taken' | 'checked' | 'check-asked' | 'resubmit-asked'
>;

/** Events of the active step's job, and of the wait for the next check. */
export function reduceJob(run: Run, event: JobEvent): Run {
  switch (event.type) {
    case 'posted':
      return posted(run, event);

    case 'opened':
      return withJob(run, event.jobId, (job) =>
        job.state === 'posted' ? { ...common(job), state: 'live', openedAt: event.at } : job,
      );

    case 'narrated':
      return narrated(run, event);

    case 'ended': {
      const next = withJob(run, event.jobId, (job) =>
        job.state === 'live'
          ? {
              ...without(common(job), 'nextCheckAt'),
              checks: 0,
              state: 'ended',
              openedAt: job.openedAt,
              as: event.as,
              reason: event.reason.slice(0, maxText),
            }
          : job,
      );
      // The hive gives up on a process but does not end it: it may only be loading its model.
      return next !== run && event.as === 'failed' && hasProcess(run)
        ? withStep(next, 'spawn', { progress: { phase: 'loading', changedAt: event.at } })
        : next;
    }

    case 'lost':
      return withJob(run, event.jobId, (job) => {
        if (job.state === 'posted')
          return { ...common(job), ...defined({ offlineAt: job.offlineAt }), ...lostAt(event.at) };
        return job.state === 'live' ? { ...common(job), openedAt: job.openedAt, ...lostAt(event.at) } : job;
      });

    case 'port-taken':
      // Once the process has been reported, it may be the one that answered.
      if (!liveStep(run, event.jobId) || !run.worker || run.worker.pid) return run;
      return { ...run, worker: { ...run.worker, portTaken: true } };

    case 'checked':
      // A clock that was set back must not extend a deadline.
      return withActiveJob(run, (job) => ({
        ...job,
        ...('openedAt' in job && job.openedAt !== undefined && { openedAt: Math.min(job.openedAt, event.at) }),
        postedAt: Math.min(job.postedAt, event.at),
        checks: job.checks + 1,
        nextCheckAt: event.nextCheckAt,
      }));

    case 'check-asked':
      // A check that is due is in progress, and must not be started again.
      if (run.state === 'choose') {
        const isDue = !run.manual || (run.manual.nextPollAt ?? event.at + 1) <= event.at;
        return isDue ? run : { ...run, manual: { ...run.manual, nextPollAt: event.at } as ManualStart };
      }
      return withActiveJob(run, (job) => ((job.nextCheckAt ?? 0) <= event.at ? job : checkNow(job)));

    case 'resubmit-asked':
      return run.cancel
        ? run
        : withActiveJob(run, (job) =>
            job.state === 'lost' && !job.resubmit ? { ...without(job, 'nextCheckAt'), checks: 0, resubmit: true } : job,
          );
  }
}

const lostAt = (at: number) => ({ state: 'lost', lostAt: at }) as const;

/** The next check is due, and the pauses after it start small again. */
export const checkNow = (job: Job): Job => ({ ...without(job, 'nextCheckAt'), checks: Math.min(job.checks, 1) });

/** The fields that every state of a job has. */
const common = ({ id, postedAt, checks, nextCheckAt }: Job) => ({
  id,
  postedAt,
  checks,
  ...defined({ nextCheckAt }),
});

function posted(run: Run, event: EventOf<'posted'>): Run {
  const step = activeStep(run);
  if (step?.name !== event.step || step.job) return run;
  const job: Job = { state: 'posted', id: event.jobId, postedAt: event.at, checks: 0 };
  // An automatic retry continues a partial file.
  const percent = step.retry && step.progress?.percent;
  const progress: Progress = { phase: 'submitting', changedAt: event.at, ...defined({ percent }) };
  const next = withStep(run, step.name, {
    job,
    progress,
    ...defined({ before: event.before, occupied: event.occupied }),
  });
  if (step.name !== 'spawn') return next;
  // From here on the worker is the one of this job; workers of earlier attempts were looked for before.
  const { remains } = event;
  const noted =
    remains === undefined
      ? next
      : remains
        ? withNote(next, 'process-may-remain')
        : withoutNote(next, 'process-may-remain');
  return without(noted, 'worker');
}

function narrated(run: Run, { jobId, reading, address, at }: EventOf<'narrated'>): Run {
  const step = liveStep(run, jobId);
  if (!step) return run;
  const { phase, percent, port, pid } = reading;
  let next = run;
  if (port && address && run.worker?.port !== port) {
    // A restarted hive counts ports from 8080 again, while workers from before may still have them.
    const portTaken = step.occupied?.includes(port) || step.before?.some((worker) => worker.port === port);
    next = { ...next, worker: { port, address, spawnKey: spawnKey(run), ...(portTaken && { portTaken }) } };
  }
  if (pid && next.worker) next = { ...next, worker: { ...next.worker, pid } };
  if (!phase) return next;
  return withStep(next, step.name, { progress: advanceProgress(step.progress, phase, percent, at) });
}

/** Within an attempt the percentage never falls, although the hive's does when it starts a file again. */
function advanceProgress(
  before: Progress | undefined,
  phase: Progress['phase'],
  percent: number | undefined,
  at: number,
): Progress {
  if (before?.phase !== phase || before.percent === undefined || percent === undefined) {
    const kept = before?.percent === undefined ? percent : Math.max(before.percent, percent ?? 0);
    const same = before?.phase === phase && kept === before.percent;
    return {
      ...defined({ rate: before?.rate }),
      phase,
      changedAt: same ? before.changedAt : at,
      ...defined({ percent: kept }),
    };
  }
  if (percent <= before.percent) return before;
  const rate = (percent - before.percent) / Math.max(1, at - before.changedAt);
  return { phase, percent, changedAt: at, rate: before.rate === undefined ? rate : 0.7 * before.rate + 0.3 * rate };
}

/** The active step, if its job is this one and has not ended. */
function liveStep(run: Run, jobId: string): Step | undefined {
  const step = activeStep(run);
  return step?.job?.id === jobId && step.job.state !== 'ended' ? step : undefined;
}

function withJob(run: Run, jobId: string, change: (job: Job) => Job): Run {
  return activeStep(run)?.job?.id === jobId ? withActiveJob(run, change) : run;
}
