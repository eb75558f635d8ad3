import { RbeeError } from '../errors.ts';
import { HiveUnreachable } from '../hive/client.ts';
import type { HiveModel } from '../hive/types.ts';
import { type ActionDeps, createActions } from './actions.ts';
import { offlineBackOffMs } from './back-off.ts';
import type { RunEvent } from './events.ts';
import { cancelFollowedJob } from './follow-job.ts';
import { type Action, nextAction } from './resume-rules.ts';
import type { Run } from './run.ts';
import { admit, type Limits } from './run-queue.ts';
import { activeStep, currentStep } from './steps.ts';

export type RunnerDeps = ActionDeps & {
  /** Discards what is known about the hive. */
  forget(hive: string): void;
  limits(): Limits;
};

export type Runner = ReturnType<typeof createRunner>;

/** One run's loop. `wake` aborts the action it is in; `following` is set while that reads a stream. */
type Loop = { wake: AbortController; action?: Action; following?: AbortController | undefined };

/** Drives every run that can continue: one loop for each run, and in each turn the action that the resume rules name. */
export function createRunner(deps: RunnerDeps) {
  const { store, planner, verify, forget, limits, now } = deps;
  const loops = new Map<string, Loop>();
  const actions = createActions(deps);
  const online = new Map<string, boolean>();

  function schedule(): void {
    for (const run of admit(store.all(), limits())) store.apply(run.id, { type: 'admitted' });
    for (const run of store.all()) {
      const loop = loops.get(run.id);
      const next = nextAction(run);
      // The user has decided, so the next poll is no longer waited for.
      if (loop?.action === 'poll' && next !== 'poll') loop.wake.abort();
      else if (!loop && next !== 'rest') void drive(run.id);
    }
  }

  async function drive(id: string): Promise<void> {
    const loop: Loop = { wake: new AbortController() };
    loops.set(id, loop);
    for (;;) {
      const run = store.get(id);
      const action = run ? nextAction(run) : 'rest';
      const step = run && currentStep(run);
      if (!run || !step || action === 'rest') break;
      loop.action = action;
      loop.wake = new AbortController();
      const { signal } = loop.wake;
      const following = (stop: AbortController | undefined) => {
        loop.following = stop;
      };
      try {
        await actions[action]({ run, step, wake: signal, following });
        // An action that changes nothing would be repeated forever.
        if (store.get(id) === run && !signal.aborted) throw new RbeeError('internal', `No change after ${action}`);
      } catch (error) {
        const cause = await recheck(run, error, signal);
        if (!signal.aborted) settleError(run, cause);
      }
    }
    loops.delete(id);
    schedule();
  }

  /** An unexpected response may come from another program that has taken the hive's port since the hive was verified. */
  async function recheck(run: Run, error: unknown, signal: AbortSignal): Promise<unknown> {
    if (!(error instanceof RbeeError) || error.code !== 'hive-protocol') return error;
    forget(run.hive);
    return verify(run.hive, signal).then(
      () => error,
      (found: unknown) => (found instanceof RbeeError ? found : error),
    );
  }

  /** An error that no action handled ends the run. A hive that is offline or may not be reached any more is waited for. */
  function settleError(run: Run, error: unknown): void {
    // Before anything was sent, the user learns at once that the browser does not allow it.
    const isNewAndDenied =
      error instanceof HiveUnreachable &&
      error.code === 'permission-missing' &&
      run.state !== 'offline' &&
      run.steps.every(({ state }) => state === 'pending' || state === 'active') &&
      !activeStep(run)?.job;
    if (error instanceof HiveUnreachable && !isNewAndDenied) {
      forget(run.hive);
      const checks = activeStep(run)?.job?.checks ?? 0;
      apply(run, { type: 'hive-offline', nextCheckAt: now() + offlineBackOffMs(checks) });
      return;
    }
    const code = error instanceof RbeeError ? error.code : 'internal';
    apply(run, { type: 'failed', code, text: (error as Error)?.message ?? String(error) });
  }

  const apply = (run: Run, event: RunEvent): Run | undefined => store.apply(run.id, event);

  /** Aborts what the run's loop is doing, unless it reads a stream, so that it reads the changed record. */
  function wake(id: string): void {
    const loop = loops.get(id);
    if (!loop?.following) loop?.wake.abort();
  }

  /** Applies an event to all runs on the hive for which it changes something. */
  function applyOnHive(hive: string, eventFor: (run: Run) => RunEvent | false): void {
    for (const run of store.all()) {
      const event = run.hive === hive && eventFor(run);
      if (event && apply(run, event) !== run) wake(run.id);
    }
    schedule();
  }

  return {
    schedule,

    /** The run was changed or removed: its loop continues from what is stored now. */
    runChanged(id: string): void {
      wake(id);
      schedule();
    },

    cancel(run: Run): void {
      if (apply(run, { type: 'cancel-asked' }) === run) return;
      const loop = loops.get(run.id);
      const jobId = activeStep(run)?.job?.id;
      if (loop?.following && jobId) void cancelFollowedJob(run, jobId, deps, loop.following);
      else loop?.wake.abort();
      schedule();
    },

    /** Looks for the evidence of a lost step, or for the worker of a manual start, now. */
    check(run: Run): void {
      if (apply(run, { type: 'check-asked' }) !== run) wake(run.id);
      schedule();
    },

    /** Looks for hives that runs are waiting for. */
    async lookForHives(signal: AbortSignal): Promise<void> {
      const waiting = Map.groupBy(
        store.all().filter(({ state }) => state === 'offline'),
        (run) => run.bestFit || run.hive,
      );
      for (const runs of waiting.values()) {
        const found =
          runs[0] && (await planner.selectHive(runs[0], signal).catch((error: unknown) => error as RbeeError));
        for (const run of runs) {
          if (store.get(run.id) !== run) continue;
          if (found instanceof Error) settleError(run, found);
          else if (found) apply(run, { type: 'hive-selected', hive: found.url });
        }
      }
      schedule();
    },

    /** A hive listed its models, for whichever run or view: evidence for every run that needs one of them. */
    modelsListed(hive: string, models: readonly HiveModel[]): void {
      const paths = new Map(models.map(({ id, path }) => [id, path]));
      applyOnHive(hive, ({ model = '' }) => {
        const path = paths.get(model);
        return path !== undefined && { type: 'model-listed', path };
      });
    },

    /** A hive proved to be online, or refused connections. Its lost runs are checked as soon as it is back. */
    hiveSeen(hive: string, isOnline: boolean): void {
      const wasOnline = online.get(hive);
      online.set(hive, isOnline);
      if (wasOnline === isOnline) return;
      if (!isOnline) applyOnHive(hive, () => ({ type: 'hive-failure-forgotten' }));
      else if (wasOnline === false) {
        applyOnHive(hive, (run) => activeStep(run)?.job?.state === 'lost' && { type: 'check-asked' });
      }
    },
  };
}
