import type { ErrorCode } from '../../lib/errors.ts';
import { logKey, runKey } from '../../lib/runs/keys.ts';
import type { Job, LogLine, ManualStart, Progress, Run, RunState, Step, StepName } from '../../lib/runs/run.ts';

const size = 807_694_464;
const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const path = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const order: StepName[] = ['resolve', 'download', 'install', 'spawn'];

/** A run's steps: done before the named one, pending after it. */
export function steps(at: StepName, state: Step['state'], more: Partial<Step> = {}): Step[] {
  const place = order.indexOf(at);
  return order.map((name, index) => {
    if (index === place) return { name, state, ...more };
    if (index > place) return { name, state: 'pending' };
    return { name, state: name === 'install' ? 'skipped' : 'done' };
  });
}

/** A job with an open stream; a lost one with `lostAt`, and one whose result was reported with `as`. */
export const job = (
  now: number,
  more: { lostAt?: number; as?: 'done' | 'failed' | 'cancelled'; [key: string]: unknown } = {},
): Job =>
  ({
    state: more.as ? 'ended' : more.lostAt === undefined ? 'live' : 'lost',
    id: 'job-0f8fad5b-d9cb-469f-a165-70867728950e',
    postedAt: now - 65_000,
    openedAt: now - 64_900,
    checks: 0,
    ...more,
  }) as Job;

export const progress = (now: number, more: Partial<Progress> = {}): Progress => ({
  phase: 'downloading',
  changedAt: now - 4_000,
  ...more,
});

let count = 0;

/** A stored run, queued by default. */
export function record(now: number, more: Partial<Run> = {}): Run {
  count += 1;
  return {
    schema: 1,
    id: `run-${count}`,
    subject: `hf:${repo}`,
    hive: 'http://localhost:7835',
    order: count,
    attempt: 1,
    createdAt: now - 70_000,
    updatedAt: now - 3_000,
    state: 'queued',
    steps: steps('resolve', 'pending'),
    model: `${repo}:${path}`,
    file: { path, size },
    device: { backend: 'cpu', index: 0 },
    ...more,
  };
}

const worker = (now: number) => ({ address: 'http://localhost:8080', port: 8080, pid: 4242, provenAt: now - 20_000 });
const allDone = () => steps('spawn', 'done');

/** A typical run of each state. */
export function everyState(now: number): Record<RunState, Run> {
  const live = job(now);
  return {
    queued: record(now, { state: 'queued', steps: steps('download', 'pending') }),
    offline: record(now, { state: 'offline', steps: steps('download', 'pending') }),
    resolving: record(now, { state: 'resolving', steps: steps('resolve', 'active') }),
    choose: record(now, { state: 'choose', choice: 'no-fit', steps: steps('resolve', 'active') }),
    downloading: record(now, {
      state: 'downloading',
      steps: steps('download', 'active', { job: live, progress: progress(now, { percent: 36.5, rate: 0.0009 }) }),
    }),
    installing: record(now, {
      state: 'installing',
      subject: 'worker:llm-worker-rbee-cpu',
      steps: [{ name: 'install', state: 'active', job: live, progress: progress(now, { phase: 'building' }) }],
    }),
    starting: record(now, {
      state: 'starting',
      steps: steps('spawn', 'active', { job: live, progress: progress(now, { phase: 'health' }) }),
    }),
    cancelling: record(now, {
      state: 'cancelling',
      cancel: { askedAt: now - 500, sentAt: now - 400 },
      steps: steps('download', 'active', { job: live, progress: progress(now, { percent: 36.5, rate: 0.0009 }) }),
    }),
    running: record(now, { state: 'running', worker: worker(now), steps: allDone(), notes: ['already-there'] }),
    installed: record(now, {
      state: 'installed',
      subject: 'worker:llm-worker-rbee-cpu',
      steps: [{ name: 'install', state: 'done' }],
    }),
    stopped: record(now, { state: 'stopped', worker: worker(now), steps: allDone() }),
    failed: failed(now, 'network', 'download', 'HuggingFace download failed: request error: connection reset'),
    cancelled: record(now, {
      state: 'cancelled',
      steps: steps('download', 'cancelled'),
      notes: ['process-may-remain'],
    }),
  };
}

/** A run that waits for a worker which the user starts. */
export const manualStart = (now: number, manual: Partial<ManualStart> = {}, more: Partial<Run> = {}): Run =>
  record(now, {
    state: 'choose',
    choice: 'start-worker',
    steps: steps('spawn', 'active'),
    manual: { port: 8085, installed: true, since: now - 60_000, nextPollAt: now + 9_000, ...manual },
    ...more,
  });

export function failed(now: number, code: ErrorCode, step: StepName, text: string, more: Partial<Run> = {}): Run {
  return record(now, {
    state: 'failed',
    seen: false,
    steps: steps(step, 'failed'),
    failure: { code, step, text, at: now - 3_000 },
    ...more,
  });
}

