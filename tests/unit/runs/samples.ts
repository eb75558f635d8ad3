import { narrationReader } from '../../../lib/hive/narration.ts';
import { createRun } from '../../../lib/runs/create-run.ts';
import type { RunEvent } from '../../../lib/runs/events.ts';
import { applyEvent } from '../../../lib/runs/reducer.ts';
import type { Job, Run, Step, StepName } from '../../../lib/runs/run.ts';

export const t0 = Date.UTC(2025, 10, 14, 12);
export const hive = 'http://localhost:7835';
export const repo = 'org/name';
export const model = `${repo}:f.gguf`;

/** An event, at `t0` unless it has a time. */
export type TestEvent = RunEvent & { at?: number };

export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) freeze(each);
  }
  return value;
}

/** The run after these events. All values that the reducer receives are frozen. */
export function apply(run: Run, ...events: TestEvent[]): Run {
  return events.reduce((before, event) => freeze(applyEvent(before, freeze({ at: t0, ...event }))), freeze(run));
}

export function clicked(more: Partial<Run> = {}): Run {
  return freeze({ ...createRun({ kind: 'model', repo }, hive, 1, t0), id: 'run-1', ...more });
}

export function clickedWorker(more: Partial<Run> = {}): Run {
  return freeze({ ...createRun({ kind: 'worker', id: 'llm-worker-rbee-cpu' }, hive, 1, t0), id: 'run-1', ...more });
}

/** A narration line of the hive. */
export function line(action: string, message: string, jobId = 'job-1'): TestEvent {
  const reading = narrationReader(action)?.(message) ?? {};
  return { type: 'narrated', jobId, reading, ...(reading.port && { address: `http://localhost:${reading.port}` }) };
}

export const percent = (value: number, at = t0): TestEvent => ({
  ...line('download_progress', `⏳ Still downloading f.gguf (${value.toFixed(1)}% complete)...`),
  at,
});

const resolved: TestEvent[] = [
  { type: 'admitted' },
  { type: 'resolved', model, file: { path: 'f.gguf', size: 1_000_000 }, device: { backend: 'cpu', index: 0 } },
];
const sent: TestEvent[] = [
  { type: 'admitted' },
  { type: 'posted', step: 'download', jobId: 'job-1' },
  { type: 'opened', jobId: 'job-1' },
];

const downloaded: TestEvent[] = [
  ...resolved,
  ...sent,
  { type: 'ended', jobId: 'job-1', as: 'done', reason: '' },
  { type: 'proven', step: 'download' },
];
const checkingBinary: TestEvent[] = [...downloaded, { type: 'admitted' }];
const readyToSpawn: TestEvent[] = [...checkingBinary, { type: 'skipped' }, { type: 'admitted' }];
const starting: TestEvent[] = [
  ...readyToSpawn,
  { type: 'posted', step: 'spawn', jobId: 'job-1', before: [{ pid: 7, port: 9000 }] },
  { type: 'opened', jobId: 'job-1' },
];
const started: TestEvent[] = [
  ...starting,
  line('worker_spawn_port', '📍 Assigned port 8080 to worker'),
  line('started', '✅ Daemon started with PID: 4242'),
];
const running: TestEvent[] = [
  ...started,
  { type: 'ended', jobId: 'job-1', as: 'done', reason: '' },
  { type: 'worker-found', worker: { address: 'http://localhost:8080', port: 8080, pid: 4242 } },
];

/** The events that lead to each situation of a model's run. */
export const events = {
  resolving: [{ type: 'admitted' }],
  resolved,
  downloading: [...resolved, ...sent],
  downloaded,
  checkingBinary,
  readyToSpawn,
  starting,
  started,
  running,
} satisfies Record<string, TestEvent[]>;

/** A model's run in that situation, after more events. */
export const at = (situation: keyof typeof events, ...more: TestEvent[]): Run =>
  apply(clicked(), ...events[situation], ...more);

export const stepOf = (run: Run, name: StepName): Step => {
  const step = run.steps.find((each) => each.name === name);
  if (!step) throw new Error(`The run has no step ${name}.`);
  return step;
};
export const jobOf = (run: Run): Job => {
  const job = run.steps.find((step) => step.job && step.state !== 'done')?.job;
  if (!job) throw new Error('No step of the run has a job.');
  return job;
};

/** The state of the job of the step in progress. */
export const jobState = (run: Run): Job['state'] | undefined =>
  run.steps.find(({ state }) => state === 'active')?.job?.state;
