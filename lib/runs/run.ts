import * as z from 'zod/mini';
import { errorCodes } from '../errors.ts';
import { phases } from '../hive/narration.ts';
import { backends } from '../hive/types.ts';
import { Amount, List, Printable, Text, Whole } from '../schemas.ts';

/** A run's state: the same word in storage, in `data-state` and in the reducer. A subject without a run is `idle`. */
export const runStates = [
  'queued',
  'offline',
  'resolving',
  'choose',
  'downloading',
  'installing',
  'starting',
  'cancelling',
  'running',
  'installed',
  'stopped',
  'failed',
  'cancelled',
] as const;

export const stepNames = ['resolve', 'download', 'install', 'spawn'] as const;
export const stepStates = ['pending', 'active', 'done', 'failed', 'cancelled', 'skipped'] as const;

/** Longest text of a hive that is kept with a run, in UTF-16 units. */
export const maxText = 4_000;

/** In ms since the epoch, up to the last one that `Date` can represent. */
const Time = Amount(8.64e15);
const Count = Whole();
const Port = Whole(1, 65_535);

const job = {
  id: Text(100),
  postedAt: Time,
  /** How often evidence was looked for without finding any, or a request for this job failed. */
  checks: Count,
  /** When the next request for this job is due. */
  nextCheckAt: z.optional(Time),
};

/** A job of the hive. Its stream can be opened once, and opening it starts the work (rbee-keeper/rbee 0509312f, 2025-11-14). */
export const Job = z.union([
  /** Submitted; its stream was never opened, so the hive has not started it. */
  z.strictObject({ ...job, state: z.literal('posted'), offlineAt: z.optional(Time) }),
  /** The stream was opened, and no end of it was stored. */
  z.strictObject({ ...job, state: z.literal('live'), openedAt: Time }),
  /** The stream ended without a marker, or belonged to a service worker that was terminated: only evidence counts. */
  z.strictObject({
    ...job,
    state: z.literal('lost'),
    openedAt: z.optional(Time),
    lostAt: Time,
    /** When the hive was first found to be offline, which ended its jobs. */
    offlineAt: z.optional(Time),
    /** The user wants the job submitted again: it is cancelled first, so that there are never two. */
    resubmit: z.optional(z.boolean()),
  }),
  /** The hive reported the end. That is neither success nor failure: evidence is looked for first. */
  z.strictObject({
    ...job,
    state: z.literal('ended'),
    openedAt: Time,
    as: z.literal(['done', 'failed', 'cancelled']),
    reason: Text(maxText),
  }),
]);
export type Job = z.infer<typeof Job>;

export const Progress = z.strictObject({
  phase: z.literal(phases),
  /** 0–100, only if the hive reported one. Never falls within an attempt. */
  percent: z.optional(Amount(100)),
  changedAt: Time,
  /** Smoothed, in percentage points per millisecond. */
  rate: z.optional(Amount()),
});
export type Progress = z.infer<typeof Progress>;

export const Step = z.strictObject({
  name: z.literal(stepNames),
  state: z.literal(stepStates),
  job: z.optional(Job),
  progress: z.optional(Progress),
  /** How often this step was resubmitted automatically because the hive was restarted. */
  resubmits: z.optional(Count),
  /** Resolve and download: a failure that passes by itself is retried automatically. `count` attempts, the next one at `at`. */
  retry: z.optional(z.strictObject({ count: Count, at: Time, code: z.literal(errorCodes) })),
  /** Install only: the hive was asked in this attempt and has no such binary. Installing an existing one fails after the whole build. */
  missing: z.optional(z.boolean()),
  /** Spawn only: ports on which a known worker answered just before the POST, so that a new worker cannot have them. */
  occupied: z.optional(List(Count, 200)),
  /** Spawn only: workers that the hive listed just before the POST; absent if it could list none. */
  before: z.optional(List(z.strictObject({ pid: Count, port: z.optional(Count) }), 1_000)),
});
export type Step = z.infer<typeof Step>;

export const Worker = z.strictObject({
  /** Origin of the worker on the hive's host: `http://localhost:8080`. */
  address: Printable(300),
  port: Port,
  pid: z.optional(Whole(1)),
  /** What it was started for (`spawnKey`). */
  spawnKey: z.optional(Printable(600)),
  /** Something else answered on this port: `/health` there proves nothing. */
  portTaken: z.optional(z.boolean()),
  /** When `/health` or the hive's listing last proved it. */
  provenAt: z.optional(Time),
});
export type Worker = z.infer<typeof Worker>;

export const Failure = z.strictObject({
  code: z.literal(errorCodes),
  step: z.literal(stepNames),
  /** The hive's or the hub's own text, or ours for the log. */
  text: Text(maxText),
  at: Time,
});
export type Failure = z.infer<typeof Failure>;

