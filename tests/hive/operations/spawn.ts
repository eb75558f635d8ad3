import { sleep } from '../../net/wait.ts';
import { workerTypes } from '../entries.ts';
import type { HiveOptions } from '../options.ts';
import type { WorkerProcess } from '../processes.ts';
import { planOf, type SpawnPlan } from '../spawn-modes.ts';
import type { Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const timeoutSeconds = 120;
const maxAttempts = 30;

const spawnPlan = ({ kind, spawn }: HiveOptions): SpawnPlan =>
  planOf(spawn ?? (kind === 'better' ? 'works' : 'reportedAsFailed'));

/** Polls until the worker replies 200. Returns false after the last attempt. */
async function pollHealth(work: Work, port: number, attempts: number, over: AbortSignal): Promise<boolean> {
  let delay = work.hive.options.healthDelayMs ?? 50;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await work.narrate('health_attempt', `⏳ Health check attempt ${attempt}/${maxAttempts}`);
    const status = await work.wait(
      fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.any([over, work.dropped]) }).then(
        (response) => response.status,
        () => undefined,
      ),
    );
    if (over.aborted) return false;
    if (status === 200) return true;
    const seen = status === undefined ? 'Connection failed' : `HTTP ${status}`;
    await work.narrate('health_retry', `⏳ ${seen} - retrying...`);
    await work.wait(sleep(delay, over).catch(() => {}));
    if (over.aborted) return false;
    delay *= 1.5;
  }
  return false;
}

async function awaitHealth(work: Work, process: WorkerProcess): Promise<void> {
  const plan = spawnPlan(work.hive.options);
  await work.narrate('health_check', `🏥 Polling health endpoint: http://localhost:${process.port}`);
  if (plan.reportsHealthy) {
    await work.narrate('health_attempt', `⏳ Health check attempt 1/${maxAttempts}`);
  } else {
    const limit = work.hive.options.spawnTimeoutMs ?? timeoutSeconds * 1_000;
    const over = new AbortController();
    const polled = pollHealth(work, process.port, plan.stopsHealthChecks ? 3 : maxAttempts, over.signal);
    polled.catch(() => {});
    const timedOut = sleep(limit, over.signal).then(
      () => 'late' as const,
      () => 'late' as const,
    );
    const outcome = await work.wait(Promise.race([polled, timedOut])).finally(() => over.abort());
    if (outcome === 'late') {
      await work.narrate('timeout', `❌ Start daemon TIMED OUT after ${timeoutSeconds}s`);
      throw new Error(`Start daemon timed out after ${timeoutSeconds} seconds`);
    }
    if (!outcome) throw new Error('Daemon started but failed health check');
  }
  await work.narrate('health_success', '✅ Health check passed');
  await work.narrate('healthy', '✅ Daemon is healthy and responding');
}

async function spawnWorker(work: Work, args: Args): Promise<void> {
  const { hive } = work;
  const [worker, model] = [text(args, 'worker'), text(args, 'model')];
  const device = Number(args.device);
  const plan = spawnPlan(hive.options);
  await work.narrate('worker_spawn_start', `🚀 Spawning worker '${worker}' with model '${model}' on device ${device}`);
  const type = Object.hasOwn(workerTypes, worker) ? workerTypes[worker as keyof typeof workerTypes] : undefined;
  if (!type) throw new Error(`Unsupported worker type: ${worker}`);
  const installed = hive.workers.list().find((entry) => entry.worker_type === type);
  if (!installed || plan.stop === 'not-installed') {
    throw new Error(`Worker binary not found for ${type}. Worker binaries must be installed via worker-catalog first!`);
  }
  const port = plan.stop === 'no-ports' ? undefined : await hive.ports.assign();
  if (port === undefined) throw new Error('No ports available (all 8080-9999 in use)');
  await work.narrate('worker_spawn_port', `📍 Assigned port ${port} to worker`);

  const name = `worker-${worker}-${port}`;
  await work.narrate('start', `⏱️  Start daemon (timeout: ${timeoutSeconds}s)`);
  await work.narrate('start_begin', `🚀 Starting ${name} locally`);
  await work.narrate('find_binary', `🔍 Locating ${name} binary locally...`);
  await work.narrate('check_binary', `🔍 Checking if ${name} exists (any location)`);
  if (plan.stop === 'binary-missing') {
    await work.narrate('binary_not_found', `❌ ${name} not found in any location`);
    throw new Error(`Binary '${name}' not found locally. Install it first with install_daemon()`);
  }
  await work.narrate('binary_found_prod', `✅ Using production binary: /home/u/.local/bin/${name}`);
  await work.narrate('starting', '▶️  Starting daemon in background...');
  await work.narrate('monitored_spawn', `📊 Spawning with monitoring: group=llm, instance=${port}`);
  const flags = ['--worker-id', name, '--model', model, '--device', String(device), '--port', String(port)];
  flags.push('--queen-url', 'http://localhost:7833');
  await work.narrate('start_with_args', `⚙️  Starting with args: ${flags.join(' ')}`);
  if (plan.stop === 'not-spawned') throw new Error('Failed to spawn monitored daemon');

  // A program that the user has installed under the name that the hive looks for, which its process list does not contain.
  const binary = plan.failsAfterStart ? `/home/u/.local/bin/${name}` : installed.path;
  const process = hive.processes.start({ port, model, worker, device, binary, args: flags, plan });
  if (plan.failsAfterStart) throw new Error('Failed to spawn monitored daemon');
  await work.narrate('started', `✅ Daemon started with PID: ${process.pid}`);
  await awaitHealth(work, process);
  await work.narrate('start_complete', `🎉 ${name} started successfully (PID: ${process.pid})`);
  await work.narrate('worker_spawn_complete', `✅ Worker '${name}' spawned (PID: ${process.pid}, port: ${port})`);
}

export const workerSpawn = {
  fields: { hive_id: 'string', model: 'string', worker: 'string', device: 'u32' },
  path: 'lifecycle_local::start::start_daemon::{{closure}}::__start_daemon_inner',
  run: spawnWorker,
} satisfies Operation;
