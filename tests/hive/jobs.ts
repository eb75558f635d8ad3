import { randomUUID } from 'node:crypto';
import type { Line } from './narration.ts';

/** Capacity for unread events; further ones are dropped (rbee-keeper/rbee 0509312f). */
const queueSlots = 10_000;

export type JobState = 'queued' | 'completed' | 'failed' | 'cancelled';

export type Queue = {
  /** False if the event was dropped: the queue is full, closed or abandoned. */
  offer(event: string): boolean;
  close(): void;
  /** The next event; undefined once the queue is closed and empty. */
  next(): Promise<string | undefined>;
  /** Called when the reader has disconnected. */
  abandon(): void;
};

export type Job = {
  readonly id: string;
  /** The name in the payload, known to the hive or not. */
  readonly operation: string | undefined;
  readonly payload: unknown;
  state: JobState;
  error?: string;
  readonly postedAt: number;
  openedAt?: number;
  endedAt?: number;
  /** All lines, including those that were not read. */
  readonly lines: Line[];
  /** Number of dropped events. */
  dropped: number;
  /** Aborted by a DELETE. */
  readonly cancel: AbortController;
  readonly queue: Queue;
  /** The stream was opened, which is possible only once. */
  opened: boolean;
};

function createQueue(): Queue {
  const events: string[] = [];
  let closed = false;
  let abandoned = false;
  let wake = (): void => {};
  return {
    offer: (event) => {
      if (closed || abandoned || events.length >= queueSlots) return false;
      events.push(event);
      wake();
      return true;
    },
    close: () => {
      closed = true;
      wake();
    },
    next: async () => {
      while (events.length === 0 && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return events.shift();
    },
    abandon: () => {
      abandoned = true;
      events.length = 0;
    },
  };
}

export function createJob(payload: unknown): Job {
  const operation = (payload as { operation?: unknown } | null)?.operation;
  return {
    id: `job-${randomUUID()}`,
    operation: typeof operation === 'string' ? operation : undefined,
    payload,
    state: 'queued',
    postedAt: Date.now(),
    lines: [],
    dropped: 0,
    cancel: new AbortController(),
    queue: createQueue(),
    opened: false,
  };
}
