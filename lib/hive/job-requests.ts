import { RbeeError } from '../errors.ts';
import { createDeadline } from '../http.ts';
import { clean, type HiveEvent, isEnd, type JobEnd, type JobEvent, readHiveEvent } from './events.ts';
import { HiveUnreachable, type Http, type HttpReply, isGatewayError, readJson, type Stream } from './http.ts';
import { readJobId } from './json.ts';
import { assertSafe, type Operation } from './operation-types.ts';
import { isCancelReply } from './replies.ts';
import type { SseMessage } from './sse.ts';

/** Lists and single actions answer at once or not at all. */
const quickJobMs = 30_000;

/** Calls `ask` with the hive's origin, and again with another one if a program that is not a hive answered at the first. */
export type Reach = <T>(signal: AbortSignal, ask: (origin: string) => Promise<T>) => Promise<T>;

/** The jobs of one hive: submit, follow, cancel, and `run` for jobs that answer at once. */
export function createJobs(http: Http, reach: Reach) {
  const pathOf = (jobId: string) => `/v1/jobs/${encodeURIComponent(jobId)}`;

  async function submit(operation: Operation, signal: AbortSignal): Promise<string> {
    assertSafe(operation);
    return reach(signal, async (origin) => {
      const reply = await http.read(`${origin}/v1/jobs`, signal, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(operation),
      });
      const jobId = readJobId(readJson(reply));
      if (!jobId) throw refusal(reply);
      return jobId;
    });
  }

  async function cancel(jobId: string, signal: AbortSignal): Promise<'cancelled' | 'gone'> {
    return reach(signal, async (origin) => {
      const reply = await http.read(`${origin}${pathOf(jobId)}`, signal, { method: 'DELETE' });
      if (isCancelReply(readJson(reply))) return 'cancelled';
      if (reply.status === 404 && reply.type === 'text/plain' && reply.text.includes('not found')) return 'gone';
      throw refusal(reply);
    });
  }

  async function openStream(path: string, signal: AbortSignal): Promise<Required<Stream>> {
    return reach(signal, async (origin) => {
      const { messages, ...stream } = await http.open(`${origin}${path}`, signal);
      if (messages) return { ...stream, messages };
      stream.close();
      throw refusal({ ...stream, type: '', text: '' });
    });
  }

  /**
   * Also passes each message as it was sent, before it is shortened for display. A callback, because awaiting each event takes longer than
   * reading it.
   */
  async function follow(
    jobId: string,
    signal: AbortSignal,
    onEvent: (event: JobEvent, message?: SseMessage) => void,
  ): Promise<JobEnd> {
    let stream: Required<Stream>;
    try {
      stream = await openStream(`${pathOf(jobId)}/stream`, signal);
    } catch (cause) {
      signal.throwIfAborted();
      return { type: 'lost', why: cause instanceof HiveUnreachable ? cause.why : 'garbled' };
    }
    let why: 'ended' | 'garbled' = 'ended';
    const read = () =>
      stream.messages.next().catch((cause: unknown) => {
        if (cause instanceof RbeeError) why = 'garbled';
        return { done: true } as const;
      });
    try {
      onEvent({ type: 'opened' });
      let count = 0;
      for (let batch = await read(); !batch.done; batch = await read()) {
        for (const message of batch.value) {
          signal.throwIfAborted();
          const event = readHiveEvent(message);
          if (isEnd(event)) {
            // A job that ran has sent `execute` and `route_job`. [DONE] without them is "channel not found" in other words.
            return event.type === 'done' && count < 2 ? { type: 'lost', why: 'taken' } : event;
          }
          onEvent(event, message);
          count += 1;
        }
      }
    } finally {
      stream.close();
    }
    signal.throwIfAborted();
    return { type: 'lost', why };
  }

  /**
   * Runs a job to its end and returns the first result of `read` that is not undefined. If there is none and the job did not end with
   * `[DONE]`, throws why: `hive-rejected` with the hive's text, `cancelled-by-hive`, `HiveUnreachable` or `hive-protocol`.
   */
  async function run<T>(
    operation: Operation,
    read: (event: HiveEvent, message?: SseMessage) => T | undefined,
    outer: AbortSignal,
  ): Promise<T | undefined> {
    const deadline = createDeadline(outer, quickJobMs);
    let answer: T | undefined;
    try {
      const jobId = await submit(operation, deadline.signal);
      const end = await follow(jobId, deadline.signal, (event, message) => {
        answer ??= read(event, message);
      });
      answer ??= read(end);
      const failure = failureOf(operation, end);
      if (failure && answer === undefined) throw failure;
      return answer;
    } catch (cause) {
      outer.throwIfAborted();
      throw deadline.expired() ? new HiveUnreachable('timeout', operation.operation, { cause }) : cause;
    } finally {
      deadline.end();
    }
  }

  return { submit, cancel, openStream, follow, run };
}

/** A hive refuses with plain text. Any other unexpected reply comes from something else. */
function refusal(reply: HttpReply): RbeeError {
  if (isGatewayError(reply)) return new HiveUnreachable('gateway', `HTTP ${reply.status}`);
  if (reply.status >= 400 && reply.type === 'text/plain') {
    return new RbeeError('hive-rejected', clean(reply.text, 2_000));
  }
  return new RbeeError('hive-protocol', `HTTP ${reply.status} ${reply.type}`);
}

function failureOf({ operation }: Operation, end: JobEnd): RbeeError | undefined {
  if (end.type === 'failed') return new RbeeError('hive-rejected', end.reason);
  if (end.type === 'cancelled') return new RbeeError('cancelled-by-hive', operation);
  if (end.type !== 'lost') return undefined;
  const { why } = end;
  return why === 'ended' || why === 'taken' || why === 'garbled'
    ? new RbeeError('hive-protocol', operation)
    : new HiveUnreachable(why, operation);
}
