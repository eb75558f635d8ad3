import { RbeeError } from '../../../lib/errors.ts';
import { type HiveClient, HiveUnreachable } from '../../../lib/hive/client.ts';
import { type HiveEvent, isEnd } from '../../../lib/hive/events.ts';
import { narrationReader } from '../../../lib/hive/narration.ts';
import type { Operation } from '../../../lib/hive/operation-types.ts';
import type { Device } from '../../../lib/hive/types.ts';

/** The behaviour of one job of the hive. */
export type Plan = {
  outcome: 'works' | 'fails' | 'reports-done' | 'hangs';
  /** The index of the error text. */
  text: number;
  seconds: number;
  /** Spawns: the time in which the worker loads its model, and whether it exits then. */
  loadSeconds: number;
  crashes: boolean;
  /** A DELETE is confirmed, but the job finishes first. */
  cancelTooLate: boolean;
};

/** Network conditions of one request: delays in ms and a fault. */
export type Conditions = {
  out: number;
  back: number;
  fault?: 'refused' | 'reply-lost' | 'timeout' | 'unreadable' | undefined;
};

export type SimJob = {
  id: string;
  operation: Operation & { model?: string; worker_id?: string };
  plan: Plan;
  /** The number of restarts of the hive before this job. */
  restarts: number;
  state: 'stored' | 'running' | 'done' | 'failed' | 'cancelled' | 'gone';
  /** The id of the run that had this job when the stream was opened. */
  owner?: string;
};

export type Process = {
  pid: number;
  port: number;
  model: string;
  owner: string | undefined;
  /** The id of the job that started it; empty if the user did. */
  job: string;
  healthyAt: number;
  endedAt: number | undefined;
};

type Channel = {
  events: HiveEvent[];
  cut: boolean;
  wake: () => void;
};

type LiveJob = SimJob & {
  channel: Channel | undefined;
  /** Resolves when a DELETE came too late. The job then finishes at once. */
  finishing: Promise<void>;
  isFinishing: boolean;
  finishEarly: () => void;
  drop: (why: 'cancelled' | 'gone') => void;
  dropped: Promise<never>;
};

export const simUrl = 'http://localhost:7835';
export const devices: Device[] = [{ id: 'CPU-0', name: 'CPU', kind: 'cpu', memoryGb: 64 }];

const downloadTexts = [
  'HuggingFace download failed: request error: https://huggingface.co/x: status code 404',
  'HuggingFace download failed: request error: https://huggingface.co/x: status code 503',
  'HuggingFace download failed: I/O error No space left on device (os error 28)',
  'Copy cancelled by user',
  'an unknown text',
];
const installTexts = [
  'Failed to parse worker metadata',
  'Git clone timed out after 60 seconds',
  'Build failed with exit code 101',
];
const spawnTexts = [
  'No ports available (all 8080-9999 in use)',
  "Binary 'worker-cpu-8080' not found locally. Install it first with install_daemon()",
  // Reported although the process is running (rbee-keeper/rbee 0509312f, 2025-11-14).
  'Failed to spawn monitored daemon',
];

/**
 * A hive and its machine in memory, with the properties of the real one: a POST only stores the job; opening its stream, which is
 * possible once, starts it; a job continues without a reader; a restart loses jobs but not disk and workers; a download locks its
 * file, even after a cancel; ports are assigned from 8080 after each restart, without checking whether they are free.
 */
