import { createRun } from '../../../lib/runs/create-run.ts';
import { applyEvent, type RunEvent } from '../../../lib/runs/reducer.ts';
import type { Job, Run, Step, StepName } from '../../../lib/runs/run.ts';

export const t0 = Date.UTC(2025, 10, 14, 12);
export const hive = 'http://localhost:7835';
export const repo = 'org/name';
export const model = `${repo}:f.gguf`;

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** An event, at `t0` where it names no time. */
export type Happening = Without<RunEvent, 'at'> & { at?: number };

export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) freeze(each);
  }
  return value;
}

/** What the events make of the run. Nothing that was handed to the reducer can be written to. */
export function play(run: Run, ...happenings: Happening[]): Run {
  return happenings.reduce(
    (before, happening) => freeze(applyEvent(before, freeze({ at: t0, ...happening }))),
    freeze(run),
  );
}

export function clicked(more: Partial<Run> = {}): Run {
  return freeze({ ...createRun({ kind: 'model', repo }, hive, 1, t0), id: 'run-1', ...more });
}

export function clickedWorker(more: Partial<Run> = {}): Run {
  return freeze({ ...createRun({ kind: 'worker', id: 'llm-worker-rbee-cpu' }, hive, 1, t0), id: 'run-1', ...more });
}

export const says = (action: string, message: string, jobId = 'job-1'): Happening => ({
  type: 'narrated',
  jobId,
  action,
  message,
  address: (port) => `http://localhost:${port}`,
});

export const percent = (value: number, at = t0): Happening => ({
  ...says('download_progress', `⏳ Still downloading f.gguf (${value.toFixed(1)}% complete)...`),
  at,
});

const resolved: Happening[] = [
  { type: 'admitted' },
  { type: 'resolved', model, file: { path: 'f.gguf', size: 1_000_000 }, device: { backend: 'cpu', index: 0 } },
];
const sent: Happening[] = [
  { type: 'admitted' },
  { type: 'posted', jobId: 'job-1' },
  { type: 'opened', jobId: 'job-1' },
];

const downloaded: Happening[] = [
  ...resolved,
  ...sent,
  { type: 'ended', jobId: 'job-1', as: 'done', reason: '' },
  { type: 'proven' },
];
const checkingBinary: Happening[] = [...downloaded, { type: 'admitted' }];
const readyToSpawn: Happening[] = [...checkingBinary, { type: 'skipped' }, { type: 'admitted' }];
const starting: Happening[] = [
  ...readyToSpawn,
  { type: 'posted', jobId: 'job-1', before: [{ pid: 7, port: 9000 }] },
  { type: 'opened', jobId: 'job-1' },
];
const started: Happening[] = [
  ...starting,
  says('worker_spawn_port', '📍 Assigned port 8080 to worker'),
  says('started', '✅ Daemon started with PID: 4242'),
];
const running: Happening[] = [
  ...started,
  { type: 'ended', jobId: 'job-1', as: 'done', reason: '' },
  { type: 'proven', worker: { address: 'http://localhost:8080', port: 8080, pid: 4242 } },
];

/** The ways to a step of a model's run whose stream is open, and to what follows. */
export const way = {
  resolving: [{ type: 'admitted' }],
  resolved,
  downloading: [...resolved, ...sent],
  downloaded,
  checkingBinary,
  readyToSpawn,
  starting,
  started,
  running,
} satisfies Record<string, Happening[]>;

/** A model's run that has come so far. */
export const at = (place: keyof typeof way, ...more: Happening[]): Run => play(clicked(), ...way[place], ...more);

export const stepOf = (run: Run, name: StepName): Step => {
  const step = run.steps.find((each) => each.name === name);
  if (!step) throw new Error(`The run has no step ${name}.`);
  return step;
};
export const jobOf = (run: Run): Job => {
  const job = run.steps.find((step) => step.job && step.state !== 'done')?.job;
  if (!job) throw new Error('No step of the run has a job under way.');
  return job;
};
