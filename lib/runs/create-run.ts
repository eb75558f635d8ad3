import { formatSubject, type Subject } from '../subject.ts';
import { isFileChoice } from './file-choices.ts';
import type { Run, StepName } from './run.ts';

const stepsOf: Record<'model' | 'worker' | 'withoutModel', StepName[]> = {
  model: ['resolve', 'download', 'install', 'spawn'],
  worker: ['install'],
  withoutModel: ['install', 'spawn'],
};

/** What a click asks for beside its subject. `withoutModel`: the worker of a worker page is started, without a model. */
export type RunPreferences = Pick<Run, 'bestFit' | 'backend' | 'fromCard' | 'picked'> & {
  withoutModel?: boolean | undefined;
};

/** A run that nothing has happened to yet. */
export function createRun(
  subject: Extract<Subject, { kind: 'model' | 'worker' }>,
  hive: string,
  order: number,
  at: number,
  { withoutModel, ...preferences }: RunPreferences = {},
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
    ...preferences,
    steps: stepsOf[withoutModel ? 'withoutModel' : subject.kind].map((name) => ({ name, state: 'pending' })),
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

/** The run that waits for a file to be chosen, if a click on `subject` names one: the one on that hive first, then the latest. */
export function waitingFor(runs: Run[], subject: string, hive: string | undefined): Run | undefined {
  const waiting = runs
    .toSorted(latestFirst)
    .filter(
      ({ state, choice, subject: own }) =>
        state === 'choose' && isFileChoice(choice) && `${subject}:`.startsWith(`${own}:`),
    );
  return waiting.find((run) => run.hive === hive) ?? waiting[0];
}

/** For sorting: the run of the latest click first. */
export const latestFirst = (a: Run, b: Run): number => b.order - a.order;

/** Whether the run starts a worker without a model. */
export const runsWithoutModel = ({ subject, steps }: Run): boolean => subject.startsWith('worker:') && steps.length > 1;
