import type { ErrorCode } from '../errors.ts';
import { readFailure } from '../hive/failures.ts';
import { readNarration } from '../hive/narration.ts';
import type { Backend } from '../hive/types.ts';
import { retryWaitMs } from './retry-wait.ts';
import type { Job, ModelFile, Note, Progress, Run, RunState, Step, StepName, Worker } from './run.ts';

/** Everything that can happen to a run. */
export type Happening =
  | { type: 'admitted' }
  | { type: 'resolved'; model: string; file?: ModelFile; device?: Run['device']; note?: Note }
  | { type: 'equipped'; device: NonNullable<Run['device']> }
  | { type: 'choice-needed'; reason: NonNullable<Run['choice']> }
  | { type: 'agreed' }
  | { type: 'picked'; repo: string; path?: string | undefined }
  | { type: 'skipped' }
  | { type: 'posted'; jobId: string; before?: Step['before']; occupied?: Step['occupied']; note?: Note | undefined }
  | { type: 'opened'; jobId: string }
  | { type: 'narrated'; jobId: string; action: string; message: string; address?: (port: number) => string }
  | { type: 'ended'; jobId: string; as: 'done' | 'failed' | 'cancelled'; reason: string }
  | { type: 'lost'; jobId: string }
  | { type: 'port-taken'; jobId: string }
  | { type: 'checked'; nextCheckAt: number }
  | { type: 'proven'; worker?: Worker; path?: string; note?: Note }
  | { type: 'failed'; code: ErrorCode; text: string }
  | { type: 'hive-down'; nextCheckAt: number }
  | { type: 'hive-up'; hive: string }
  | { type: 'again-asked' }
  | { type: 'resent'; by: 'itself' | 'person' }
  | { type: 'cancel-asked' }
  | { type: 'cancel-sent' }
  | { type: 'cancel-settled'; note?: Note }
  | { type: 'retried'; anyHive?: boolean | undefined; backend?: Backend | undefined; hive?: string; order?: number }
  | { type: 'worker-proven' }
  | { type: 'worker-gone' }
  | { type: 'seen' };

/** `at` is the time in ms since the epoch; the reducer has no clock. */
export type RunEvent = Happening & { at: number };

/** Longest text of a hive kept with a run. */
const maxText = 4_000;
/** After a cancel the hive's download thread keeps its lock for a while. */
const settleMs = 5_000;
const lockWaitMs = 15_000;

const stateOfStep: Record<StepName, RunState> = {
  resolve: 'resolving',
  download: 'downloading',
  install: 'installing',
  spawn: 'starting',
};

const atRest: ReadonlySet<RunState> = new Set(['running', 'installed', 'stopped', 'failed', 'cancelled']);

/** Nothing of this run goes on any more, and nothing will unless a person asks. */
export const isFinished = (run: Run): boolean => atRest.has(run.state);

export const activeStep = (run: Run): Step | undefined => run.steps.find((step) => step.state === 'active');

/** The step under way, or the one that waits for its turn. */
export const currentStep = (run: Run): Step | undefined =>
  activeStep(run) ?? run.steps.find((step) => step.state === 'pending');

/** The same run after the event, or the very same object where the event does not apply. Pure: no storage, no DOM, no clock. */
export function applyEvent(run: Run, event: RunEvent): Run {
  const next = reduce(run, event);
  return next === run ? run : { ...next, updatedAt: event.at };
}

