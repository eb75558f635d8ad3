import { RbeeError } from '../errors.ts';
import { createDeadline } from '../http.ts';
import { ipv4Twin, workerOrigin } from './address.ts';
import { clean, type JobEnd, type JobEvent, splitNarration } from './events.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { type HiveIdentity, identifyHive, probeWorkerAt, type WorkerProbe } from './identify.ts';
import { createJobs, type Reach } from './job-requests.ts';
import { parseJson } from './json.ts';
import { assertSafe, type Operation, sanitiseId } from './operation-types.ts';
import { readWorkerProcess, type WorkerProcess } from './processes.ts';
import { type InstalledWorker, readInstalledWorkers, readModels, readTelemetry, type Telemetry } from './replies.ts';
import type { HiveModel } from './types.ts';

export { HiveUnreachable } from './http.ts';
export type { HiveIdentity, WorkerProbe } from './identify.ts';
export type { WorkerProcess } from './processes.ts';
export type { InstalledWorker, Telemetry } from './replies.ts';

/** Everything that can be asked of one hive. Every method throws the abort when its signal aborts. */
export type HiveClient = {
  /** Creates a job and returns its id. The job does not start before it is followed. Throws `HiveUnreachable`, `hive-rejected`, `hive-protocol`. */
  submit(operation: Operation, signal: AbortSignal): Promise<string>;
  /** Starts the job, passes its events on and returns how it ended. Works once per job: a second call returns `lost`. Throws nothing but the abort and what `onEvent` throws. */
  follow(jobId: string, signal: AbortSignal, onEvent: (event: JobEvent) => void): Promise<JobEnd>;
  /** `gone`: the hive has no such job, or the job has ended. Throws as `submit`. */
  cancel(jobId: string, signal: AbortSignal): Promise<'cancelled' | 'gone'>;
  /** At most 10,000. Throws as `submit`, and `hive-protocol` if the reply contains no list. */
  models(signal: AbortSignal): Promise<HiveModel[]>;
  /** The worker binaries that the hive has installed. Throws as `models`. */
  installedWorkers(signal: AbortSignal): Promise<InstalledWorker[]>;
  /** The running workers on the hive's machine, also those started by hand; at most 1,000. Fails where `ps` does (Windows). Throws as `models`. */
  workerProcesses(signal: AbortSignal): Promise<WorkerProcess[]>;
  /**
   * Deletes a model by the id that `models` lists, and returns the list without it. Asks for a fresh list before and after,
   * because the hive reports success whether it deleted or not. Throws `not-deleted` if the hive still lists it, or the id could mean another
   * model or is not safe to send.
   */
  deleteModel(id: string, signal: AbortSignal): Promise<HiveModel[]>;
  /**
   * Stops a worker's process. First asks the hive whether the pid is a worker's, and throws `not-stopped` if not. `gone`: the hive's
   * machine has no process with this pid. Also throws as `submit`.
   */
  stopWorker(pid: number, signal: AbortSignal): Promise<'stopped' | 'gone'>;
  /** One sample of the telemetry; undefined if none arrives within 2.5 s. */
  telemetry(signal: AbortSignal): Promise<Telemetry | undefined>;
  /** Whether a hive answers here. Throws nothing but the abort. */
  identify(signal: AbortSignal): Promise<HiveIdentity>;
  /** The origin of a worker with this port, before it was probed. Throws `RangeError` if it is no port. */
  workerAddress(port: number): string;
  /** Whether a worker answers on this port, and at which address: not always that of `workerAddress`. Throws nothing but the abort and what `workerAddress` throws. */
  probeWorker(port: number, signal: AbortSignal): Promise<WorkerProbe>;
};

const telemetryMs = 2_500;
const maxProcesses = 1_000;
const hive_id = 'localhost';

