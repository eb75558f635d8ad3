import type { ErrorCode } from '../errors.ts';
import type { Reading } from '../hive/narration.ts';
import type { Backend } from '../hive/types.ts';
import type { choiceReasons, HiveFailure, ManualStart, ModelFile, Note, Run, Step, StepName, Worker } from './run.ts';

/** Everything that can happen to a run. Data only, so that an event can be stored, logged and replayed. */
export type RunEvent =
  // The queue and the plan
  | { type: 'admitted' }
  | {
      type: 'resolved';
      model: string;
      file?: ModelFile;
      device?: Run['device'];
      gated?: boolean;
      notes?: Note[];
    }
  | { type: 'device-chosen'; device: NonNullable<Run['device']> }
  | { type: 'choice-needed'; reason: Exclude<(typeof choiceReasons)[number], 'start-worker'>; manual?: ManualPort }
  | { type: 'skipped' }
  // A job
  | ({ type: 'posted'; step: StepName; jobId: string } & BeforeSpawn)
  | { type: 'opened'; jobId: string }
  /** `address`: where a worker on the port in the line is. */
  | { type: 'narrated'; jobId: string; reading: Reading; address?: string }
  | { type: 'ended'; jobId: string; as: 'done' | 'failed' | 'cancelled'; reason: string }
  | { type: 'lost'; jobId: string }
  | { type: 'port-taken'; jobId: string }
  // Evidence and outcomes
  | { type: 'checked'; nextCheckAt: number }
  | { type: 'proven'; step: StepName; path?: string; note?: Note }
  | { type: 'worker-found'; worker: Worker; note?: Note }
  | { type: 'failed'; code: ErrorCode; text: string }
  | { type: 'retry-scheduled'; code: ErrorCode; retryAt: number }
  | { type: 'resubmitted'; by: 'itself' | 'user' }
  // The manual start. `nextPollAt` undefined: the worker is looked for only when a view asks.
  | { type: 'manual-start'; manual: ManualPort; failure?: Omit<HiveFailure, 'at' | 'step' | 'backend'> }
  | { type: 'polled'; port: number; nextPollAt: number | undefined }
  // The hive
  | { type: 'hive-offline'; nextCheckAt: number }
  | { type: 'hive-selected'; hive: string }
  | { type: 'hive-failure-forgotten' }
  | { type: 'model-listed'; path: string }
  // The user
  | { type: 'picked'; repo: string; path?: string | undefined }
  | { type: 'agreed' }
  | { type: 'try-hive-asked' }
  | { type: 'resubmit-asked' }
  | { type: 'check-asked' }
  | { type: 'cancel-asked' }
  | { type: 'cancel-sent' }
  | { type: 'cancel-settled'; note?: Note }
  | {
      type: 'retried';
      bestFit?: boolean | undefined;
      backend?: Backend | undefined;
      fromCard?: boolean | undefined;
      hive?: string;
      order?: number;
    }
  | { type: 'seen' }
  // The worker
  | { type: 'worker-proven' }
  | { type: 'worker-gone' };

export type ManualPort = Pick<ManualStart, 'port' | 'installed'>;

/** What was found just before a spawn. `remains`: whether a process of an earlier attempt is known to exist; undefined if unknown. */
export type BeforeSpawn = { before?: Step['before']; occupied?: Step['occupied']; remains?: boolean | undefined };

/** `at` is in ms since the epoch: the reducer has no clock. */
export type TimedEvent = RunEvent & { at: number };

/** An event of the named type. */
export type EventOf<T extends RunEvent['type']> = Extract<TimedEvent, { type: T }>;
