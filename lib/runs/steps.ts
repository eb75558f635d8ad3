import type { Job, Note, Run, RunState, Step, StepName } from './run.ts';

const ended: ReadonlySet<RunState> = new Set(['installed', 'stopped', 'failed', 'cancelled']);

/** The run has ended and can be dismissed. A worker that is running has not ended. */
export const hasEnded = (run: Run): boolean => ended.has(run.state);

/** Nothing happens to this run any more unless the user asks for it: it has ended, or its worker is running. */
export const needsNoAction = (run: Run): boolean => run.state === 'running' || hasEnded(run);

/** The step in progress; undefined while the run waits or has ended. */
export const activeStep = (run: Run): Step | undefined => run.steps.find((step) => step.state === 'active');

/** The step in progress, or the next one. */
export const currentStep = (run: Run): Step | undefined =>
  activeStep(run) ?? run.steps.find((step) => step.state === 'pending');

/** The step's log was lost, so whether its job continues is unknown. */
export const isLost = (step: Step | undefined): boolean => step?.job?.state === 'lost';

/** Identifies workers that can serve the same purpose: model, backend and device. */
export const spawnKey = ({ model, device }: Pick<Run, 'model' | 'device'>): string =>
  [model, device?.backend, device?.index].join(' ');

/** Two runs on one hive need the same model, for example from the pages of a base model and of its derivative. */
export const sharesModel = (run: Run, other: Run): boolean =>
  !!run.model && run.id !== other.id && run.hive === other.hive && run.model === other.model;

/** The hive has reported a process that it started for this run. */
export const hasProcess = (run: Run): boolean => activeStep(run)?.name === 'spawn' && !!run.worker?.pid;

/** A copy with a changed step. */
export function withStep(run: Run, name: StepName, changes: Partial<Step>): Run {
  return { ...run, steps: run.steps.map((step) => (step.name === name ? { ...step, ...changes } : step)) };
}

/** Changes the active step's job. The same run if it has none, or if `change` returns the same job. */
export function withActiveJob(run: Run, change: (job: Job) => Job): Run {
  const step = activeStep(run);
  const job = step?.job && change(step.job);
  return job && job !== step?.job ? withStep(run, (step as Step).name, { job }) : run;
}

/** A copy with the note, once. The same run without a note to add. */
export function withNote(run: Run, note: Note | undefined): Run {
  return note && !run.notes?.includes(note) ? { ...run, notes: [...(run.notes ?? []), note] } : run;
}

/** A copy without the note. The same run if it does not have it. */
export function withoutNote(run: Run, note: Note): Run {
  const notes = run.notes?.filter((other) => other !== note);
  if (notes?.length === run.notes?.length) return run;
  return notes && notes.length > 0 ? { ...run, notes } : without(run, 'notes');
}

type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** A copy without these optional fields. */
export function without<T extends object>(value: T, ...keys: OptionalKey<T>[]): T {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}
