/** What a worker runs on, as named in `worker_spawn`. */
export const backends = ['cpu', 'cuda', 'metal'] as const;
export type Backend = (typeof backends)[number];

/** A device that the hive reports. */
export type Device = {
  /** `GPU-0`, `CPU-0`: the hive's own id. */
  id: string;
  name: string;
  kind: 'gpu' | 'cpu';
  /** GiB, truncated by the hive; for the CPU the system's memory. */
  memoryGb: number;
};

/** A hive that proved to be one within the last minute. `url` is its base URL. */
export type VerifiedHive = { url: string; devices: Device[] };

/** A worker on a hive's host, and which source listed it first: the hive's process list, its telemetry, or one of our runs. */
export type HiveWorker = {
  port: number;
  address: string;
  pid?: number;
  /** The model's id, or the path of its file. */
  model?: string;
  source: 'processes' | 'telemetry' | 'run';
};

/** What is known about a configured hive, for views. */
export type HiveStatus = {
  url: string;
  /** `offline`: nothing answers. `not-a-hive`: something else answers there. */
  state: 'connected' | 'offline' | 'not-a-hive' | 'old-hive' | 'permission-missing';
  /** Why a hive is `offline`: the connection failed, timed out, or a proxy in front of the hive answered 502, 503 or 504. */
  why?: 'refused' | 'timeout' | 'gateway' | undefined;
  devices: Device[];
  /** From the first telemetry event; absent where the hive sends none. */
  version?: string;
  id?: string;
  workers?: HiveWorker[];
  /** Whether the hive could list its processes, so that `workers` is complete. Windows has no such list. */
  listsWorkers?: boolean;
  /** Clicks go to this hive. False for all if clicks go to the hive that the model fits best. */
  isDefault?: boolean;
};

/** A model in the hive's catalog. `path`: of its file on the hive's machine. */
export type HiveModel = { id: string; path: string; sizeBytes: number };
