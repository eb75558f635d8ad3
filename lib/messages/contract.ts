import type { ErrorCode } from '../errors.ts';
import type { Run } from '../runs/run.ts';

export type Device = {
  /** `GPU-0`, `CPU-0`: the hive's own id. */
  id: string;
  name: string;
  kind: 'gpu' | 'cpu';
  /** GiB, truncated by the hive; for the CPU it is the system's memory. */
  memoryGb: number;
};

export type HiveWorker = { pid: number; port: number; model?: string; address: string };

export type HiveStatus = {
  url: string;
  /** `down`: nothing answers. `not-a-hive`: something else answers there. */
  state: 'connected' | 'down' | 'not-a-hive' | 'old-hive' | 'permission-missing';
  /** Why a hive is `down`: no connection at once, or none in time. */
  why?: 'refused' | 'timeout';
  devices: Device[];
  /** From the first telemetry event; absent where the hive sends none. */
  version?: string;
  id?: string;
  workers?: HiveWorker[];
};

export type HiveModel = { id: string; path: string; sizeBytes: number };

/** A model file of a repository, and what is known of it for one hive. */
export type FileOffer = {
  path: string;
  /** `Q4_K_M`; absent where the name says nothing. */
  label?: string;
  sizeBytes?: number;
  fit: 'gpu' | 'cpu' | 'too-large' | 'unknown';
  /** Memory it needs (an estimate) and memory there is, on the device it would run on. */
  needBytes?: number;
  roomBytes?: number;
  /** In the hive's catalog already. */
  there: boolean;
  /** Whether the engine of rbee's worker knows this quantisation. */
  loads: 'yes' | 'unsure' | 'no';
  /** A hive fetches one file and joins none. */
  refused?: 'split';
};

/** What can be run for a page's model on one hive. */
export type Offer = {
  /** The repository as the hub spells it. */
  repo: string;
  hive: string;
  gated: false | 'auto' | 'manual';
  files: FileOffer[];
  /** Path of the file a click takes without a choice. */
  usual?: string;
  /** Why there is none. */
  none?: 'no-gguf' | 'split' | 'no-fit';
  /** Other people's quantised uploads, most downloaded first; only where the repository has no file of its own. */
  derivatives: { repo: string; downloads: number }[];
  devices: Device[];
};

/**
 * Everything that crosses between a view and the service worker: requests go one way, and each has one reply. State comes
 * back through `storage.local` (`run:{id}`, `log:{id}`), the same copy for every view.
 */
export type Contract = {
  /** Starts a run for the subject, or returns the one that is already under way for it. */
  'run/start': { request: { subject: string; hive?: string | undefined }; response: { run: Run } };
  'run/retry': { request: { id: string }; response: { run: Run } };
  'run/cancel': { request: { id: string }; response: { run: Run } };
  /** Opens the popup, or its page in a tab, at that run. */
  'run/open': { request: { id: string }; response: Record<string, never> };
  /** Wakes the service worker, which looks after every run, proves running workers again, and answers with the present state. */
  'run/sync': { request: { subjects?: string[] | undefined }; response: { runs: Run[] } };
  /** Looks for evidence of a lost step now. */
  'run/check': { request: { id: string }; response: { run: Run } };
  /** Sends a lost step's job again because a person said so. */
  'run/again': { request: { id: string }; response: { run: Run } };
  /** The file for a run in state `choose`, perhaps of another repository; without a path the usual file of that repository. */
  'run/pick': { request: { id: string; repo: string; path?: string | undefined }; response: { run: Run } };
  /** The person agrees that the missing worker binary is built. */
  'run/agree': { request: { id: string }; response: { run: Run } };
  /** Stops the worker of a running run, by the pid its hive reported. */
  'run/stop': { request: { id: string }; response: { run: Run } };
  'run/dismiss': { request: { id: string }; response: Record<string, never> };
  /** Failures on view have been seen: the badge forgets them. */
  'run/seen': { request: { ids: string[] }; response: Record<string, never> };
  'hive/status': { request: Record<string, never>; response: { hives: HiveStatus[] } };
  'subject/offer': { request: { subject: string; hive?: string | undefined }; response: Offer };
  /** Two-step check of an address a person typed. Nothing is stored. */
  'hive/test': { request: { url: string }; response: HiveStatus };
  /** Deletes by the id a fresh list holds, and answers with the list after it. */
  'model/delete': { request: { hive: string; id: string }; response: { models: HiveModel[]; readAt: number } };
  'hive/models': { request: { hive: string }; response: { models: HiveModel[]; readAt: number } };
};

export type MessageType = keyof Contract;
export type Request<T extends MessageType> = Contract[T]['request'];
export type Response<T extends MessageType> = Contract[T]['response'];

/** What crosses the wire. Errors travel as data; `send` turns them back into an `RbeeError`. */
export type Reply<T extends MessageType> =
  | { ok: true; value: Response<T> }
  | { ok: false; error: { code: ErrorCode; message: string } };
