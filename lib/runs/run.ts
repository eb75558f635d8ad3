import * as z from 'zod/mini';
import { errorCodes } from '../errors.ts';
import { phases } from '../hive/narration.ts';
import { backends } from '../hive/types.ts';
import { Amount, List, Text, Whole } from '../schemas.ts';

/** A run's state, the same word in storage, in `data-state` and in the reducer. No run for a subject is `idle`. */
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

/** As far as a date can be told from it. */
const Time = Amount(8.64e15);
const Count = Whole();

/** A job of the hive. Its stream can be opened once, and opening it is what starts the work (hive-wire contract 0). */
export const Job = z.strictObject({
  id: Text(100),
  postedAt: Time,
  /** The stream's answer arrived: the hive has started the job, and no second stream will ever tell of it. */
  openedAt: z.optional(Time),
  /** Contact was lost at this time; from then on only evidence counts. */
  lostAt: z.optional(Time),
  /** How often evidence was looked for since, and when it is looked for next. */
  checks: Count,
  nextCheckAt: z.optional(Time),
  /** The hive refused a connection after contact was lost: it has restarted, and its jobs are gone. */
  downAt: z.optional(Time),
  /** The hive's own last word on the job. Neither success nor failure yet: evidence is looked for first. */
  ended: z.optional(z.strictObject({ as: z.literal(['done', 'failed', 'cancelled']), reason: Text(4_000) })),
  /** A person wants it sent again: this one is cancelled first, so that two never run beside each other. */
  again: z.optional(z.boolean()),
});
export type Job = z.infer<typeof Job>;

export const Progress = z.strictObject({
  phase: z.literal(phases),
  /** 0–100, only when the hive named one; within an attempt it never falls. */
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
  /** How often this step was sent again by itself: after a request without an answer, or after a restart of the hive. */
  resent: z.optional(Count),
  /** Spawn only: ports on which a worker we know of answered just before the POST. A new one cannot have them. */
  occupied: z.optional(List(Count, 200)),
  /** Install only: the hive was asked in this attempt, and has no such binary. Installing what is there fails after the whole build. */
  missing: z.optional(z.boolean()),
  /** Spawn only: workers in the hive's telemetry just before the POST; absent where there was no telemetry. */
  before: z.optional(List(z.strictObject({ pid: Count, port: z.optional(Count) }), 1_000)),
});
export type Step = z.infer<typeof Step>;

export const Worker = z.strictObject({
  /** Origin of the worker on the hive's host, e.g. `http://localhost:8080`. */
  address: Text(300),
  port: Whole(1, 65_535),
  pid: z.optional(Whole(1)),
  /** What it was started for, as `recipeOf` has it. */
  recipe: z.optional(Text(600)),
  /** Somebody answered there before the hive had started the process: whoever answers now proves nothing. */
  taken: z.optional(z.boolean()),
  /** When `GET /health` or the telemetry last proved it. */
  provenAt: z.optional(Time),
});
export type Worker = z.infer<typeof Worker>;

export const Failure = z.strictObject({
  code: z.literal(errorCodes),
  step: z.literal(stepNames),
  /** The hive's or hub's own words, or ours for the log. */
  text: Text(4_000),
  at: Time,
});
export type Failure = z.infer<typeof Failure>;

/** The file the resolve step settled on. */
export const ModelFile = z.strictObject({
  /** Path in the repository; absent when the hub could not be asked, and the hive has to look itself. */
  path: z.optional(Text(300)),
  /** Bytes, as the hub says. */
  size: z.optional(Count),
});
export type ModelFile = z.infer<typeof ModelFile>;

/** Why a person has to choose, for state `choose`. The offer itself is not stored: it is asked for when shown. */
export const choiceReasons = ['no-fit', 'derivatives', 'install'] as const;

/** Short facts the person is told beside the state, in the order they came. */
export const notes = [
  'already-there',
  'finished-first',
  'process-may-remain',
  'sent-again',
  'size-unknown',
  'found-after-loss',
] as const;

/** One click and all that follows from it, on one hive: what is stored, shown, cancelled and retried. */
export const Run = z.strictObject({
  schema: z.literal(1),
  id: Text(64),
  /** As the page gave it, with the file once one was chosen (`lib/subject.ts`). */
  subject: Text(520),
  /** Base URL of the hive, without a trailing slash. */
  hive: Text(300),
  /** Click order; decides the queue. */
  order: Count,
  attempt: Whole(1),
  createdAt: Time,
  updatedAt: Time,
  state: z.literal(runStates),
  steps: List(Step, 4),
  /** The id string sent to the hive (`org/name:file.gguf`): what its catalog will list. */
  model: z.optional(Text(520)),
  /** Where the hive's catalog has the model, on the hive's machine. */
  path: z.optional(Text(4_096)),
  file: z.optional(ModelFile),
  /** Whatever hive the model fits best: which one that is gets decided in the resolve step. */
  anyHive: z.optional(z.boolean()),
  /** The worker a person wants for this run, whatever the options and the hive's devices say. */
  backend: z.optional(z.literal(backends)),
  /** What `worker_spawn` is asked for, and what `worker_install` installs. */
  device: z.optional(z.strictObject({ backend: z.literal(backends), index: Count })),
  worker: z.optional(Worker),
  failure: z.optional(Failure),
  choice: z.optional(z.literal(choiceReasons)),
  cancel: z.optional(z.strictObject({ askedAt: Time, sentAt: z.optional(Time) })),
  notes: z.optional(List(z.literal(notes), 10)),
  /** Retry is of no use before this time: a cancelled download has to settle, a lock has to be given back. */
  retryAt: z.optional(Time),
  /** How many attempts in a row met a lock; the countdown doubles with each. */
  locks: z.optional(Count),
  /** What a person chose: a file, or another repository where it is a quantised derivative, or both. */
  picked: z.optional(z.strictObject({ repo: Text(200), path: z.optional(Text(300)) })),
  /** A person agreed to building the missing worker binary. */
  agreed: z.optional(z.boolean()),
  /** A failure counts in the badge until a view has shown it. */
  seen: z.optional(z.boolean()),
});
export type Run = z.infer<typeof Run>;
export type RunState = Run['state'];
export type StepName = Step['name'];
export type Note = (typeof notes)[number];

/** One narration of the hive: action key and message, ANSI stripped. Stored apart from its run, under `log:{run id}`. */
export const LogLine = z.strictObject({ at: Time, action: Text(100), message: Text(2_000) });
export type LogLine = z.infer<typeof LogLine>;
