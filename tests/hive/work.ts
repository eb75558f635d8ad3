import { orAbort, sleep } from '../net/wait.ts';
import type { StepFault } from './faults.ts';
import type { Hive } from './hive.ts';
import type { Job } from './jobs.ts';
import { formatEvent, formatNarration, formatTable, type Line } from './narration.ts';

/** The functions with which an operation narrates and waits, so that cancels and faults apply to it. */
export type Work = {
  readonly job: Job;
  readonly hive: Hive;
  narrate(action: string, message: string): Promise<void>;
  table(action: string, rows: readonly Record<string, string | number | boolean | null>[]): Promise<void>;
  /** Sends a data event. */
  data(action: string, payload: unknown): void;
  /** Waits for the promise. Rejects after a cancel. */
  wait<T>(promise: Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
  /** Aborted when the job was cancelled or the hive was killed. */
  readonly dropped: AbortSignal;
};

const droppedReason = new Error('dropped');

export function narrate(hive: Hive, job: Job, path: string, line: Line): void {
  job.lines.push(line);
  if (!job.queue.offer(formatEvent(formatNarration(path, line)))) job.dropped++;
  hive.log(`  ${job.operation ?? '?'} ${line.action}: ${line.message.split('\n')[0]}`);
  hive.changes.changed();
}

async function applyStep(
  hive: Hive,
  job: Job,
  path: string,
  fault: StepFault | undefined,
  dropped: AbortSignal,
): Promise<void> {
  if (!fault) return;
  if (fault.delayMs) await sleep(fault.delayMs, dropped);
  if (fault.pause) await hive.gates.wait(dropped);
  for (let i = 0; i < (fault.burst?.count ?? 0); i++) {
    const { action = 'build_output', message = 'burst {i}' } = fault.burst ?? {};
    narrate(hive, job, path, { action, message: message.replace('{i}', String(i)) });
    // The reader runs in the same process and has to run before the queue is full.
    if (i % 500 === 499) await sleep(0, dropped);
  }
  if (fault.fail !== undefined) throw new Error(fault.fail);
}

/** Runs an operation to the job's final state, as the hive's runner does. */
export async function runJob(
  hive: Hive,
  job: Job,
  path: string,
  operate: (work: Work) => Promise<void>,
): Promise<void> {
  const drop = new AbortController();
  const dropped = AbortSignal.any([drop.signal, hive.killed.signal]);
  const cancelled = job.cancel.signal;
  const onCancel = (): void => drop.abort(droppedReason);
  const throwIfDropped = (): void => {
    if (dropped.aborted) throw droppedReason;
  };

  const work: Work = {
    job,
    hive,
    dropped,
    narrate: async (action, message) => {
      throwIfDropped();
      await applyStep(hive, job, path, hive.faults.step('before', action, job.operation), dropped);
      narrate(hive, job, path, { action, message });
      await applyStep(hive, job, path, hive.faults.step('after', action, job.operation), dropped);
    },
    table: (action, rows) => work.narrate(action, formatTable(rows)),
    data: (action, payload) => {
      job.queue.offer(formatEvent(JSON.stringify({ action, payload }), 'data'));
    },
    wait: async (promise) => {
      promise.catch(() => {}); // It may still reject after the job was dropped.
      throwIfDropped();
      if (cancelled.aborted) drop.abort(droppedReason);
      return orAbort(promise, dropped);
    },
    sleep: (ms) => work.wait(sleep(ms, dropped)),
  };

  narrate(hive, job, path, { action: 'execute', message: `Executing job ${job.id}` });
  if (cancelled.aborted) drop.abort(droppedReason);
  else cancelled.addEventListener('abort', onCancel, { once: true });
  try {
    throwIfDropped();
    await operate(work);
    if (dropped.aborted) throw droppedReason;
    job.state = 'completed';
  } catch (error) {
    if (hive.killed.signal.aborted) return;
    if (drop.signal.aborted) {
      job.state = 'cancelled';
      narrate(hive, job, path, { action: 'cancelled', message: `Job ${job.id} cancelled` });
    } else {
      job.state = 'failed';
      job.error = error instanceof Error ? error.message : String(error);
      narrate(hive, job, path, { action: 'failed', message: `Job ${job.id} failed: ${job.error}` });
    }
  } finally {
    cancelled.removeEventListener('abort', onCancel);
    job.endedAt = Date.now();
    job.queue.close();
    hive.changes.changed();
  }
}
