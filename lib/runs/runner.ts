import { RbeeError } from '../errors.ts';
import { isLoopback } from '../hive/address.ts';
import type { HiveClient } from '../hive/client.ts';
import { HiveUnreachable } from '../hive/client.ts';
import type { Device } from '../messages/contract.ts';
import { evidenceFor } from './evidence.ts';
import { type Action, nextAction } from './next-action.ts';
import { operationFor } from './operation.ts';
import { activeStep, failureEvent, isFinished, type RunEvent } from './reducer.ts';
import type { Resolution } from './resolve.ts';
import type { LogLine, Run, Step } from './run.ts';
import { admit, type Limits } from './schedule.ts';
import type { Store } from './store.ts';

export type VerifiedHive = { url: string; devices: Device[] };

export type RunnerDeps = {
  store: Store;
  client(hive: string): HiveClient;
  /** The hive, verified within the last minute. Throws `HiveUnreachable`, or an `RbeeError` where something else answers. */
  verify(hive: string, signal: AbortSignal): Promise<VerifiedHive>;
  resolve(run: Run, devices: Device[], signal: AbortSignal): Promise<Resolution>;
  limits(): Limits;
  now(): number;
  /** Keeps the service worker alive until the returned function is called. Held only while a stream is open. */
  hold(): () => void;
};

export type Runner = ReturnType<typeof createRunner>;

const cancelWaitMs = 10_000;
/** Loading a model may take a while after the hive's own two minutes. */
const spawnDeadlineMs = 150_000;
const mostResends = 3;
const mostConfirmations = 5;

type Loop = { wake: AbortController; following?: AbortController };
type Perform = (run: Run, step: Step, wake: AbortSignal, loop: Loop) => Promise<void>;

