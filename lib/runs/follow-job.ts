import { isLoopback } from '../hive/address.ts';
import { type HiveClient, HiveUnreachable } from '../hive/client.ts';
import { backOffMs, offlineBackOffMs, sleep } from './back-off.ts';
import { maxChecksAfterEnd, spawnDeadlineMs } from './decide-without-evidence.ts';
import type { RunEvent } from './events.ts';
import type { Job, LogLine, Run, Step, Worker } from './run.ts';
import type { Store } from './store.ts';

const cancelWaitMs = 10_000;

export type FollowDeps = {
  store: Store;
  client(hive: string): HiveClient;
  now(): number;
  /** Keeps the service worker alive until the returned function is called. */
  keepAlive(): () => void;
};

/** Opens the job's stream, which starts the job, and reads it to its end. `stop` ends the reading. */
export async function followJob(
  run: Run,
  step: Step & { job: Job },
  deps: FollowDeps,
  stop: AbortController,
): Promise<void> {
  const { store, now } = deps;
  const { job } = step;
  const jobId = job.id;
  const hive = deps.client(run.hive);
  const apply = (event: RunEvent) => store.apply(run.id, event);
  const release = deps.keepAlive();
  // After the deadline the worker is looked for instead. A timer, because it stands still while the machine sleeps.
  const overdue = step.name === 'spawn' ? setTimeout(() => stop.abort(), spawnDeadlineMs) : undefined;
  let opened = false;
  try {
    const end = await hive.follow(jobId, stop.signal, (event) => {
      if (event.type === 'opened') {
        opened = true;
        apply({ type: 'opened', jobId });
      }
      if (event.type !== 'narration') return;
      const { action, message, reading = {} } = event;
      const known = store.get(run.id)?.worker?.port;
      store.log(run.id, { at: now(), action, message } satisfies LogLine);
      const address = reading.port === undefined ? undefined : hive.workerAddress(reading.port);
      const after = apply({ type: 'narrated', jobId, reading, ...(address && { address }) });
      if (after?.worker && after.worker.port !== known) void probePort(run, jobId, after.worker, deps, stop.signal);
    });
    if (end.type === 'lost') {
      const wasOpen = end.why === 'taken' || end.why === 'ended';
      const after = wasOpen ? undefined : await askIfOffline(run, job, end.why === 'refused', deps, stop.signal);
      // A stream that was not opened is opened again: at worst the hive answers that it was.
      const isTooLate = step.name === 'spawn' && job.checks >= maxChecksAfterEnd;
      if (!opened && after?.type === 'checked' && !isTooLate) apply(after);
      else {
        apply({ type: 'lost', jobId });
        if (after) apply(after);
      }
    } else apply({ type: 'ended', jobId, as: end.type, reason: end.type === 'failed' ? end.reason : '' });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(overdue);
    stop.abort();
    release();
  }
  await store.flush().catch(() => {});
}

/** Whatever answers on the announced port before the hive has started a process for it is an old worker or another program. */
async function probePort(
  run: Run,
  jobId: string,
  worker: Worker,
  deps: FollowDeps,
  signal: AbortSignal,
): Promise<void> {
  if (worker.pid) return;
  const probe = await deps
    .client(run.hive)
    .probeWorker(worker.port, signal)
    .catch(() => undefined);
  if (probe?.state === 'healthy') deps.store.apply(run.id, { type: 'port-taken', jobId });
}

/** While a stream is read, its end is the answer to a cancel; it is waited for, but not forever. */
export async function cancelFollowedJob(
  run: Run,
  jobId: string,
  { store, client }: FollowDeps,
  following: AbortController,
): Promise<void> {
  const { signal } = following;
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      await store.flush().catch(() => {});
      const answer = await client(run.hive).cancel(jobId, signal);
      store.apply(run.id, { type: 'cancel-sent' });
      await sleep(answer === 'gone' ? cancelWaitMs / 5 : cancelWaitMs, signal);
      following.abort();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof HiveUnreachable)) return following.abort();
      await sleep(backOffMs(tries), signal).catch(() => {});
    }
  }
}

/**
 * What follows if the hive does not answer for this job. If it may be offline, it is asked once more: a second refused connection on this
 * machine proves that it is, and that its jobs are gone. Elsewhere the network may be the cause; once is no proof, because browsers also drop
 * connections when the network changes or the machine wakes up.
 */
export async function askIfOffline(
  run: Run,
  job: Job,
  mayBeOffline: boolean,
  { client, now }: FollowDeps,
  signal: AbortSignal,
): Promise<RunEvent> {
  const identity = mayBeOffline && isLoopback(run.hive) ? await client(run.hive).identify(signal) : undefined;
  if (identity?.state === 'offline' && identity.why === 'refused') {
    return { type: 'hive-offline', nextCheckAt: now() + offlineBackOffMs(job.checks) };
  }
  return { type: 'checked', nextCheckAt: now() + backOffMs(job.checks) };
}
