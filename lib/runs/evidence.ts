import { isLoopback } from '../hive/address.ts';
import type { HiveClient } from '../hive/client.ts';
import { neededWorker } from './operation.ts';
import type { Run, Step, StepName, Worker } from './run.ts';

/**
 * What proves a step, looked for now; undefined where there is no proof. Throws `HiveUnreachable` where the hive could not be
 * asked. A worker's own `/health` needs no hive.
 */
export async function evidenceFor(
  run: Run,
  step: StepName,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<{ worker?: Worker; path?: string } | undefined> {
  switch (step) {
    case 'resolve':
      return undefined;
    case 'download':
      return (await hive.models(signal)).find(({ id }) => id === run.model);
    case 'install':
      return (await hive.installedWorkers(signal)).some((worker) => isInstalled(worker, neededWorker(run)))
        ? {}
        : undefined;
    case 'spawn':
      return spawned(run, hive, signal);
  }
}

/** The hive names an installed worker `{catalog id}-{version}-{platform}`. */
export const isInstalled = ({ id }: { id: string }, catalogId: string): boolean =>
  id.startsWith(catalogId) && /^(?:$|-\d)/.test(id.slice(catalogId.length));

async function spawned(run: Run, hive: HiveClient, signal: AbortSignal): Promise<{ worker: Worker } | undefined> {
  const step = run.steps.find(({ name }) => name === 'spawn');
  if (!step || neverStarted(run, step)) return undefined;
  const { worker } = run;
  if (worker && !worker.taken && (await hive.workerHealth(worker.port, signal)) === 'healthy') return { worker };
  const found = await findProcess(run, step, hive, signal);
  if (typeof found !== 'object' || !found.port || found.shared) return undefined;
  const proof = { worker: { port: found.port, pid: found.pid, address: hive.workerAddress(found.port) } };
  const health = await hive.workerHealth(found.port, signal);
  if (health === 'healthy') return proof;
  // It is there and does not answer: on this machine it still loads its model, on another the port may not be open to us.
  return health === 'other' || isLoopback(run.hive) ? undefined : proof;
}

/** The stream was read to its end, and told of a failure and of no process. */
function neverStarted(run: Run, { job }: Step): boolean {
  return job?.ended?.as === 'failed' && !job.lostAt && !run.worker?.pid;
}

/**
 * The worker of this job by the hive's telemetry: it has the run's model, and was not there before the POST. `unknown` where
 * there is no telemetry, now or then. Off Linux it comes and lists nothing, ever, so an empty list is no proof of absence.
 */
export async function findProcess(
  run: Run,
  step: Step,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<{ pid: number; port?: number; shared: boolean } | 'none' | 'unknown'> {
  const { before } = step;
  if (!before) return 'unknown';
  const telemetry = await hive.telemetry(signal);
  if (!telemetry) return 'unknown';
  const { workers } = telemetry;
  const ours = workers.find(({ pid, model }) => model === run.model && !before.some((old) => old.pid === pid));
  if (!ours) return workers.length + before.length > 0 ? 'none' : 'unknown';
  // An old worker on the same port would answer in its place.
  const shared = workers.some(({ pid, port }) => pid !== ours.pid && port === ours.port);
  return { pid: ours.pid, ...(ours.port && { port: ours.port }), shared };
}
