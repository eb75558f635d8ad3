import type { LogLine, Run } from '../runs/run.ts';
import { errorWords } from './errors.ts';
import { choiceWords, noteWords, phaseWords, stateWords, stepStateWords, stepWords } from './run.ts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => Number.isFinite(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const nameIn =
  (words: object): Check =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(words, value);
const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([key, check]) => check(Reflect.get(value, key)));

const time = maybe(number);

const job = shape({ id: text, lostAt: time, downAt: time, nextCheckAt: time });
const progress = shape({ phase: nameIn(phaseWords), percent: maybe(number), changedAt: number, rate: maybe(number) });
const step = shape({
  name: nameIn(stepWords),
  state: nameIn(stepStateWords),
  job: maybe(job),
  progress: maybe(progress),
});
const run = shape({
  schema: (value) => value === 1,
  id: text,
  subject: text,
  hive: text,
  order: number,
  attempt: number,
  updatedAt: number,
  state: nameIn(stateWords),
  steps: listOf(step),
  model: maybe(text),
  file: maybe(shape({ path: maybe(text), size: maybe(number) })),
  device: maybe(shape({ worker: text })),
  worker: maybe(shape({ address: text, port: number, pid: maybe(number), provenAt: time })),
  failure: maybe(shape({ code: nameIn(errorWords), text, at: number })),
  choice: maybe(nameIn(choiceWords)),
  notes: maybe(listOf(nameIn(noteWords))),
  retryAt: time,
  picked: maybe(shape({ repo: text, path: maybe(text) })),
  seen: maybe((value) => typeof value === 'boolean'),
});
const line = shape({ at: number, message: text });

/**
 * Whether a stored record holds what a view shows of a run. The service worker, which owns the records, reads them with the
 * schema of `run.ts`; in the popup that schema's library would be 7.3 kB gzip (measured 2026-11-23) to check our own writing.
 */
export const isReadableRun = (stored: unknown): stored is Run => run(stored);

export const isReadableLine = (stored: unknown): stored is LogLine => line(stored);
