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
  devices: Device[];
  /** From the first telemetry event; absent where the hive sends none. */
  version?: string;
  id?: string;
  workers?: HiveWorker[];
};

export type HiveModel = { id: string; path: string; sizeBytes: number };

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
  'run/dismiss': { request: { id: string }; response: Record<string, never> };
  /** Failures on view have been seen: the badge forgets them. */
  'run/seen': { request: { ids: string[] }; response: Record<string, never> };
  'hive/status': { request: Record<string, never>; response: { hives: HiveStatus[] } };
  'hive/models': { request: { hive: string }; response: { models: HiveModel[]; readAt: number } };
};

export type MessageType = keyof Contract;
export type Request<T extends MessageType> = Contract[T]['request'];
export type Response<T extends MessageType> = Contract[T]['response'];

/** What crosses the wire. Errors travel as data; `send` turns them back into an `RbeeError`. */
export type Reply<T extends MessageType> =
  | { ok: true; value: Response<T> }
  | { ok: false; error: { code: ErrorCode; message: string } };