/** A failed run of each code, with a recorded text of the hive or the browser. */
export function everyFailure(now: number): Record<ErrorCode, Run> {
  const requestError =
    'HuggingFace download failed: request error: https://huggingface.co/a/b/resolve/main/c.gguf: status code';
  const onWorkerPage: Partial<Run> = {
    subject: 'worker:llm-worker-rbee-cpu',
    steps: [{ name: 'install', state: 'failed' }],
  };
  return {
    'hive-unreachable': failed(now, 'hive-unreachable', 'download', 'TypeError: Failed to fetch'),
    'not-a-hive': failed(now, 'not-a-hive', 'download', 'GET /health answered text/html'),
    'hive-rejected': failed(now, 'hive-rejected', 'download', 'Failed to parse operation: missing field `hive_id`'),
    'hive-protocol': failed(now, 'hive-protocol', 'download', 'POST /v1/jobs answered {"id":1}'),
    'no-gguf': failed(now, 'no-gguf', 'download', `Could not find GGUF file in repository '${repo}'.`),
    'file-missing': failed(now, 'file-missing', 'download', `${requestError} 404`),
    gated: failed(now, 'gated', 'download', `${requestError} 401`),
    'private-or-missing': failed(now, 'private-or-missing', 'download', `${requestError} 401`),
    'repo-disabled': failed(now, 'repo-disabled', 'resolve', 'The hub has disabled the repository.'),
    'partial-file': failed(now, 'partial-file', 'download', `${requestError} 416`),
    'download-locked': failed(
      now,
      'download-locked',
      'download',
      'HuggingFace download failed: Lock acquisition failed: x.lock',
      {
        retryAt: now + 14_000,
        locks: 1,
      },
    ),
    disk: failed(
      now,
      'disk',
      'download',
      'HuggingFace download failed: I/O error No space left on device (os error 28)',
    ),
    network: failed(now, 'network', 'download', 'HuggingFace download failed: request error: connection reset'),
    'hub-busy': failed(now, 'hub-busy', 'download', `${requestError} 503`),
    'hub-protocol': failed(now, 'hub-protocol', 'resolve', 'The hub answered 403.'),
    'worker-missing': failed(
      now,
      'worker-missing',
      'spawn',
      'Worker binary not found for Cpu. Worker binaries must be installed via worker-catalog first!',
    ),
    'worker-install': failed(now, 'worker-install', 'install', 'Failed to parse worker metadata', onWorkerPage),
    'spawn-binary': failed(
      now,
      'spawn-binary',
      'spawn',
      "Binary 'worker-cpu-8080' not found locally. Install it first with install_daemon()",
    ),
    'spawn-timeout': failed(now, 'spawn-timeout', 'spawn', 'Start daemon timed out after 120 seconds'),
    'spawn-unproven': failed(now, 'spawn-unproven', 'spawn', 'Nothing proved the worker within 150 s.', {
      worker: worker(now),
    }),
    'no-ports': failed(now, 'no-ports', 'spawn', 'No ports available (all 8080-9999 in use)'),
    'model-unsupported': failed(now, 'model-unsupported', 'spawn', 'Unsupported quantized architecture: qwen3'),
    'unsupported-source': failed(now, 'unsupported-source', 'resolve', 'rbee-hive has no CivitAI source.', {
      subject: 'civitai:4384',
    }),
    'job-lost': failed(now, 'job-lost', 'download', 'Job not found in registry'),
    'cancelled-by-hive': failed(now, 'cancelled-by-hive', 'download', 'Download cancelled'),
    'message-rejected': failed(now, 'message-rejected', 'download', 'hf:a/b'),
    'not-deleted': failed(now, 'not-deleted', 'download', 'a/b:c.gguf'),
    'not-stopped': failed(now, 'not-stopped', 'spawn', '4242'),
    'permission-missing': failed(now, 'permission-missing', 'download', 'Not allowed', {
      hive: 'http://192.168.1.5:7835',
    }),
    storage: failed(now, 'storage', 'download', 'Resource::kQuotaBytes quota exceeded'),
    internal: failed(now, 'internal', 'download', 'TypeError: undefined is not a function'),
    'extension-updated': failed(now, 'extension-updated', 'download', 'The extension context is gone.'),
  };
}

export const logOf = (now: number, lines: number): LogLine[] =>
  Array.from({ length: lines }, (_, index) => ({
    at: now - (lines - index) * 10_000,
    action: 'download_progress',
    message: `⏳ Still downloading ${path} (${((index / lines) * 100).toFixed(1)}% complete)...`,
  }));

/** These runs and logs as items of `storage.local`. */
export const stored = (runs: readonly Run[], logs: Record<string, LogLine[]> = {}): Record<string, unknown> => ({
  ...Object.fromEntries(runs.map((run) => [runKey(run.id), run])),
  ...Object.fromEntries(Object.entries(logs).map(([id, lines]) => [logKey(id), lines])),
});