function reduce(run: Run, event: RunEvent): Run {
  switch (event.type) {
    case 'admitted': {
      const step = currentStep(run);
      if (run.state !== 'queued' || step?.state !== 'pending') return run;
      return withStep({ ...run, state: stateFor(run, step.name) }, step.name, { state: 'active' });
    }

    case 'resolved': {
      if (activeStep(run)?.name !== 'resolve' || run.cancel) return run;
      const resolved = {
        ...without(run, 'choice', 'anyHive', 'file'),
        model: event.model,
        ...defined({ file: event.file, device: event.device }),
      };
      return advance(noted(resolved, event.note), 'done');
    }

    case 'equipped':
      return run.device || run.cancel ? run : { ...without(run, 'anyHive'), device: event.device };

    case 'choice-needed': {
      const step = activeStep(run);
      // Who has agreed while it was looked for is not asked.
      if (!step || step.missing || run.cancel) return run;
      return { ...run, state: 'choose', choice: event.reason };
    }

    case 'agreed': {
      const step = activeStep(run);
      if (step?.name !== 'install' || step.job || step.missing || run.cancel) return run;
      const agreed = withStep({ ...without(run, 'choice'), agreed: true }, 'install', { missing: true });
      return run.state === 'choose'
        ? withStep({ ...agreed, state: 'queued' }, 'install', { state: 'pending' })
        : agreed;
    }

    case 'picked': {
      const step = activeStep(run);
      if (run.state !== 'choose' || step?.name !== 'resolve') return run;
      const picked = { repo: event.repo, ...defined({ path: event.path }) };
      // It was chosen from what this hive can do.
      return withStep({ ...without(run, 'choice', 'anyHive'), picked, state: 'queued' }, 'resolve', {
        state: 'pending',
      });
    }

    case 'skipped':
      return activeStep(run) && !run.cancel ? advance(run, 'skipped') : run;

    case 'posted': {
      const step = activeStep(run);
      if (!step || step.job) return run;
      const job: Job = { id: event.jobId, postedAt: event.at, checks: 0 };
      const progress: Progress = { phase: 'submitting', changedAt: event.at };
      // From here on the worker is that of this job; what came of an earlier one was looked at before.
      const since = step.name === 'spawn' ? without(run, 'worker') : run;
      return withStep(noted(since, event.note), step.name, {
        job,
        progress,
        ...defined({ before: event.before, occupied: event.occupied }),
      });
    }

    case 'opened':
      return withJob(run, event.jobId, (job) => (job.openedAt ? job : { ...job, openedAt: event.at }));

    case 'narrated':
      return narrated(run, event);

    case 'ended': {
      const step = jobStep(run, event.jobId);
      if (!step) return run;
      const ended = { as: event.as, reason: event.reason.slice(0, maxText) };
      const next = withJob(run, event.jobId, (job) => ({ ...without(job, 'nextCheckAt'), ended, checks: 0 }));
      // The hive gave up on a process that it leaves running.
      return event.as === 'failed' && isStarted(run)
        ? withStep(next, step.name, { progress: { phase: 'loading', changedAt: event.at } })
        : next;
    }

    case 'lost':
      return withJob(run, event.jobId, (job) => (job.lostAt || job.ended ? job : { ...job, lostAt: event.at }));

    case 'port-taken':
      // Once the process has been reported, it may be the one that answered.
      if (!jobStep(run, event.jobId) || !run.worker || run.worker.pid) return run;
      return { ...run, worker: { ...run.worker, taken: true } };

    case 'checked':
      // A clock that was set back makes a deadline no later.
      return withActiveJob(run, (job) => ({
        ...job,
        ...(job.openedAt && { openedAt: Math.min(job.openedAt, event.at) }),
        postedAt: Math.min(job.postedAt, event.at),
        checks: job.checks + 1,
        nextCheckAt: event.nextCheckAt,
      }));

    case 'proven':
      return proven(run, event);

    case 'failed':
      return currentStep(run) && !isFinished(run) ? fail(run, event.code, event.text, event.at) : run;

    case 'hive-down': {
      const step = currentStep(run);
      if (!step || isFinished(run)) return run;
      if (step.job) {
        return withStep(run, step.name, {
          job: {
            ...step.job,
            downAt: step.job.downAt ?? event.at,
            checks: step.job.checks + 1,
            nextCheckAt: event.nextCheckAt,
          },
        });
      }
      if (run.cancel || run.state === 'offline') return run;
      return withStep({ ...run, state: 'offline' }, step.name, { state: 'pending' });
    }

    case 'hive-up': {
      if (run.state === 'offline') return { ...run, state: 'queued', hive: event.hive };
      const step = activeStep(run);
      return step && !step.job && run.hive !== event.hive ? { ...run, hive: event.hive } : run;
    }

    case 'again-asked': {
      const job = activeStep(run)?.job;
      if (!job?.lostAt || job.ended || job.again || run.cancel) return run;
      return withActiveJob(run, (old) => ({ ...without(old, 'nextCheckAt'), checks: 0, again: true }));
    }

    case 'resent': {
      const step = activeStep(run);
      if (!step?.job || run.cancel) return run;
      const byItself = event.by === 'itself';
      const again: Step = {
        ...without(step, 'job', 'progress', 'before', 'occupied', 'missing'),
        state: 'pending',
        ...(byItself && { resent: (step.resent ?? 0) + 1 }),
      };
      const steps = run.steps.map((other) => (other === step ? again : other));
      return noted({ ...run, state: 'queued', steps }, byItself ? 'sent-again' : undefined);
    }

    case 'cancel-asked': {
      if (isFinished(run) || run.cancel) return run;
      const cancelling: Run = { ...run, state: 'cancelling', cancel: { askedAt: event.at } };
      return withActiveJob(cancelling, (job) => ({ ...without(job, 'nextCheckAt'), checks: 0 }));
    }

    case 'cancel-sent':
      return run.cancel && !run.cancel.sentAt ? { ...run, cancel: { ...run.cancel, sentAt: event.at } } : run;

    case 'cancel-settled':
      return run.cancel && !isFinished(run) ? settleCancel(noted(run, event.note), event.at) : run;

    case 'retried':
      return retried(run, event);

    case 'worker-proven':
      return run.state === 'running' && run.worker ? { ...run, worker: { ...run.worker, provenAt: event.at } } : run;

    case 'worker-gone':
      // Whoever answers on its port from now on is somebody else.
      return run.state === 'running' && run.worker
        ? { ...run, state: 'stopped', worker: { ...run.worker, taken: true } }
        : run;

    case 'seen':
      return run.seen === false ? { ...run, seen: true } : run;
  }
}