export function createSimHive(options: {
  plans: readonly Plan[];
  conditions: readonly Conditions[];
  telemetry: boolean;
  /** Whether `worker_process_list` works, as everywhere except on Windows. */
  processList: boolean;
  binary: boolean;
  now(): number;
  /** The id of the run that a job belongs to. */
  ownerOf(jobId: string): string | undefined;
  /** Called for each job that starts. */
  onStart(job: SimJob): void;
  /** Called for each job that is submitted. */
  onPost(operation: SimJob['operation']): void;
}) {
  const { now } = options;
  let up = true;
  let restarts = 0;
  let counter = 0;
  let nextPort = 8080;
  let nextPid = 1000;
  let plan = 0;
  let conditionsIndex = 0;
  let lastFaultAt = Number.NEGATIVE_INFINITY;
  const models = new Map<string, number>();
  const binaries = new Map<string, number>();
  const processes: Process[] = [];
  const transfers = new Map<string, number>();
  const jobs: LiveJob[] = [];
  const nextFaults: NonNullable<Conditions['fault']>[] = [];
  let probesToDrop = 0;
  const requests: { at: number; name: string }[] = [];
  if (options.binary) binaries.set('llm-worker-rbee-cpu-0.1.0-linux', now());

  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const alive = (process: Process) => process.endedAt === undefined;
  const onPort = (port: number) => processes.find((process) => process.port === port && alive(process));
  const nameOf = (id: string) => jobs.find((job) => job.id === id)?.operation.operation ?? '?';
  const find = (id: string) => jobs.find((job) => job.id === id && job.restarts === restarts);

  function post(operation: Operation): string {
    options.onPost(operation);
    counter += 1;
    const chosen = options.plans[plan++ % options.plans.length] as Plan;
    let drop: LiveJob['drop'] = () => {};
    const dropped = new Promise<never>((_, reject) => {
      drop = reject;
    });
    dropped.catch(() => {});
    let finishEarly = () => {};
    const finishing = new Promise<void>((resolve) => {
      finishEarly = resolve;
    });
    const job: LiveJob = {
      id: `job-${counter}`,
      operation,
      plan: chosen,
      restarts,
      state: 'stored',
      channel: undefined,
      finishing,
      isFinishing: false,
      finishEarly: () => {
        job.isFinishing = true;
        finishEarly();
      },
      drop,
      dropped,
    };
    jobs.push(job);
    return job.id;
  }

  function openStream(id: string): Channel {
    const channel: Channel = { events: [], cut: false, wake: () => {} };
    const job = find(id);
    if (!job || job.channel) {
      channel.events.push({ type: 'lost', why: 'taken' });
      return channel;
    }
    job.channel = channel;
    const owner = options.ownerOf(id);
    if (owner !== undefined) job.owner = owner;
    const started = job.state === 'stored';
    if (started) {
      job.state = 'running';
      options.onStart(job);
    }
    void execute(job);
    return channel;
  }

  async function execute(job: LiveJob): Promise<void> {
    const narrate = (action: string, message: string) =>
      sendEvent(job, { type: 'narration', action, message, reading: narrationReader(action)?.(message) });
    const pause = async (ms: number) => {
      if (!job.isFinishing && ms > 0) await Promise.race([wait(ms), job.finishing, job.dropped]);
    };
    narrate('execute', `Executing job ${job.id}`);
    try {
      if (job.state === 'cancelled') throw 'cancelled';
      if (job.operation.operation === 'model_download') await download(job, narrate, pause);
      else if (job.operation.operation === 'worker_install') await install(job, narrate, pause);
      else await spawn(job, narrate, pause);
      if (job.restarts !== restarts) return;
      job.state = 'done';
      sendEvent(job, { type: 'done' });
    } catch (why) {
      if (why === 'gone' || job.restarts !== restarts) return;
      job.state = why === 'cancelled' ? 'cancelled' : 'failed';
      sendEvent(job, why === 'cancelled' ? { type: 'cancelled' } : { type: 'failed', reason: String(why) });
    }
  }

  type Narrate = (action: string, message: string) => void;
  type Pause = (ms: number) => Promise<void>;

  async function download(job: LiveJob, narrate: Narrate, pause: Pause): Promise<void> {
    const model = job.operation.model ?? '';
    await pause(1);
    if (models.has(model)) throw `Model '${model}' already exists`;
    if (job.plan.outcome === 'reports-done') return;
    narrate('hf_download_file', '📥 Downloading file: f.gguf');
    if ((transfers.get(model) ?? 0) > now()) {
      await pause(5_000);
      if ((transfers.get(model) ?? 0) > now())
        throw 'HuggingFace download failed: Lock acquisition failed: f.gguf.lock';
    }
    const ms = job.plan.outcome === 'hangs' ? 2 * 3_600_000 : job.plan.seconds * 1_000;
    transfers.set(model, now() + ms);
    for (let done = 1; done <= 3; done += 1) {
      await pause(ms / 4);
      narrate('download_progress', `⏳ Still downloading f.gguf (${(done * 25).toFixed(1)}% complete)...`);
    }
    if (job.plan.outcome === 'fails') {
      transfers.delete(model);
      throw downloadTexts[job.plan.text % downloadTexts.length];
    }
    await pause(ms / 4);
    narrate('hf_copy_start', '📋 Copying to model cache... (0.81 GB)');
    await pause(500);
    if (models.has(model)) throw `Artifact '${model}' already exists in catalog`;
    models.set(model, now());
    await pause(5);
  }

  async function install(job: LiveJob, narrate: Narrate, pause: Pause): Promise<void> {
    narrate('build_start', '🏗️  Starting build phase (cancellable)...');
    await pause(job.plan.outcome === 'hangs' ? 3_600_000 : job.plan.seconds * 1_000);
    if (job.plan.outcome === 'fails') throw installTexts[job.plan.text % installTexts.length];
    if (job.plan.outcome === 'reports-done') return;
    const id = `${job.operation.worker_id}-0.1.0-linux`;
    if (binaries.has(id)) throw `Artifact '${id}' already exists in catalog`;
    binaries.set(id, now());
  }

  async function spawn(job: LiveJob, narrate: Narrate, pause: Pause): Promise<void> {
    const model = job.operation.model ?? '';
    await pause(1);
    if (binaries.size === 0)
      throw 'Worker binary not found for Cpu. Worker binaries must be installed via worker-catalog first!';
    const port = nextPort;
    nextPort += 1;
    narrate('worker_spawn_port', `📍 Assigned port ${port} to worker`);
    await pause(20);
    const failure = job.plan.outcome === 'fails' ? spawnTexts[job.plan.text % spawnTexts.length] : undefined;
    if (failure && failure !== spawnTexts[2]) throw failure;
    nextPid += 1;
    const pid = nextPid;
    const taken = onPort(port) !== undefined;
    const process: Process = {
      pid,
      port,
      model,
      owner: job.owner,
      job: job.id,
      healthyAt: job.plan.crashes ? Number.POSITIVE_INFINITY : now() + job.plan.loadSeconds * 1_000,
      endedAt: taken ? now() : undefined,
    };
    processes.push(process);
    if (job.plan.crashes) setTimeout(() => (process.endedAt ??= now()), job.plan.loadSeconds * 1_000);
    if (failure) throw failure;
    narrate('started', `✅ Daemon started with PID: ${pid}`);
    // The connection is interrupted without a signal to either side.
    if (job.plan.outcome === 'hangs' && job.channel) job.channel = { ...job.channel, cut: true };
    await pause(5);
    narrate('health_check', `🏥 Polling health endpoint: http://localhost:${port}`);
    if (job.plan.outcome !== 'reports-done') {
      const deadline = now() + 120_000;
      while (!((onPort(port)?.healthyAt ?? Number.POSITIVE_INFINITY) <= now())) {
        if (now() >= deadline || job.isFinishing) throw 'Start daemon timed out after 120 seconds';
        await pause(2_000);
      }
    }
    narrate('worker_spawn_complete', `✅ Worker 'worker-cpu-${port}' spawned (PID: ${pid}, port: ${port})`);
  }

  function sendEvent(job: LiveJob, event: HiveEvent): void {
    const { channel } = job;
    if (!channel || channel.cut) return;
    channel.events.push(event);
    channel.wake();
  }

  function cut(channel: Channel | undefined): void {
    if (!channel) return;
    channel.cut = true;
    channel.wake();
  }

  function cancel(id: string): 'cancelled' | 'gone' {
    const job = find(id);
    if (job?.state !== 'stored' && job?.state !== 'running') return 'gone';
    if (job.plan.cancelTooLate && job.state === 'running') {
      job.finishEarly();
      return 'cancelled';
    }
    job.state = 'cancelled';
    job.drop('cancelled');
    return 'cancelled';
  }

  /** One request and its reply. The hive handles a received request even if the reply is lost. */
  async function send<T>(name: string, termination: AbortSignal, signal: AbortSignal, handle: () => T): Promise<T> {
    const never = new Promise<never>(() => {});
    if (termination.aborted) return never;
    signal.throwIfAborted();
    const chosen = options.conditions[conditionsIndex++ % options.conditions.length] as Conditions;
    const fault = name === 'identify' ? undefined : (nextFaults.shift() ?? chosen.fault);
    if (fault) lastFaultAt = now();
    requests.push({ at: now(), name });
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    );
    const reply = (async () => {
      await wait(chosen.out);
      if (fault === 'refused' || !up) throw new HiveUnreachable('refused', 'No connection.');
      if (fault === 'timeout') {
        await wait(5_000);
        throw new HiveUnreachable('timeout', 'No reply.');
      }
      const before = restarts;
      const value = handle();
      await wait(chosen.back);
      if (fault === 'unreadable') throw new RbeeError('hive-protocol', 'Unexpected reply.');
      if (fault === 'reply-lost' || restarts !== before) throw new HiveUnreachable('refused', 'No connection.');
      return value;
    })();
    try {
      const value = await Promise.race([reply, aborted]);
      return termination.aborted ? await never : value;
    } catch (error) {
      if (termination.aborted) return never;
      throw error;
    }
  }

  /** The client of one service worker. When that is terminated, promises of the client never settle. */
  function client(termination: AbortSignal): HiveClient {
    const never = new Promise<never>(() => {});
    return {
      submit: (operation, signal) => send(`POST ${operation.operation}`, termination, signal, () => post(operation)),
      cancel: (id, signal) => send(`DELETE ${nameOf(id)}`, termination, signal, () => cancel(id)),
      models: (signal) =>
        send('models', termination, signal, () => [...models.keys()].map((id) => ({ id, path: '/m', sizeBytes: 1 }))),
      installedWorkers: (signal) =>
        send('binaries', termination, signal, () =>
          [...binaries.keys()].map((id) => ({ id, kind: 'cpu' as const, version: '0.1.0', path: '/b' })),
        ),
      identify: (signal) =>
        send('identify', termination, signal, () => ({ state: 'connected', devices }) as const).catch(
          (error: unknown) => {
            if (error instanceof HiveUnreachable) return { state: 'offline', why: error.why } as const;
            throw error;
          },
        ),
      // A hive does not list processes that have the name of their instance, only those that the user started.
      workerProcesses: (signal) =>
        send('processes', termination, signal, () => {
          if (!options.processList) throw new RbeeError('hive-rejected', 'Failed to run ps: program not found');
          return processes
            .filter((process) => alive(process) && process.job === '')
            .map(({ pid, port, model }) => ({ pid, program: 'llm-worker-rbee-cpu', port, modelRef: model }));
        }),
      telemetry: (signal) =>
        send('telemetry', termination, signal, () => ({
          id: 'localhost',
          version: '0.1.0',
          workers: options.telemetry
            ? processes
                .filter((process) => alive(process) && process.job !== '')
                .map(({ pid, port, model }) => ({ pid, port, model, memoryMb: 1, vramMb: 0, uptimeSeconds: 1 }))
            : [],
        })).catch((error: unknown) => {
          if (error instanceof RbeeError) return undefined;
          throw error;
        }),
      deleteModel: async () => [],
      async stopWorker(pid, signal) {
        return send('stop', termination, signal, () => {
          const process = processes.find((each) => each.pid === pid && alive(each));
          if (!process) return 'gone';
          process.endedAt = now();
          return 'stopped';
        });
      },
      workerAddress: (port) => `http://localhost:${port}`,
      async probeWorker(port, signal) {
        // A worker responds even while the hive is offline.
        await wait(3);
        if (termination.aborted) await never;
        signal.throwIfAborted();
        if (probesToDrop > 0) {
          probesToDrop -= 1;
          lastFaultAt = now();
          return { state: 'refused' };
        }
        const process = onPort(port);
        const isHealthy = process !== undefined && process.healthyAt <= now();
        return isHealthy ? { state: 'healthy', address: `http://localhost:${port}` } : { state: 'refused' };
      },
      async follow(id, signal, onEvent) {
        let channel: Channel;
        try {
          channel = await send(`GET ${nameOf(id)}`, termination, signal, () => openStream(id));
        } catch (error) {
          if (error instanceof HiveUnreachable) return { type: 'lost', why: error.why };
          if (error instanceof RbeeError) return { type: 'lost', why: 'garbled' };
          throw error;
        }
        onEvent({ type: 'opened' });
        for (;;) {
          if (termination.aborted) await never;
          signal.throwIfAborted();
          const event = channel.events.shift();
          if (event) {
            if (isEnd(event)) return event;
            onEvent(event);
            continue;
          }
          if (channel.cut) return { type: 'lost', why: 'ended' };
          await new Promise<void>((resolve) => {
            channel.wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      },
    };
  }

  return {
    client,
    jobs: jobs as readonly SimJob[],
    /** All requests in order. */
    requests: requests as readonly { at: number; name: string }[],
    models: models as ReadonlyMap<string, number>,
    binaries: binaries as ReadonlyMap<string, number>,
    processes: processes as readonly Process[],
    get up() {
      return up;
    },
    get lastFaultAt() {
      return lastFaultAt;
    },
    /** The hive's process ends: jobs, transfers and connections are lost; disk and workers remain. */
    kill(): void {
      up = false;
      restarts += 1;
      nextPort = 8080;
      transfers.clear();
      for (const job of jobs) {
        if (job.state === 'stored' || job.state === 'running') {
          job.state = 'gone';
          job.drop('gone');
        }
        cut(job.channel);
      }
    },
    start(): void {
      up = true;
    },
    /** Closes the connections. The jobs continue. */
    cutStreams(): void {
      for (const job of jobs) cut(job.channel);
    },
    /** Another client cancels all running jobs. */
    cancelAll(): void {
      for (const job of jobs) if (job.state === 'running') cancel(job.id);
    },
    /** Another client has downloaded the model. Not during a download, which locks the file. */
    addModel(id: string): void {
      if (!models.has(id) && (transfers.get(id) ?? 0) <= now()) models.set(id, now());
    },
    /** Adds another program that replies to `/health` as a worker does. */
    addOtherProgram(port: number): void {
      processes.push({ pid: 99, port, model: '', owner: undefined, job: '', healthyAt: now(), endedAt: undefined });
    },
    /** The user runs the displayed command. If the port is in use, the worker ends at once. */
    startManually(model: string, port: number): void {
      nextPid += 1;
      const endedAt = onPort(port) ? now() : undefined;
      processes.push({ pid: nextPid, port, model, owner: undefined, job: '', healthyAt: now() + 2_000, endedAt });
    },
    killWorkers(): void {
      for (const process of processes) process.endedAt ??= now();
    },
    /** Makes the next requests fail with these faults. */
    failNext(...faults: NonNullable<Conditions['fault']>[]): void {
      nextFaults.push(...faults);
    },
    /** Refuses the next health check of a worker. */
    dropNextProbe(): void {
      probesToDrop += 1;
    },
    clearFaults(): void {
      nextFaults.length = 0;
      probesToDrop = 0;
    },
  };
}
