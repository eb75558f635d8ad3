import { RbeeError } from '../errors.ts';
import { isLoopback } from '../hive/address.ts';
import { type HiveClient, HiveUnreachable } from '../hive/client.ts';
import type { VerifiedHive } from '../hive/types.ts';
import { evidenceFor, findProcess } from './evidence.ts';
import { operationFor } from './operation.ts';
import type { Planner } from './planner.ts';
import { activeStep, failureEvent, type Happening, recipeOf } from './reducer.ts';
import { type Action, nextAction } from './resume-rules.ts';
import type { Job, LogLine, Run, Step, Worker } from './run.ts';
import { admit, isTwin, type Limits } from './schedule.ts';
import type { Store } from './store.ts';

export type RunnerDeps = {
  store: Store;
  client(hive: string): HiveClient;
  /** The hive, verified within the last minute. Throws `HiveUnreachable`, or an `RbeeError` where something else answers. */
  verify(hive: string, signal: AbortSignal): Promise<VerifiedHive>;
  planner: Planner;
  /** That the hive was verified is worth nothing any more. */
  forget(hive: string): void;
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
/** A hive that is away for so long takes no cancel any more: the run ends, and says what may remain. */
const cancelGivesUpMs = 24 * 3_600_000;
const longestWaitMs = 60_000;

type Loop = { wake: AbortController; following?: AbortController };
type Perform = (run: Run, step: Step, wake: AbortSignal, loop: Loop) => Promise<void>;

/** Drives every run that can go on. One loop a run, each turn decided by `nextAction` from the stored record alone. */
export function createRunner({ store, client, verify, forget, planner, limits, now, hold }: RunnerDeps) {
  const loops = new Map<string, Loop>();

  function schedule(): void {
    for (const run of admit(store.all(), limits())) store.apply(run.id, { type: 'admitted' });
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
        if (store.get(id) === run && !signal.aborted) throw new RbeeError('hive-protocol', action);
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
      forget(run.hive);
      apply(run, { type: 'hive-down', nextCheckAt: now() + delayAfter(activeStep(run)?.job?.checks ?? 0) });
      return;
    }
    const code = error instanceof RbeeError ? error.code : 'hive-protocol';
    apply(run, { type: 'failed', code, text: (error as Error)?.message ?? String(error) });
  }

  const apply = (run: Run, event: Happening): Run | undefined => store.apply(run.id, event);

  const perform: Record<Exclude<Action, 'rest'>, Perform> = {
    async resolve(run, _step, wake) {
      const hive = await planner.selectHive(run, wake);
      apply(run, { type: 'hive-up', hive: hive.url });
      const resolution = await planner.chooseFile({ ...run, hive: hive.url }, hive.devices, wake);
      apply(run, { ...resolution });
    },

    async 'check-binary'(run, _step, wake) {
      if (!run.device) {
        const hive = await planner.selectHive(run, wake);
        apply(run, { type: 'hive-up', hive: hive.url });
        apply(run, { type: 'equipped', device: planner.chooseDevice(run, hive.devices) });
        return;
      }
      const found = await evidenceFor(run, 'install', client(run.hive), wake);
      const isWorkersRun = !run.steps.some(({ name }) => name === 'spawn');
      if (found) {
        apply(run, isWorkersRun ? { type: 'proven', note: 'already-there' } : { type: 'skipped' });
      } else if (isWorkersRun || run.agreed) apply(run, { type: 'agreed' });
      else apply(run, { type: 'choice-needed', reason: 'install' });
    },

    async submit(run, step, wake) {
      const hive = await verify(run.hive, wake);
      if (hive.url !== run.hive) {
        apply(run, { type: 'hive-up', hive: hive.url });
        return;
      }
      const { worker, ...there } = step.name === 'spawn' ? await workersBefore(run, step, wake) : {};
      const shared = step.name === 'download' && store.all().some((other) => isTwin(run, other));
      if (worker || (shared && (await evidenceFor(run, 'download', client(run.hive), wake)))) {
        apply(run, { type: 'proven', ...(worker && { worker }), note: 'already-there' });
        return;
      }
      // A download that dies here finds its file anew, and nobody has to be asked twice for that.
      await (step.name === 'download' ? store.settle() : store.flush());
      const jobId = await client(run.hive).submit(operationFor(run, step.name), wake);
      apply(run, { type: 'posted', jobId, ...there });
      // Not opened before its id is stored: where that fails the run ends, and the job never runs.
      await store.flush();
    },

    open: follow,

    async 'mark-lost'(run, step) {
      if (step.job) apply(run, { type: 'lost', jobId: step.job.id });
    },

    look: lookForEvidence,

    async 'send-again'(run, step, wake) {
      if (!(await cancelJob(run, step, wake))) return;
      if (step.name === 'spawn') await stopProcess(run, step, wake);
      apply(run, { type: 'resent', by: 'person' });
    },

    async 'send-cancel'(run, step, wake) {
      await store.flush().catch(() => {});
      const reached = await cancelJob(run, step, wake);
      if (reached) apply(run, { type: 'cancel-sent' });
      else if (now() - (run.cancel?.askedAt ?? 0) > cancelGivesUpMs) {
        const note = step.name === 'spawn' && step.job?.openedAt ? ('process-may-remain' as const) : undefined;
        apply(run, { type: 'cancel-settled', ...(note && { note }) });
      }
    },

    async 'settle-cancel'(run, step, wake) {
      const note = step.name === 'spawn' && step.job?.openedAt ? await stopProcess(run, step, wake) : undefined;
      apply(run, { type: 'cancel-settled', ...(note && { note }) });
    },
  };

  /**
   * What was there before a spawn, by the hive's telemetry and by whether the workers we know of answer. `worker`: one of them was
   * started for the same, by an earlier attempt or another run. What an earlier attempt left and is of no use is stopped, or told of.
   */
  async function workersBefore(run: Run, step: Step, wake: AbortSignal) {
    const hive = client(run.hive);
    // Where a run was moved to another hive, its worker stayed.
    const isHere = (worker: Worker) => worker.address === hive.workerAddress(worker.port);
    const known = store.all().flatMap(({ worker }) => (worker && isHere(worker) ? [worker] : []));
    const [telemetry, ports] = await Promise.all([
      hive.telemetry(wake),
      Promise.all(
        [...new Set(known.map(({ port }) => port))].map(async (port) =>
          (await hive.workerHealth(port, wake)) === 'healthy' ? [port] : [],
        ),
      ),
    ]);
    const occupied = ports.flat();
    const workers = telemetry?.workers ?? [];
    const recipe = recipeOf(run);
    /** Where the hive lists no worker, its port has to be enough, and nobody else's. */
    const isOurs = ({ port, pid, taken }: Worker) =>
      workers.length > 0
        ? workers.some((there) => there.port === port && (pid ? there.pid === pid : there.model === run.model))
        : !taken && known.every((other) => other.port !== port || other.recipe === recipe);
    const worker = known.find((one) => one.recipe === recipe && occupied.includes(one.port) && isOurs(one));
    const old = run.worker && isHere(run.worker) ? run.worker : undefined;
    const isThere = old && !worker && (workers.length === 0 || workers.some(({ port }) => port === old.port));
    const note = !isThere
      ? undefined
      : old.recipe === recipe
        ? await stopProcess(run, step, wake)
        : 'process-may-remain';
    const before = telemetry && workers.map(({ pid, port }) => ({ pid, ...(port && { port }) }));
    return { worker, before, occupied, note } as const;
  }

  /** False where the hive is away; then the next try has its time. */
  async function cancelJob(run: Run, step: Step, wake: AbortSignal): Promise<boolean> {
    if (!step.job) return true;
    await until(step.job.nextCheckAt, wake);
    try {
      await client(run.hive).cancel(step.job.id, wake);
      return true;
    } catch (error) {
      if (wake.aborted || !(error instanceof RbeeError)) throw error;
      if (error instanceof HiveUnreachable) apply(run, await away(run, step.job, error, wake));
      else if (step.job.checks < mostConfirmations) apply(run, later(step.job));
      else throw error;
      return false;
    }
  }

  /** Opens the job's stream, which starts the job, and follows it to its end. */
  async function follow(run: Run, step: Step, wake: AbortSignal, loop: Loop): Promise<void> {
    const { job } = step;
    if (!job) return;
    await until(job.nextCheckAt, wake);
    const jobId = job.id;
    const hive = client(run.hive);
    const stop = new AbortController();
    loop.following = stop;
    const release = hold();
    // A stream that tells nothing any more is let go, so that the worker is looked for. By a timer: it stands still while the machine sleeps.
    const overdue = step.name === 'spawn' ? setTimeout(() => stop.abort(), spawnDeadlineMs) : undefined;
    let opened = false;
    try {
      for await (const event of hive.follow(jobId, stop.signal)) {
        switch (event.type) {
          case 'opened':
            opened = true;
            apply(run, { type: 'opened', jobId });
            break;
          case 'narration': {
            const { action, message } = event;
            const port = store.get(run.id)?.worker?.port;
            store.log(run.id, { at: now(), action, message } satisfies LogLine);
            const told = apply(run, { type: 'narrated', jobId, action, message, address: hive.workerAddress });
            if (told?.worker && told.worker.port !== port) void probe(run, jobId, told.worker, stop.signal);
            break;
          }
          case 'done':
          case 'cancelled':
            apply(run, { type: 'ended', jobId, as: event.type, reason: '' });
            break;
          case 'failed':
            apply(run, { type: 'ended', jobId, as: 'failed', reason: event.reason });
            break;
          case 'lost': {
            const told = event.why === 'taken' || event.why === 'ended';
            const after = told ? undefined : await away(run, job, event, stop.signal);
            // A stream that was not opened is opened again: at worst the hive says that it was.
            const isTooLate = step.name === 'spawn' && job.checks >= mostConfirmations;
            if (!opened && after?.type === 'checked' && !isTooLate) apply(run, after);
            else {
              apply(run, { type: 'lost', jobId });
              if (after) apply(run, after);
            }
            break;
          }
        }
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      clearTimeout(overdue);
      stop.abort();
      release();
      delete loop.following;
    }
    await store.flush().catch(() => {});
  }

  /** Who answers on a port before the hive has started a process for it is an old worker, or another program. */
  async function probe(run: Run, jobId: string, worker: Worker, signal: AbortSignal): Promise<void> {
    if (worker.pid) return;
    const health = await client(run.hive)
      .workerHealth(worker.port, signal)
      .catch(() => undefined);
    if (health === 'healthy') apply(run, { type: 'port-taken', jobId });
  }

  /** While a stream is followed its end is the answer to a cancel; it is waited for, but not for ever. */
  async function cancelFollowed(run: Run, jobId: string, following: AbortController): Promise<void> {
    const { signal } = following;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        await store.flush().catch(() => {});
        const answer = await client(run.hive).cancel(jobId, signal);
        apply(run, { type: 'cancel-sent' });
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
      apply(run, await unanswered(run, job, error, wake));
      return;
    }
    if (evidence) {
      const there = job.ended?.as === 'failed' && step.name !== 'spawn';
      apply(run, { type: 'proven', ...evidence, ...(there && { note: 'already-there' as const }) });
      return;
    }
    const next = verdict(run, step, job);
    // A worker is looked for without a word from the hive, so whether the hive is still there has to be asked.
    const unheard = step.name === 'spawn' && next.type === 'checked' && job.lostAt && !job.downAt;
    apply(run, unheard ? await away(run, job, { why: 'refused' }, wake) : next);
  }

  /** What follows where the hive could not be asked. */
  async function unanswered(run: Run, job: Job, error: RbeeError, wake: AbortSignal): Promise<Happening> {
    const failed = failureEvent(run, 'unasked');
    if (failed) return failed;
    // Whether it finished first will not be known.
    if (run.cancel && job.checks >= mostConfirmations) return { type: 'cancel-settled' };
    if (error instanceof HiveUnreachable) return away(run, job, error, wake);
    // An answer that cannot be read is no proof of anything: a job that may be alive is not given up for it.
    if (!job.ended || job.checks < mostConfirmations) return later(job);
    return { type: 'failed', code: error.code, text: error.message };
  }

  /** What follows from looking in vain. */
  function verdict(run: Run, step: Step, job: Job): Happening {
    const failed = failureEvent(run, 'not-there');
    const early = step.name === 'spawn' && now() - (job.openedAt ?? job.postedAt) <= spawnDeadlineMs;
    // The hive gives up after 120 s and leaves the process running, which may only be slow.
    if (failed) return early && failed.code === 'spawn-timeout' && run.worker?.pid ? later(job) : failed;
    if (early) return later(job);
    const restarted = { type: 'failed', code: 'job-lost', text: 'The hive was restarted.' } as const;
    if (step.name === 'spawn') {
      return job.downAt ? restarted : { type: 'failed', code: 'spawn-unproven', text: run.worker?.address ?? '' };
    }
    if (job.ended) {
      if (job.checks < mostConfirmations) return later(job);
      return { type: 'failed', code: 'hive-protocol', text: 'Said to be done, and not listed.' };
    }
    if (!job.downAt) return later(job);
    if (step.name === 'download' && (step.resent ?? 0) < mostResends) return { type: 'resent', by: 'itself' };
    return restarted;
  }

  /** What a hive has said is done shows within seconds; what was lost may take hours. */
  function later(job: Job): Happening {
    const delay = delayAfter(job.checks);
    return { type: 'checked', nextCheckAt: now() + (job.ended ? Math.min(delay / 4, 5_000) : delay) };
  }

  /**
   * The hive does not answer. A connection refused on this machine, and refused again, proves that it is not there and its jobs
   * are gone; elsewhere the network may be in between. Once is no proof: browsers also drop connections when the network
   * changes or the machine wakes.
   */
  async function away(run: Run, job: Job, { why }: { why: string }, signal: AbortSignal): Promise<Happening> {
    const identity = why === 'refused' && isLoopback(run.hive) ? await client(run.hive).identify(signal) : undefined;
    const down = identity?.state === 'down' && identity.why === 'refused';
    return { type: down ? 'hive-down' : 'checked', nextCheckAt: now() + delayAfter(job.checks) };
  }

  /** Ends the process a cancelled spawn has started; the client does so only where the hive shows it as a worker. */
  async function stopProcess(run: Run, step: Step, wake: AbortSignal): Promise<'process-may-remain' | undefined> {
    const { job } = step;
    const hive = client(run.hive);
    const told = run.worker?.pid;
    // The whole stream was read, and told of no process. Work that the hive dropped may have come to one all the same.
    if (!told && job?.ended && job.ended.as !== 'cancelled' && !job.lostAt) return undefined;
    try {
      const found = told ? { pid: told } : await findProcess(run, step, hive, wake);
      if (typeof found === 'object') await hive.stopWorker(found.pid, wake);
      return found === 'unknown' ? 'process-may-remain' : undefined;
    } catch {
      wake.throwIfAborted();
      return 'process-may-remain';
    }
  }

  /** Resolves at that time (now, where there is none); rejects when the signal aborts. Never long: clocks are set back. */
  function until(at: number | undefined, signal: AbortSignal): Promise<void> {
    return sleep(Math.min((at ?? 0) - now(), longestWaitMs), signal);
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
      const before = store.get(id);
      const run = store.apply(id, { type: 'cancel-asked' });
      if (!run || run === before) return;
      const loop = loops.get(id);
      const jobId = activeStep(run)?.job?.id;
      if (loop?.following && jobId) void cancelFollowed(run, jobId, loop.following);
      else loop?.wake.abort();
      schedule();
    },

    /** Looks for hives that started runs wait for. */
    async lookForHives(signal: AbortSignal): Promise<void> {
      const waiting = Map.groupBy(
        store.all().filter(({ state }) => state === 'offline'),
        (run) => run.anyHive || run.hive,
      );
      for (const runs of waiting.values()) {
        const found =
          runs[0] && (await planner.selectHive(runs[0], signal).catch((error: unknown) => error as RbeeError));
        for (const run of runs) {
          if (store.get(run.id) !== run) continue;
          if (found instanceof Error) settleError(run, found);
          else if (found) apply(run, { type: 'hive-up', hive: found.url });
        }
      }
      schedule();
    },
  };
}

/** 1 s, 2 s, 4 s … a minute. */
const delayAfter = (checks: number): number => Math.min(longestWaitMs, 1_000 * 2 ** Math.min(checks, 6));

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (ms <= 0) return resolve();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
