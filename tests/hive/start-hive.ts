import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../net/free-port.ts';
import { type Listener, listen } from '../net/listener.ts';
import { createChanges, createGates } from '../net/wait.ts';
import { folderOf } from './artifacts.ts';
import { type ModelEntry, seedModel, type WorkerEntry, workerEntry, workerTypes } from './entries.ts';
import { createFaults, type Fault } from './faults.ts';
import { createHive, type Environment, type Hive, type HiveRequest } from './hive.ts';
import type { Job } from './jobs.ts';
import type { HiveOptions, ModelSeed, WorkerType } from './options.ts';
import { createProcesses, type WorkerProcess } from './processes.ts';
import { createPrograms } from './programs.ts';
import { createHandler } from './routes.ts';

export type { Fault } from './faults.ts';
export type { HiveRequest } from './hive.ts';
export type { Job } from './jobs.ts';
export type { HiveOptions } from './options.ts';

export type StandIn = {
  readonly url: string;
  readonly port: number;
  /** The home folder of the hive's machine. */
  readonly dataDir: string;
  /** All requests in order, over all restarts. */
  readonly requests: HiveRequest[];
  /** All jobs in order, over all restarts. */
  readonly jobs: Job[];
  /** All worker processes that the hive started. */
  readonly workers: readonly WorkerProcess[];
  /** The current contents of the catalogs. */
  models(): ModelEntry[];
  installed(): WorkerEntry[];
  /** Job requests in order: `POST model_download`, `GET model_download`, `DELETE model_download`. */
  calls(): string[];
  /** Number of downloads in progress, abandoned ones included. */
  downloads(): number;
  /** Ids with which a real hive would have deleted something outside its catalogs. */
  escapes(): string[];
  setFaults(faults: readonly Fault[]): void;
  /** Changes options. `machine`, `hub`, `hubToken`, ports and locks apply from the next restart on. */
  set(options: Partial<HiveOptions>): void;
  /** Runs a command in a shell on the hive's machine, where the worker programs, git and cargo are stand-ins as well. */
  shell(command: string): ChildProcess;
  /** Number of paused jobs and streams. */
  paused(): number;
  /** Continues all paused jobs and streams. */
  release(): void;
  /** Resolves with the first truthy result of `condition`. */
  until<T>(condition: (hive: StandIn) => T, timeoutMs?: number): Promise<NonNullable<T>>;
  /** The network fails: connections are closed, new ones are refused, jobs continue. */
  disconnect(): Promise<void>;
  connect(): Promise<void>;
  /** The process ends: connections are closed, jobs and locks are lost. Returns the pids of running workers. */
  kill(): Promise<number[]>;
  /** Starts a new process on the same port with the same disk, after `kill()` if necessary. */
  restart(change?: { add?: readonly ModelSeed[]; remove?: readonly string[] }): Promise<void>;
  /** Stops everything, including worker processes, and removes a temporary data folder. */
  stop(): Promise<void>;
};

/** Starts a stand-in rbee-hive; several may run in one process. */
export async function startHive(given: HiveOptions = {}): Promise<StandIn> {
  const options: HiveOptions = { ...given };
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'rbee-hive-')));
  const changes = createChanges('hive');
  const environment: Environment = {
    options,
    dataDir,
    requests: [],
    jobs: [],
    processes: createProcesses(options.worker ?? {}, options.workersOutlive ?? false, changes.changed),
    programs: createPrograms(dataDir, options.worker?.tokenMs ?? 5),
    faults: createFaults(options.faults ?? []),
    changes,
    gates: createGates(changes.changed),
    log: options.log ?? (() => {}),
  };
  let hive: Hive = createHive(environment, () => void kill());
  let listener: Listener | undefined;
  let port = options.port ?? (await findFreePort());

  async function connect(): Promise<void> {
    if (listener) return;
    listener = await listen((request, response) => createHandler(hive)(request, response), { port });
    port = listener.port;
    hive.port = port;
  }

  async function disconnect(): Promise<void> {
    const closing = listener;
    listener = undefined;
    await closing?.close();
  }

  async function kill(): Promise<number[]> {
    hive.killed.abort(new Error('hive killed'));
    const transfersEnded = hive.downloader.kill();
    for (const job of hive.live.values()) job.queue.close();
    hive.live.clear();
    await Promise.all([disconnect(), transfersEnded]);
    if (!options.workersOutlive) await environment.processes.endAll();
    return environment.processes.all.filter((entry) => entry.alive).map((entry) => entry.pid);
  }

  for (const seed of options.models ?? []) seedModel(hive.models, seed);
  for (const type of installedTypes(options, hive)) {
    const entry = workerEntry(`llm-worker-rbee-${type}`, workerTypes[type]);
    if (!hive.workers.contains(entry.id)) hive.workers.add(entry);
  }
  try {
    await connect();
  } catch (error) {
    if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    throw error;
  }

  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    requests: environment.requests,
    jobs: environment.jobs,
    workers: environment.processes.all,
    models: () => hive.models.list(),
    installed: () => hive.workers.list(),
    calls: () =>
      environment.requests
        .filter((request) => request.path.startsWith('/v1/jobs') && request.method !== 'OPTIONS')
        .map((request) => `${request.method} ${request.operation ?? '?'}`),
    downloads: () => hive.downloader.active(),
    escapes: () => [...hive.models.escapes, ...hive.workers.escapes],
    setFaults: (faults) => environment.faults.set(faults),
    set: (change) => void Object.assign(options, change),
    shell: environment.programs.shell,
    paused: environment.gates.waiting,
    release: environment.gates.open,
    until: (condition, timeoutMs) => changes.until(() => condition(standIn), timeoutMs),
    disconnect,
    connect,
    kill,
    restart: async ({ add = [], remove = [] } = {}) => {
      if (!hive.killed.signal.aborted) await kill();
      hive = createHive(environment, () => void kill());
      for (const id of remove) hive.models.remove(folderOf(id));
      for (const seed of add) seedModel(hive.models, seed);
      await connect();
    },
    stop: async () => {
      await kill();
      await Promise.all([environment.processes.endAll(), environment.programs.endAll()]);
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
  return standIn;
}

function installedTypes(options: HiveOptions, hive: Hive): readonly WorkerType[] {
  if (options.installed) return options.installed;
  if (options.kind !== 'better') return [];
  return hive.devices.some((device) => device.device_type === 'gpu') ? ['cpu', 'cuda'] : ['cpu'];
}
