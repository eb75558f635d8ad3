import { RbeeError } from '../errors.ts';
import { createDeadline } from '../http.ts';
import { clean, type HiveEvent, isTerminal, readHiveEvent, splitNarration } from './events.ts';
import { createHttp, HiveUnreachable, type HttpOptions, type Reply } from './http.ts';
import { parseJson, readJobId } from './json.ts';
import { assertSafe, type Operation, sanitiseId } from './operations.ts';
import { readWorkerProcess, type WorkerProcess } from './processes.ts';
import {
  type InstalledWorker,
  isCancelReply,
  isWorkerHealth,
  readDevices,
  readInstalledWorkers,
  readModels,
  readTelemetry,
  type Telemetry,
} from './replies.ts';
import type { SseMessage } from './sse.ts';
import type { Device, HiveModel } from './types.ts';

export { HiveUnreachable } from './http.ts';
export type { WorkerProcess } from './processes.ts';
export type { InstalledWorker, Telemetry } from './replies.ts';

export type HiveIdentity =
  | { state: 'connected'; devices: Device[] }
  | { state: 'down'; why: 'refused' | 'timeout' }
  | { state: 'not-a-hive' }
  /** From before 2025-11-01: it knows no worker installs, and its jobs end in `[DONE]` whether they failed or not. */
  | { state: 'old-hive' };

/** Everything one hive can be asked. Every method throws the abort when its signal aborts. */
export type HiveClient = {
  /** Stores a job at the hive and returns its id. It does nothing until it is followed. Throws `HiveUnreachable`, `hive-rejected`, `hive-protocol`. */
  submit(operation: Operation, signal: AbortSignal): Promise<string>;
  /** Starts the job and tells of it, once in its life: a second call for the same id yields `lost`. Ends after one terminal event; throws nothing but the abort. */
  follow(jobId: string, signal: AbortSignal): AsyncGenerator<HiveEvent, void, undefined>;
  /** `gone`: the hive has no such job, or it has ended. Throws as `submit`. */
  cancel(jobId: string, signal: AbortSignal): Promise<'cancelled' | 'gone'>;
  /** At most 10,000. Throws as `submit`, and `hive-protocol` where no list came. */
  models(signal: AbortSignal): Promise<HiveModel[]>;
  installedWorkers(signal: AbortSignal): Promise<InstalledWorker[]>;
  /** The running workers on the hive's machine, also those started by hand; at most 1,000. Fails where `ps` does (Windows). Throws as `models`. */
  workerProcesses(signal: AbortSignal): Promise<WorkerProcess[]>;
  /**
   * Deletes a model by the id that `models` lists, and returns the list without it. Asks for a fresh list before and after,
   * because the hive says success whether it deleted or not. Throws `message-rejected` where the id means another model too, or is not safe to send.
   */
  deleteModel(id: string, signal: AbortSignal): Promise<HiveModel[]>;
  /** Stops a worker's process. Asks the hive first whether the pid is a worker's, and throws `message-rejected` where it is not. */
  stopWorker(pid: number, signal: AbortSignal): Promise<'stopped' | 'gone'>;
  /** One look at the telemetry; undefined where none came within 2.5 s. */
  telemetry(signal: AbortSignal): Promise<Telemetry | undefined>;
  /** Whether a hive answers here: `/health` is exactly `ok` and `/v1/capabilities` parses. Its web UI answers everything else with 200. */
  identify(signal: AbortSignal): Promise<HiveIdentity>;
  /** Where a worker with this port is: on the hive's host, always plain HTTP. */
  workerAddress(port: number): string;
  /** Whether a worker, and not some `other` program, answers there; `refused` twice over. Throws nothing but the abort. */
  workerHealth(port: number, signal: AbortSignal): Promise<'healthy' | 'other' | 'refused' | 'timeout'>;
};

/** Lists and single calls answer at once or not at all; no download goes this way. */
const quickJobMs = 30_000;
const telemetryMs = 2_500;