/** Throws `not-a-hive` if `baseUrl` is not an http(s) address. */
export function createHiveClient(baseUrl: string, options: HttpOptions = {}): HiveClient {
  const base = originOf(baseUrl);
  const http = createHttp(options);
  const twin = ipv4Twin(base);
  /** Where the hive answers: `base`, or its twin if another program answers at `base`. */
  let origin = base;

  const reach: Reach = async (signal, ask) => {
    const asked = origin;
    try {
      return await ask(asked);
    } catch (cause) {
      const isOther = cause instanceof RbeeError && cause.code === 'hive-protocol';
      if (isOther && twin && origin === asked) await identify(signal);
      if (!isOther || origin === asked) throw cause;
      return ask(origin);
    }
  };
  const jobs = createJobs(http, reach);

  async function identify(signal: AbortSignal): Promise<HiveIdentity> {
    const identity = await identifyHive(http, base, signal);
    origin = base;
    if (!twin || identity.state !== 'not-a-hive') return identity;
    const second = await identifyHive(http, twin, signal);
    if (second.state !== 'connected') return identity;
    origin = twin;
    return second;
  }

  async function models(signal: AbortSignal): Promise<HiveModel[]> {
    const list = await jobs.run(
      { operation: 'model_list', hive_id },
      (event) => (event.type === 'data' && event.action === 'model_list' ? readModels(event.payload) : undefined),
      signal,
    );
    if (!list) throw new RbeeError('hive-protocol', 'The reply contains no list.');
    return list;
  }

  async function telemetry(outer: AbortSignal): Promise<Telemetry | undefined> {
    const deadline = createDeadline(outer, telemetryMs);
    try {
      const stream = await jobs.openStream('/v1/heartbeats/stream', deadline.signal);
      for await (const messages of stream.messages) {
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

  async function workerProcesses(signal: AbortSignal): Promise<WorkerProcess[]> {
    const processes: WorkerProcess[] = [];
    await jobs.run(
      { operation: 'worker_process_list', hive_id },
      (event) => {
        if (event.type !== 'narration' || event.action !== 'worker_proc_list_entry') return;
        const process = readWorkerProcess(event.message);
        if (process && processes.length < maxProcesses) processes.push(process);
      },
      signal,
    );
    return processes;
  }

  /** Asks telemetry first, and then, because it often lists no worker at all, what `ps` says of the pid. */
  async function findWorker(pid: number, signal: AbortSignal): Promise<'worker' | 'other' | 'gone'> {
    const sample = await telemetry(signal);
    if (sample?.workers.some((worker) => worker.pid === pid)) return 'worker';
    const found = await jobs.run(
      { operation: 'worker_process_get', hive_id, pid },
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
    submit: jobs.submit,
    follow: jobs.follow,
    cancel: jobs.cancel,
    identify,
    models,
    telemetry,
    workerProcesses,

    async installedWorkers(signal) {
      const workers = await jobs.run(
        { operation: 'worker_list_installed', hive_id },
        (event, message) =>
          event.type === 'narration' && event.action === 'worker_list_installed_json' && message
            ? readInstalledWorkers(parseJson(splitNarration(message.data).message))
            : undefined,
        signal,
      );
      if (!workers) throw new RbeeError('hive-protocol', 'The reply contains no list.');
      return workers;
    },

    async deleteModel(id, signal) {
      const before = await models(signal);
      if (!before.some((model) => model.id === id)) return before;
      const stored = sanitiseId(id);
      const sharesFolder = before.filter((model) => sanitiseId(model.id) === stored).length > 1;
      if (sharesFolder) throw new RbeeError('not-deleted', id);
      await jobs.run({ operation: 'model_delete', hive_id, id: stored }, () => undefined, signal);
      const after = await models(signal);
      if (after.some((model) => model.id === id)) throw new RbeeError('not-deleted', id);
      return after;
    },

    async stopWorker(pid, signal) {
      const operation: Operation = { operation: 'worker_process_delete', hive_id, pid };
      assertSafe(operation);
      const found = await findWorker(pid, signal);
      if (found === 'gone') return 'gone';
      if (found === 'other') throw new RbeeError('not-stopped', `${pid}`);
      await jobs.run(operation, () => undefined, signal);
      return 'stopped';
    },

    workerAddress: (port) => workerOrigin(base, port),
    probeWorker: (port, signal) => probeWorkerAt(http, base, port, signal),
  };
}

function originOf(baseUrl: string): string {
  if (/^https?:\/\//i.test(baseUrl) && URL.canParse(baseUrl)) return new URL(baseUrl).origin;
  throw new RbeeError('not-a-hive', clean(baseUrl, 300));
}