/** Drives every run that can go on. One loop a run, each turn decided by `nextAction` from the stored record alone. */
export function createRunner({ store, client, verify, resolve, limits, now, hold }: RunnerDeps) {
  const loops = new Map<string, Loop>();

  function schedule(): void {
    for (const run of admit(store.all(), limits())) store.apply(run.id, { type: 'admitted', at: now() });
    for (const run of store.all()) {
      if (!loops.has(run.id) && nextAction(run) !== 'rest') void drive(run.id);
    }
  }

  async function drive(id: string): Promise<void> {
    const loop: Loop = { wake: new AbortController() };
    loops.set(id, loop);
    for (;;) {
      const run = store.get(id);
      const action = run ? nextAction(run) : 'rest';
      if (!run || action === 'rest') break;
      loop.wake = new AbortController();
      const { signal } = loop.wake;
      const step = activeStep(run) ?? run.steps.find(({ state }) => state === 'pending');
      try {
        if (step) await perform[action](run, step, signal, loop);
        if (store.get(id) === run && !signal.aborted)
          throw new RbeeError('hive-protocol', `Nothing came of "${action}".`);
      } catch (error) {
        if (!signal.aborted) settleError(run, error);
      }
    }
    loops.delete(id);
    schedule();
  }

  /** Where nobody else decided on an error, the run ends with it. A hive that is away is waited for. */
  function settleError(run: Run, error: unknown): void {
    if (error instanceof HiveUnreachable) {
      apply(run, { type: 'hive-down', at: now(), nextCheckAt: now() + delayAfter(activeStep(run)?.job?.checks ?? 0) });
      return;
    }
    const code = error instanceof RbeeError ? error.code : 'hive-protocol';
    apply(run, { type: 'failed', at: now(), code, text: error instanceof Error ? error.message : String(error) });
  }

  const apply = (run: Run, event: RunEvent): Run | undefined => store.apply(run.id, event);

  const perform: Record<Exclude<Action, 'rest'>, Perform> = {
    async resolve(run, _step, wake) {
      const hive = await verify(run.hive, wake);
      apply(run, { type: 'hive-up', at: now(), hive: hive.url });
      const resolution = await resolve({ ...run, hive: hive.url }, hive.devices, wake);
      apply(run, { at: now(), ...resolution });
    },

    async 'check-binary'(run, _step, wake) {
      const found = await evidenceFor(run, 'install', client(run.hive), wake);
      const isWorkersRun = !run.steps.some(({ name }) => name === 'spawn');
      if (isWorkersRun)
        apply(run, found ? { type: 'proven', at: now(), note: 'already-there' } : { type: 'agreed', at: now() });
      else if (found) apply(run, { type: 'skipped', at: now() });
      else apply(run, { type: 'choice-needed', at: now(), reason: 'install' });
    },

    async prepare(run, _step, wake) {
      const telemetry = await client(run.hive).telemetry(wake);
      apply(run, { type: 'prepared', at: now(), pids: telemetry ? telemetry.workers.map(({ pid }) => pid) : null });
    },

    async submit(run, step, wake) {
      const hive = await verify(run.hive, wake);
      if (hive.url !== run.hive) {
        apply(run, { type: 'hive-up', at: now(), hive: hive.url });
        return;
      }
      await store.flush();
      const jobId = await client(run.hive).submit(operationFor(run, step.name), wake);
      apply(run, { type: 'posted', at: now(), jobId });
      await store.flush();
    },

    open: follow,

    async 'mark-lost'(run, step) {
      if (step.job) apply(run, { type: 'lost', at: now(), jobId: step.job.id });
    },

    look: lookForEvidence,

    async 'send-cancel'(run, step, wake) {
      await until(step.job?.nextCheckAt, wake);
      try {
        await client(run.hive).cancel(step.job?.id ?? '', wake);
        apply(run, { type: 'cancel-sent', at: now() });
      } catch (error) {
        if (!(error instanceof HiveUnreachable)) throw error;
        apply(run, { type: 'hive-down', at: now(), nextCheckAt: now() + delayAfter(step.job?.checks ?? 0) });
      }
    },

    async 'settle-cancel'(run, step, wake) {
      const note = step.name === 'spawn' && step.job?.openedAt && run.worker ? await stopProcess(run, wake) : undefined;
      apply(run, { type: 'cancel-settled', at: now(), ...(note && { note }) });
    },
  };

  /** Opens the job's stream, which starts the job, and follows it to its end. */
  async function follow(run: Run, step: Step, _wake: AbortSignal, loop: Loop): Promise<void> {
    const jobId = step.job?.id ?? '';
    const hive = client(run.hive);
    const stop = new AbortController();
    loop.following = stop;
    const release = hold();
    try {
      for await (const event of hive.follow(jobId, stop.signal)) {
        const at = now();
        switch (event.type) {
          case 'opened':
            apply(run, { type: 'opened', at, jobId });
            break;
          case 'narration':
            store.log(run.id, { at, action: event.action, message: event.message } satisfies LogLine);
            apply(run, {
              type: 'narrated',
              at,
              jobId,
              ...narration(event),
              address: (port) => hive.workerAddress(port),
            });
            break;
          case 'done':
          case 'cancelled':
            apply(run, { type: 'ended', at, jobId, as: event.type, reason: '' });
            break;
          case 'failed':
            apply(run, { type: 'ended', at, jobId, as: 'failed', reason: event.reason });
            break;
          case 'lost':
            apply(run, { type: 'lost', at, jobId });
            if (event.why === 'refused') seenDown(run, step);
            break;
        }
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      release();
      delete loop.following;
    }
    await store.flush();
  }

  /** While a stream is followed its end is the answer to a cancel; it is waited for, but not for ever. */
  async function cancelFollowed(run: Run, jobId: string, following: AbortController): Promise<void> {
    const { signal } = following;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        const answer = await client(run.hive).cancel(jobId, signal);
        apply(run, { type: 'cancel-sent', at: now() });
        await until(now() + (answer === 'gone' ? cancelWaitMs / 5 : cancelWaitMs), signal);
        following.abort();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof HiveUnreachable)) return following.abort();
        await until(now() + delayAfter(tries), signal).catch(() => {});
      }
    }
  }

  async function lookForEvidence(run: Run, step: Step, wake: AbortSignal): Promise<void> {
    const job = step.job;
    if (!job) return;
    await until(job.nextCheckAt, wake);
    let evidence: Awaited<ReturnType<typeof evidenceFor>>;
    try {
      evidence = await evidenceFor(run, step.name, client(run.hive), wake);
    } catch (error) {
      if (wake.aborted || !(error instanceof RbeeError)) throw error;
      const failed = failureEvent(run, now());
      if (failed) apply(run, failed);
      else if (error instanceof HiveUnreachable && error.why === 'refused') seenDown(run, step);
      // An answer that cannot be read is no proof of anything: a job that may be alive is not given up for it.
      else
        apply(
          run,
          job.ended
            ? verdict(run, step, job)
            : { type: 'checked', at: now(), nextCheckAt: now() + delayAfter(job.checks) },
        );
      return;
    }
    if (evidence) {
      const there = job.ended?.as === 'failed' && step.name !== 'spawn';
      apply(run, { type: 'proven', at: now(), ...evidence, ...(there && { note: 'already-there' as const }) });
      return;
    }
    apply(run, verdict(run, step, job));
  }

  /** What follows from looking in vain. */
  function verdict(run: Run, step: Step, job: NonNullable<Step['job']>): RunEvent {
    const at = now();
    const failed = failureEvent(run, at);
    if (failed) return failed;
    const overdue = step.name === 'spawn' ? at - job.postedAt > spawnDeadlineMs : job.checks >= mostConfirmations;
    if (job.ended && overdue) {
      return step.name === 'spawn'
        ? { type: 'failed', at, code: 'spawn-unproven', text: run.worker?.address ?? '' }
        : { type: 'failed', at, code: 'hive-protocol', text: 'The hive says done, and its list does not have it.' };
    }
    if (!job.ended && job.downAt) {
      if (step.name === 'download' && (step.resent ?? 0) < mostResends) return { type: 'resent', at, by: 'itself' };
      return { type: 'failed', at, code: 'job-lost', text: 'The hive was restarted, and its jobs are gone.' };
    }
    if (!job.ended && step.name === 'spawn' && overdue) {
      return { type: 'failed', at, code: 'spawn-unproven', text: run.worker?.address ?? '' };
    }
    return {
      type: 'checked',
      at,
      nextCheckAt: at + (job.ended ? Math.min(delayAfter(job.checks) / 4, 5_000) : delayAfter(job.checks)),
    };
  }

  /** A refused connection on this machine proves that the hive is not there; elsewhere the network may be in between. */
  function seenDown(run: Run, step: Step): void {
    const nextCheckAt = now() + delayAfter(step.job?.checks ?? 0);
    apply(
      run,
      isLoopback(run.hive)
        ? { type: 'hive-down', at: now(), nextCheckAt }
        : { type: 'checked', at: now(), nextCheckAt },
    );
  }

  /** Ends the process a cancelled spawn has started; the client does so only where the hive shows it as a worker. */
  async function stopProcess(run: Run, wake: AbortSignal): Promise<'process-may-remain' | undefined> {
    const pid = run.worker?.pid;
    if (!pid) return 'process-may-remain';
    try {
      await client(run.hive).stopWorker(pid, wake);
      return undefined;
    } catch {
      return 'process-may-remain';
    }
  }

  return {
    schedule,

    /** Wakes the run's loop from whatever it waits for. */
    nudge(id: string): void {
      const loop = loops.get(id);
      if (!loop?.following) loop?.wake.abort();
      schedule();
    },

    cancel(id: string): void {
      const run = store.apply(id, { type: 'cancel-asked', at: now() });
      const loop = loops.get(id);
      const jobId = run && activeStep(run)?.job?.id;
      if (!run || isFinished(run)) return;
      if (loop?.following && jobId) void cancelFollowed(run, jobId, loop.following);
      else loop?.wake.abort();
      schedule();
    },

    /** Looks for hives that started runs wait for. */
    async lookForHives(signal: AbortSignal): Promise<void> {
      const waiting = store.all().filter(({ state }) => state === 'offline');
      for (const hive of new Set(waiting.map((run) => run.hive))) {
        const found = await verify(hive, signal).catch(() => undefined);
        if (!found) continue;
        for (const run of waiting) if (run.hive === hive) apply(run, { type: 'hive-up', at: now(), hive: found.url });
      }
      schedule();
    },
  };
}

const narration = ({ action, message }: { action: string; message: string }) => ({ action, message });

/** 1 s, 2 s, 4 s … a minute. */
const delayAfter = (checks: number): number => Math.min(60_000, 1_000 * 2 ** Math.min(checks, 6));

/** Resolves at that time (now, where there is none); rejects when the signal aborts. */
function until(at: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wait = (at ?? 0) - Date.now();
    if (signal.aborted) return reject(signal.reason);
    if (wait <= 0) return resolve();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, wait);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