/** Throws `not-a-hive` where `baseUrl` is not an http(s) address. */
export function createHiveClient(baseUrl: string, options: HttpOptions = {}): HiveClient {
  const base = originOf(baseUrl);
  const http = createHttp(options);

  /** Once more where refused: browsers also drop connections when the network changes or the machine wakes. */
  const twice: typeof http.read = (...request) =>
    http.read(...request).catch((cause) => {
      if (cause instanceof HiveUnreachable && cause.why === 'refused') return http.read(...request);
      throw cause;
    });

  const jobUrl = (jobId: string) => `${base}/v1/jobs/${encodeURIComponent(jobId)}`;

  async function submit(operation: Operation, signal: AbortSignal): Promise<string> {
    assertSafe(operation);
    const reply = await http.read(`${base}/v1/jobs`, signal, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    });
    const jobId = reply.status === 200 ? readJobId(readBody(reply)) : undefined;
    if (!jobId) throw refusal(reply);
    return jobId;
  }

  /** `whole` sees each message before it is shortened for show. One generator and no second around it: each costs every event. */
  async function* stream(
    jobId: string,
    signal: AbortSignal,
    whole?: (message: SseMessage) => void,
  ): AsyncGenerator<HiveEvent, void, undefined> {
    let connection: Awaited<ReturnType<typeof http.open>>;
    try {
      connection = await http.open(`${jobUrl(jobId)}/stream`, signal);
    } catch (cause) {
      signal.throwIfAborted();
      yield { type: 'lost', why: cause instanceof HiveUnreachable ? cause.why : 'refused' };
      return;
    }
    let why: 'ended' | 'garbled' = 'ended';
    try {
      if (!connection.messages) {
        yield { type: 'lost', why: 'garbled' };
        return;
      }
      yield { type: 'opened' };
      let told = 0;
      for await (const messages of connection.messages) {
        for (const message of messages) {
          signal.throwIfAborted();
          whole?.(message);
          const event = readHiveEvent(message);
          // A job that ran has said `execute` and `route_job`. Less than that before [DONE] is "channel not found" in other words.
          yield event.type === 'done' && told < 2 ? { type: 'lost', why: 'taken' } : event;
          if (isTerminal(event)) return;
          told += 1;
        }
      }
    } catch (cause) {
      if (cause instanceof RbeeError) why = 'garbled';
    } finally {
      connection.close();
    }
    signal.throwIfAborted();
    yield { type: 'lost', why };
  }

  /** Runs a job that answers at once, to its end. Throws where it did not end in `[DONE]` and nothing was read from it. */
  async function ask<T>(
    operation: Operation,
    read: (event: HiveEvent, message: SseMessage | undefined) => T | undefined,
    outer: AbortSignal,
  ): Promise<T | undefined> {
    const deadline = createDeadline(outer, quickJobMs);
    let answer: T | undefined;
    let message: SseMessage | undefined;
    const whole = (next: SseMessage) => {
      message = next;
    };
    try {
      const jobId = await submit(operation, deadline.signal);
      for await (const event of stream(jobId, deadline.signal, whole)) {
        answer ??= read(event, message);
        const failure = failureOf(operation, event);
        if (failure && answer === undefined) throw failure;
      }
      return answer;
    } catch (cause) {
      outer.throwIfAborted();
      throw deadline.expired() ? new HiveUnreachable('timeout', operation.operation, { cause }) : cause;
    } finally {
      deadline.end();
    }
  }

  async function models(signal: AbortSignal): Promise<HiveModel[]> {
    const list = await ask(
      { operation: 'model_list', hive_id: 'localhost' },
      (event) => (event.type === 'data' && event.action === 'model_list' ? readModels(event.payload) : undefined),
      signal,
    );
    if (!list) throw new RbeeError('hive-protocol', 'No models came.');
    return list;
  }

  async function telemetry(outer: AbortSignal): Promise<Telemetry | undefined> {
    const deadline = createDeadline(outer, telemetryMs);
    try {
      const stream = await http.open(`${base}/v1/heartbeats/stream`, deadline.signal);
      for await (const messages of stream.messages ?? []) {
        for (const { event, data } of messages) {
          const sample = event === 'heartbeat' ? readTelemetry(parseJson(data)) : undefined;
          if (sample) return sample;
        }
      }
    } catch {
      outer.throwIfAborted();
    } finally {
      deadline.end();
    }
    return undefined;
  }

  /** By telemetry, or where that is empty (off Linux, always) by what `ps` says of the pid. */
  async function findWorker(pid: number, signal: AbortSignal): Promise<'worker' | 'other' | 'gone'> {
    const sample = await telemetry(signal);
    if (sample?.workers.some((worker) => worker.pid === pid)) return 'worker';
    const found = await ask(
      { operation: 'worker_process_get', hive_id: 'localhost', pid },
      (event) => {
        if (event.type === 'failed' && /^Process \d+ not found$/.test(event.reason)) return 'gone';
        if (event.type !== 'narration' || event.action !== 'worker_proc_get_found') return undefined;
        return /llm-worker|worker-rbee|worker-(?:cpu|cuda|metal)/.test(event.message) ? 'worker' : 'other';
      },
      signal,
    );
    return found ?? 'other';
  }

  return {
    submit,
    follow: (jobId, signal) => stream(jobId, signal),
    models,
    telemetry,

    async cancel(jobId, signal) {
      const reply = await http.read(jobUrl(jobId), signal, { method: 'DELETE' });
      if (reply.status === 200 && isCancelReply(readBody(reply))) return 'cancelled';
      if (reply.status === 404 && reply.type === 'text/plain' && reply.text.includes('not found')) return 'gone';
      throw refusal(reply);
    },

    async installedWorkers(signal) {
      const workers = await ask(
        { operation: 'worker_list_installed', hive_id: 'localhost' },
        (event, message) =>
          event.type === 'narration' && event.action === 'worker_list_installed_json' && message
            ? readInstalledWorkers(parseJson(splitNarration(message.data).message))
            : undefined,
        signal,
      );
      if (!workers) throw new RbeeError('hive-protocol', 'No workers came.');
      return workers;
    },

    async workerProcesses(signal) {
      const processes: WorkerProcess[] = [];
      await ask(
        { operation: 'worker_process_list', hive_id: 'localhost' },
        (event) => {
          if (event.type !== 'narration' || event.action !== 'worker_proc_list_entry') return;
          const process = readWorkerProcess(event.message);
          if (process && processes.length < 1_000) processes.push(process);
        },
        signal,
      );
      return processes;
    },

    async deleteModel(id, signal) {
      const before = await models(signal);
      // Somebody else was faster.
      if (!before.some((model) => model.id === id)) return before;
      const stored = sanitiseId(id);
      const meant = before.filter((model) => sanitiseId(model.id) === stored);
      if (meant.length !== 1) {
        throw new RbeeError('message-rejected', id);
      }
      await ask({ operation: 'model_delete', hive_id: 'localhost', id: stored }, () => undefined, signal);
      const after = await models(signal);
      if (after.some((model) => model.id === id)) {
        throw new RbeeError('message-rejected', id);
      }
      return after;
    },

    async stopWorker(pid, signal) {
      const operation = { operation: 'worker_process_delete', hive_id: 'localhost', pid } as const;
      assertSafe(operation);
      const found = await findWorker(pid, signal);
      if (found === 'gone') return 'gone';
      if (found === 'other') throw new RbeeError('message-rejected', `${pid}`);
      await ask(operation, () => undefined, signal);
      return 'stopped';
    },

    async identify(signal) {
      // A redirect is refused here as everywhere, but seen: something answers, so the hive is not just down.
      const look = (path: string) => twice(`${base}${path}`, signal, { redirect: 'manual' });
      try {
        const health = await look('/health');
        if (health.status !== 200 || health.text !== 'ok') return { state: 'not-a-hive' };
        const devices = readDevices(readBody(await look('/v1/capabilities')));
        if (devices) return { state: 'connected', devices };
        return { state: readDevices(readBody(await look('/capabilities'))) ? 'old-hive' : 'not-a-hive' };
      } catch (cause) {
        signal.throwIfAborted();
        return cause instanceof HiveUnreachable ? { state: 'down', why: cause.why } : { state: 'not-a-hive' };
      }
    },

    workerAddress(port) {
      return workerOrigin(base, port);
    },

    async workerHealth(port, signal) {
      try {
        const reply = await twice(`${workerOrigin(base, port)}/health`, signal);
        return reply.status === 200 && isWorkerHealth(parseJson(reply.text)) ? 'healthy' : 'other';
      } catch (cause) {
        signal.throwIfAborted();
        return cause instanceof HiveUnreachable ? cause.why : 'other';
      }
    },
  };
}

