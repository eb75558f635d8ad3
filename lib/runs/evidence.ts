import type { HiveClient } from '../hive/client.ts';
import { neededWorker } from './operation.ts';
import type { Run, StepName, Worker } from './run.ts';

/**
 * What proves a step, looked for now; undefined where there is no proof. Throws `HiveUnreachable` where the hive could not be
 * asked. A worker's own `/health` needs no hive.
 */
export async function evidenceFor(
  run: Run,
  step: StepName,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<{ worker?: Worker } | undefined> {
  switch (step) {
    case 'resolve':
      return undefined;
    case 'download':
      return (await hive.models(signal)).some(({ id }) => id === run.model) ? {} : undefined;
    case 'install':
      return (await hive.installedWorkers(signal)).some((worker) => isInstalled(worker, neededWorker(run)))
        ? {}
        : undefined;
    case 'spawn':
      return spawned(run, hive, signal);
  }
}

/** The hive names an installed worker `{catalog id}-{version}-{platform}`. */
function isInstalled(worker: { id: string }, catalogId: string): boolean {
  return (
    worker.id === catalogId || /^-\d/.test(worker.id.startsWith(catalogId) ? worker.id.slice(catalogId.length) : '')
  );
}

async function spawned(run: Run, hive: HiveClient, signal: AbortSignal): Promise<{ worker: Worker } | undefined> {
  if (run.worker && (await hive.workerHealth(run.worker.port, signal)) === 'healthy') return { worker: run.worker };
  const before = run.steps.find(({ name }) => name === 'spawn')?.pidsBefore;
  if (!before) return undefined;
  const telemetry = await hive.telemetry(signal);
  const worker = telemetry?.workers.find(({ pid, model }) => model === run.model && !before.includes(pid));
  if (!worker?.port) return undefined;
  return { worker: { port: worker.port, pid: worker.pid, address: hive.workerAddress(worker.port) } };
}
