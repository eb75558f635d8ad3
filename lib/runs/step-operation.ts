import { RbeeError } from '../errors.ts';
import type { Operation } from '../hive/operation-types.ts';
import { runsWithoutModel } from './create-run.ts';
import type { Run, StepName } from './run.ts';

/** The backend that a worker's id names, if it does. */
export const namedBackend = (id: string): string | undefined => /-(cpu|cuda|metal|rocm)$/.exec(id)?.[1];

/**
 * The catalog's id of the worker binary that a run needs. Of a worker for several backends (one entry of the catalog since
 * 2025-11-12) the hive can only install one of them, by the id that names it.
 */
export function neededWorker({ subject, device }: Pick<Run, 'subject' | 'device'>): string {
  const id = subject.startsWith('worker:') ? subject.slice('worker:'.length) : 'llm-worker-rbee';
  return namedBackend(id) ? id : `${id}-${device?.backend ?? 'cpu'}`;
}

/** What the hive is asked for in this step. */
export function operationFor(run: Run, step: StepName): Operation {
  const hive_id = 'localhost'; // Required, and only echoed by the hive.
  if (step === 'install') return { operation: 'worker_install', hive_id, worker_id: neededWorker(run) };
  const model = run.model ?? (runsWithoutModel(run) ? '' : undefined);
  if (model && step === 'download') return { operation: 'model_download', hive_id, model };
  if (model !== undefined && step === 'spawn') {
    return {
      operation: 'worker_spawn',
      hive_id,
      model,
      worker: run.device?.backend ?? 'cpu',
      device: run.device?.index ?? 0,
    };
  }
  throw new RbeeError('internal', `No operation for the step ${step} of ${run.subject}.`);
}
