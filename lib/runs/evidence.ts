import { isLoopback } from '../hive/address.ts';
import type { HiveClient } from '../hive/client.ts';
import { mayHaveStarted } from './decide-without-evidence.ts';
import type { RunEvent } from './events.ts';
import { findProcess } from './find-worker.ts';
import type { Run, Step } from './run.ts';
import { neededWorker } from './step-operation.ts';

export type Evidence = Extract<RunEvent, { type: 'proven' | 'worker-found' }>;

/**
 * Looks for what proves the step now; undefined if there is no proof. Throws `HiveUnreachable` if the hive could not be asked. A
 * worker's `/health` does not need the hive.
 */
export async function findEvidence(
  run: Run,
  step: Step,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<Evidence | undefined> {
  switch (step.name) {
    case 'resolve':
      return undefined;
    case 'download': {
      const model = (await hive.models(signal)).find(({ id }) => id === run.model);
      return model && { type: 'proven', step: 'download', path: model.path };
    }
    case 'install': {
      const installed = await hive.installedWorkers(signal);
      return installed.some((worker) => isInstalled(worker, neededWorker(run)))
        ? { type: 'proven', step: 'install' }
        : undefined;
    }
    case 'spawn':
      return findSpawned(run, step, hive, signal);
  }
}

/** A hive names an installed worker `{catalog id}-{version}-{platform}`. */
export const isInstalled = ({ id }: { id: string }, catalogId: string): boolean =>
  id.startsWith(catalogId) && /^(?:$|-\d)/.test(id.slice(catalogId.length));

/** The announced port answers, or the hive lists a new process with this model whose port answers. */
async function findSpawned(run: Run, step: Step, hive: HiveClient, signal: AbortSignal): Promise<Evidence | undefined> {
  if (!mayHaveStarted(run, step)) return undefined;
  const { worker } = run;
  if (worker && !worker.portTaken) {
    const probe = await hive.probeWorker(worker.port, signal);
    if (probe.state === 'healthy') return { type: 'worker-found', worker: { ...worker, address: probe.address } };
  }
  const found = await findProcess(run, step, hive, signal);
  if (typeof found !== 'object' || !found.port || found.shared) return undefined;
  const probe = await hive.probeWorker(found.port, signal);
  // A listed process that does not answer: on this machine it is still loading, on another its port may not be reachable.
  if (probe.state !== 'healthy' && (probe.state === 'other' || isLoopback(run.hive))) return undefined;
  const address = probe.state === 'healthy' ? probe.address : hive.workerAddress(found.port);
  return { type: 'worker-found', worker: { port: found.port, pid: found.pid, address } };
}