function originOf(baseUrl: string): string {
  if (/^https?:\/\//i.test(baseUrl) && URL.canParse(baseUrl)) return new URL(baseUrl).origin;
  throw new RbeeError('not-a-hive', clean(baseUrl, 300));
}

function workerOrigin(base: string, port: number): string {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`Not a port: ${port}`);
  return `http://${new URL(base).hostname}:${port}`;
}

function readBody(reply: Reply): unknown {
  return reply.status === 200 && reply.type === 'application/json' ? parseJson(reply.text) : undefined;
}

/** The hive refuses in plain text; whatever refuses in another way, or agrees in the wrong words, is not speaking its language. */
function refusal(reply: Reply): RbeeError {
  if (reply.status >= 400 && reply.type === 'text/plain')
    return new RbeeError('hive-rejected', clean(reply.text, 2_000));
  return new RbeeError('hive-protocol', `HTTP ${reply.status} ${reply.type}`);
}

function failureOf(operation: Operation, event: HiveEvent): RbeeError | undefined {
  if (event.type === 'failed') return new RbeeError('hive-rejected', event.reason);
  if (event.type === 'cancelled') return new RbeeError('cancelled-by-hive', operation.operation);
  if (event.type !== 'lost') return undefined;
  if (event.why === 'refused' || event.why === 'timeout') {
    return new HiveUnreachable(event.why, operation.operation);
  }
  return new RbeeError('hive-protocol', `${operation.operation} was ${event.why}.`);
}
