import { flag, keyOf, listOf, maybe, moment, number, only, shape, text } from '../checks.ts';
import type { LogLine, Run } from '../runs/run.ts';
import { errorWords } from './errors.ts';
import { choiceWords, noteWords, phaseWords, stateWords, stepStateWords, stepWords } from './run.ts';

const time = maybe(moment);

const job = shape({ id: text, lostAt: time, downAt: time, nextCheckAt: time });
const progress = shape({ phase: keyOf(phaseWords), percent: maybe(number), changedAt: moment, rate: maybe(number) });
const step = shape({
  name: keyOf(stepWords),
  state: keyOf(stepStateWords),
  job: maybe(job),
  progress: maybe(progress),
});
const run = shape({
  schema: only(1),
  id: text,
  subject: text,
  hive: text,
  order: number,
  attempt: number,
  updatedAt: moment,
  state: keyOf(stateWords),
  steps: listOf(step),
  model: maybe(text),
  path: maybe(text),
  file: maybe(shape({ path: maybe(text), size: maybe(number) })),
  backend: maybe(text),
  device: maybe(shape({ worker: text })),
  worker: maybe(shape({ address: text, port: number, pid: maybe(number), provenAt: time })),
  failure: maybe(shape({ code: keyOf(errorWords), text, at: moment })),
  choice: maybe(keyOf(choiceWords)),
  notes: maybe(listOf(keyOf(noteWords))),
  retryAt: time,
  picked: maybe(shape({ repo: text, path: maybe(text) })),
  seen: maybe(flag),
});
const line = shape({ at: moment, message: text });

/**
 * Whether a stored record holds what a view shows of a run. The service worker, which owns the records, reads them with the
 * schema of `run.ts`; in the popup that schema's library would be 7.3 kB gzip (measured 2026-11-23) to check our own writing.
 */
export const isReadableRun = (stored: unknown): stored is Run => run(stored);

export const isReadableLine = (stored: unknown): stored is LogLine => line(stored);
