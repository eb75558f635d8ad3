import { join } from 'node:path';
import type { Changes, Gates } from '../net/wait.ts';
import { type Catalog, openCatalog } from './artifacts.ts';
import { createDownloader, type Downloader } from './downloader.ts';
import type { ModelEntry, WorkerEntry } from './entries.ts';
import type { Faults } from './faults.ts';
import type { Job } from './jobs.ts';
import { type Device, machines } from './machines.ts';
import type { HiveOptions } from './options.ts';
import { countingPorts, freePorts, type Ports } from './ports.ts';
import type { Processes } from './processes.ts';
import type { Programs } from './programs.ts';

export type HiveRequest = {
  method: string;
  /** Path and query as received. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body's text, if there is one. */
  body?: string;
  /** The body, if it is JSON. */
  json?: unknown;
  /** The job that this request created or refers to. */
  jobId?: string;
  operation?: string;
  /** Undefined until the reply. */
  status?: number;
  /** The response ended, or one side closed the connection. */
  closed: boolean;
  at: number;
};

/** Everything that a restart of the hive keeps: its machine, and the state that tests read. */
export type Environment = {
  options: HiveOptions;
  dataDir: string;
  requests: HiveRequest[];
  jobs: Job[];
  processes: Processes;
  programs: Programs;
  faults: Faults;
  changes: Changes;
  gates: Gates;
  log: (line: string) => void;
};

/** One process of the hive; a restart creates another one. */
export type Hive = Environment & {
  devices: readonly Device[];
  models: Catalog<ModelEntry>;
  workers: Catalog<WorkerEntry>;
  downloader: Downloader;
  ports: Ports;
  port: number;
  /** Jobs of this process. */
  live: Map<string, Job>;
  /** Aborted when the process ends. */
  killed: AbortController;
  shutdown: () => void;
};

const devicesOf = ({ machine = 'laptop' }: HiveOptions): readonly Device[] =>
  typeof machine === 'string' ? machines[machine] : machine;

const portsOf = ({ workerBasePort }: HiveOptions): Ports =>
  workerBasePort === undefined ? freePorts() : countingPorts(workerBasePort);

export function createHive(environment: Environment, shutdown: () => void): Hive {
  const { options, dataDir } = environment;
  const source = { hub: options.hub, ...(options.hubToken !== undefined && { token: options.hubToken }) };
  return {
    ...environment,
    devices: devicesOf(options),
    models: openCatalog(join(dataDir, '.cache', 'rbee', 'models')),
    workers: openCatalog(join(dataDir, '.cache', 'rbee', 'workers')),
    downloader: createDownloader(
      source,
      join(dataDir, '.cache', 'huggingface'),
      options.lockWaitMs ?? 5_000,
      environment.changes.changed,
    ),
    ports: portsOf(options),
    port: 0,
    live: new Map(),
    killed: new AbortController(),
    shutdown,
  };
}

export const hiveIdOf = (hive: Environment): string => hive.options.hiveId ?? 'localhost';