/** The hive could not install or spawn. Remembered, so that the next runs on this hive start with the manual start. */
export const HiveFailure = z.strictObject({
  code: z.literal(errorCodes),
  step: z.literal(['install', 'spawn']),
  backend: z.optional(z.literal(backends)),
  text: Text(maxText),
  /** 0 once the hive was seen offline: it may have been repaired. */
  at: Time,
  /** Ids of the worker binaries that were installed then. */
  installed: List(Text(200), 1_000),
});
export type HiveFailure = z.infer<typeof HiveFailure>;

/** The user starts the worker with a command. Exists while the run waits for that worker. */
export const ManualStart = z.strictObject({
  /** The port in the displayed command, which no other run uses. */
  port: Port,
  /** Whether the hive has the worker binary: the command starts it, otherwise builds and starts it. */
  installed: z.boolean(),
  since: Time,
  /** When the worker is looked for next. Absent: only when a view asks (`run/check`). */
  nextPollAt: z.optional(Time),
});
export type ManualStart = z.infer<typeof ManualStart>;

/** The file the resolve step settled on. */
export const ModelFile = z.strictObject({
  /** Path in the repository; absent if the hub could not be asked, so that the hive has to search itself. */
  path: z.optional(Printable(300)),
  /** Bytes, as the hub reports them. */
  size: z.optional(Count),
});
export type ModelFile = z.infer<typeof ModelFile>;

/** Why the user has to decide or act, for state `choose`. */
export const choiceReasons = ['no-fit', 'derivatives', 'not-loadable', 'install', 'start-worker'] as const;

/** Short facts displayed next to the state, in the order in which they became known. */
export const notes = [
  'already-there',
  'finished-first',
  'process-may-remain',
  'resubmitted',
  'size-unknown',
  'tight',
  'not-loadable',
  'maybe-not-loadable',
  'found-after-loss',
] as const;

/** One click and everything that follows from it, on one hive: what is stored, displayed, cancelled and retried. */
export const Run = z.strictObject({
  schema: z.literal(1),
  id: Text(64),
  /** As the page sent it, with the file once one was chosen (`lib/subject.ts`). */
  subject: Printable(520),
  /** Base URL of the hive, without a trailing slash. */
  hive: Printable(300),
  /** Click order; decides the queue. */
  order: Count,
  attempt: Whole(1),
  createdAt: Time,
  updatedAt: Time,
  state: z.literal(runStates),
  steps: List(Step, 4, 1),
  /** The id sent to the hive (`org/name:file.gguf`), under which its catalog lists the model. */
  model: z.optional(Printable(520)),
  /** Path of the model on the hive's machine, from its catalog. */
  path: z.optional(Printable(4_096)),
  file: z.optional(ModelFile),
  /** The hub lists the repository as gated. */
  gated: z.optional(z.boolean()),
  /** The run may go to any hive: its first step selects the one that the subject fits best. */
  bestFit: z.optional(z.boolean()),
  /** The click was on a card, which shows no warnings. */
  fromCard: z.optional(z.boolean()),
  /** The backend the user chose for this run; goes before the options and the hive's devices. */
  backend: z.optional(z.literal(backends)),
  /** What `worker_spawn` asks for, and which worker is installed. */
  device: z.optional(z.strictObject({ backend: z.literal(backends), index: Count })),
  worker: z.optional(Worker),
  failure: z.optional(Failure),
  choice: z.optional(z.literal(choiceReasons)),
  manual: z.optional(ManualStart),
  hiveFailure: z.optional(HiveFailure),
  /** The user wants the hive to try again although it failed before (`hiveFailure`). */
  tryHive: z.optional(z.boolean()),
  cancel: z.optional(z.strictObject({ askedAt: Time, sentAt: z.optional(Time) })),
  notes: z.optional(List(z.literal(notes), notes.length)),
  /** Retry cannot help before this time: a cancelled download has to settle, a lock has to be released. */
  retryAt: z.optional(Time),
  /** How many attempts in a row met a lock; the countdown doubles with each. */
  locks: z.optional(Count),
  /** What the user chose: a file, or another repository that has a quantized derivative, or both. */
  picked: z.optional(z.strictObject({ repo: Printable(200), path: z.optional(Printable(300)) })),
  /** The user agreed to have the missing worker binary built. */
  agreed: z.optional(z.boolean()),
  /** A failure counts in the badge until a view has shown it. */
  seen: z.optional(z.boolean()),
});
export type Run = z.infer<typeof Run>;
export type RunState = Run['state'];
export type StepName = Step['name'];
export type Note = (typeof notes)[number];

/** One narration line, without ANSI escapes. Stored apart from its run, under `log:{run id}`. */
export const LogLine = z.strictObject({ at: Time, action: Text(100), message: Text(2_000) });
export type LogLine = z.infer<typeof LogLine>;