function narrated(run: Run, event: Extract<RunEvent, { type: 'narrated' }>): Run {
  const step = jobStep(run, event.jobId);
  if (!step) return run;
  const { phase, percent, port, pid } = readNarration(event.action, event.message);
  let next = run;
  if (port && event.address && run.worker?.port !== port) {
    // Who answers there did so before: ports are counted from 8080 again after a restart of the hive, while its old workers live on.
    const taken = step.occupied?.includes(port) || step.before?.some((worker) => worker.port === port);
    next = { ...next, worker: { port, address: event.address(port), recipe: recipeOf(run), ...(taken && { taken }) } };
  }
  if (pid && next.worker) next = { ...next, worker: { ...next.worker, pid } };
  if (!phase) return next;
  return withStep(next, step.name, { progress: advanceProgress(step.progress, phase, percent, event.at) });
}

/** Within an attempt a percentage never falls, though the hive's does when it starts a file over. */
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

function proven(run: Run, event: Extract<RunEvent, { type: 'proven' }>): Run {
  const step = activeStep(run);
  if (!step) return run;
  const found = noted(
    { ...run, ...defined({ path: event.path }) },
    event.note ?? (step.job?.lostAt ? 'found-after-loss' : undefined),
  );
  if (run.cancel) return settleCancel(step.name === 'spawn' ? found : noted(found, 'finished-first'), event.at);
  if (step.name !== 'spawn') return advance(found, 'done', event.at);
  if (!event.worker) return run;
  return advance(
    { ...found, worker: { ...event.worker, recipe: recipeOf(run), provenAt: event.at } },
    'done',
    event.at,
  );
}

/** Ends the active step and hands over to the next, or ends the run where there is none. */
function advance(run: Run, as: 'done' | 'skipped', at?: number): Run {
  const step = activeStep(run);
  if (!step) return run;
  const next = withStep(run, step.name, { state: as });
  if (next.steps.some((other) => other.state === 'pending')) return { ...next, state: 'queued' };
  const progress = step.progress && at ? { progress: { ...step.progress, changedAt: at } } : {};
  return without(
    { ...withStep(next, step.name, progress), state: step.name === 'spawn' ? 'running' : 'installed' },
    'locks',
  );
}

