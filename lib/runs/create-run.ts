import { formatSubject, type Subject } from '../subject.ts';
import type { Run, StepName } from './run.ts';

const stepsOf: Record<'model' | 'worker', StepName[]> = {
  model: ['resolve', 'download', 'install', 'spawn'],
  worker: ['install'],
};

/** A run that nothing has happened to yet. */
export function createRun(
  subject: Extract<Subject, { kind: 'model' | 'worker' }>,
  hive: string,
  order: number,
  at: number,
): Run {
  return {
    schema: 1,
    id: crypto.randomUUID(),
    subject: formatSubject(subject),
    hive,
    order,
    attempt: 1,
    createdAt: at,
    updatedAt: at,
    state: 'queued',
    steps: stepsOf[subject.kind].map((name) => ({ name, state: 'pending' })),
  };
}

/**
 * Whether a click on `subject` means this run: the same model, and the same file where the click named one. A page that
 * names no file means whatever file the run has.
 */
export function isSameSubject(run: Run, subject: string): boolean {
  if (run.subject === subject || run.subject.startsWith(`${subject}:`)) return true;
  return run.model !== undefined && `hf:${run.model}` === subject;
}
