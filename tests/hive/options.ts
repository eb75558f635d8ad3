import type { Fault } from './faults.ts';
import type { Device, MachineName } from './machines.ts';
import type { SpawnMode } from './spawn-modes.ts';

/** A model that is in the catalog from the start. An id without a size is a small file. */
export type ModelSeed = string | { id: string; size?: number };
export type WorkerType = 'cpu' | 'cuda' | 'metal';

export type InstallOptions = {
  /** Output of the build. */
  buildLines?: readonly string[];
  /** Between two lines of the build. Default 5 ms. */
  lineMs?: number;
  /** Duration of the clone, without output. Default 20 ms. */
  cloneMs?: number;
};

/** Behaviour of worker processes. */
export type WorkerOptions = {
  /** Between two tokens. Default 5 ms. */
  tokenMs?: number;
  /** `infer` ends with an error event instead of tokens. */
  inferError?: string;
  /** The bearer token that the worker requires. */
  apiToken?: string;
};

/**
 * `today`: the hive that users have (rbee-keeper/rbee 0509312f, 2025-11-14). It cannot install workers, reports every spawn as failed
 * although the worker runs, and lists no workers in its telemetry. `better`: a hive without these limitations.
 */
export type HiveKind = 'today' | 'better';

export type HiveOptions = {
  /** Default `today`. */
  kind?: HiveKind;
  /** Default: a free port. */
  port?: number;
  hiveId?: string;
  /** Base URL of the hub used as huggingface.co. Default: the hive is offline. */
  hub?: string;
  /** The hive's Hugging Face token, read when the hive starts. With it, the hub replies 403 instead of 401 for gated files. */
  hubToken?: string;
  /** The home folder of the hive's machine. Default: a temporary one, which `stop()` removes. */
  dataDir?: string;
  machine?: MachineName | readonly Device[];
  models?: readonly ModelSeed[];
  /** Worker binaries in the hive's catalog. Default: none; on a `better` hive one for each kind of device the machine has. */
  installed?: readonly WorkerType[];
  /** Between two lines of download progress. Default 10,000, as in the hive. */
  progressMs?: number;
  /** The time to wait for a locked file, in ms. Default 5,000. */
  lockWaitMs?: number;
  /** First port for workers, used without checking whether it is free, as in the hive. Default: a free port each time. */
  workerBasePort?: number;
  /** Default `reportedAsFailed`, on a `better` hive `works`. */
  spawn?: SpawnMode;
  /** Default 120,000; the text always says 120 seconds. */
  spawnTimeoutMs?: number;
  /** First delay between two health checks, which grows by 50 % each time. Default 50 (the hive: 200). */
  healthDelayMs?: number;
  worker?: WorkerOptions;
  /** Between SIGTERM and SIGKILL when a worker is stopped. Default 2,000. */
  killWaitMs?: number;
  /** Default: fails, because no catalog responds at the fixed address; works on a `better` hive. */
  install?: boolean | InstallOptions;
  /** Workers in the telemetry. Default: only on a `better` hive. */
  telemetry?: boolean;
  /** Between two heartbeats. Default 1,000. */
  heartbeatMs?: number;
  /** Between two lines of `hive_check`. Default 100. */
  checkMs?: number;
  /** Workers continue after the hive was killed, as with a real hive. They end with `stop()`, at the latest after 15 minutes. */
  workersOutlive?: boolean;
  faults?: readonly Fault[];
  /** Receives one line per request and narration. */
  log?: (line: string) => void;
};