function fail(run: Run, code: ErrorCode, text: string, at: number): Run {
  const step = currentStep(run);
  if (!step) return run;
  if (run.cancel) return settleCancel(run, at);
  const locks = code === 'download-locked' ? (run.locks ?? 0) + 1 : undefined;
  return withStep(
    {
      ...noted(without(run, 'locks', 'retryAt', 'choice'), isStarted(run) ? 'process-may-remain' : undefined),
      ...defined({ locks, retryAt: locks && at + lockWaitMs * 2 ** Math.min(locks - 1, 8) }),
      state: 'failed',
      seen: false,
      failure: { code, step: step.name, text: text.slice(0, maxText), at },
    },
    step.name,
    { state: 'failed' },
  );
}

function settleCancel(run: Run, at: number): Run {
  const step = currentStep(run);
  const settled: Run = { ...without(run, 'retryAt', 'choice'), state: 'cancelled' };
  if (!step) return settled;
  const locked = step.name === 'download' && step.job?.openedAt !== undefined;
  return withStep({ ...settled, ...(locked && { retryAt: at + settleMs }) }, step.name, { state: 'cancelled' });
}

/** A wish that is named and undefined is one that a person no longer has. */
function retried(run: Run, { at, type, ...wishes }: Extract<RunEvent, { type: 'retried' }>): Run {
  // A worker that was installed may be gone since; one that is said to run is proven otherwise.
  if (!isFinished(run) || run.state === 'running') return run;
  if (retryWaitMs(run, at) > 0) return run;
  return defined({
    ...without(run, 'failure', 'cancel', 'notes', 'retryAt', 'seen', 'choice', 'device'),
    ...wishes,
    attempt: run.attempt + 1,
    state: 'queued',
    steps: run.steps.map(({ name }) => ({ name, state: 'pending' })),
  }) as Run;
}

/**
 * Turns the hive's last word into the failure it means, once evidence was looked for. Where the hive could not be asked
 * (`unasked`), "exists" is no failure yet: it most likely is there.
 */
export function failureEvent(run: Run, looked: 'not-there' | 'unasked') {
  const step = activeStep(run);
  const ended = step?.job?.ended;
  if (!step || !ended || ended.as === 'done') return undefined;
  const verdict = ended.as === 'cancelled' ? 'cancelled' : readFailure(step.name, ended.reason);
  // "Exists" without the thing in the list: another model holds that name in the hive's catalog, where `/` and `:` become `-`.
  if (verdict === 'exists' && looked === 'unasked') return undefined;
  const code = verdict === 'exists' ? 'hive-rejected' : verdict === 'cancelled' ? 'cancelled-by-hive' : verdict;
  return { type: 'failed', code, text: ended.reason } as const;
}

/** What the hive is asked for in a spawn: who was started for the same may serve this run too. */
export const recipeOf = ({ model, device }: Run): string => [model, device?.backend, device?.index].join(' ');

/** The hive has told of the process that it started. */
const isStarted = (run: Run): boolean => activeStep(run)?.name === 'spawn' && !!run.worker?.pid;

function stateFor(run: Run, step: StepName): RunState {
  // Where a worker is to be started, the step only looks whether the worker binary is there, unless a person agreed to have it built.
  if (step === 'install' && !run.agreed && run.steps.some(({ name }) => name === 'spawn')) return 'starting';
  return stateOfStep[step];
}

function jobStep(run: Run, jobId: string): Step | undefined {
  const step = activeStep(run);
  return step?.job?.id === jobId && !step.job.ended ? step : undefined;
}

function withStep(run: Run, name: StepName, changes: Partial<Step>): Run {
  return { ...run, steps: run.steps.map((step) => (step.name === name ? { ...step, ...changes } : step)) };
}

function withActiveJob(run: Run, change: (job: Job) => Job): Run {
  const step = activeStep(run);
  const job = step?.job && change(step.job);
  return job && job !== step.job ? withStep(run, step.name, { job }) : run;
}

function withJob(run: Run, jobId: string, change: (job: Job) => Job): Run {
  return activeStep(run)?.job?.id === jobId ? withActiveJob(run, change) : run;
}

function noted(run: Run, note: Note | undefined): Run {
  return note && !run.notes?.includes(note) ? { ...run, notes: [...(run.notes ?? []), note] } : run;
}

type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

function without<T extends object>(value: T, ...keys: OptionalKey<T>[]): T {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}
