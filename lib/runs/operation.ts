import { RbeeError } from '../errors.ts';
import type { Operation } from '../hive/operations.ts';
import type { Run, StepName } from './run.ts';

/** The catalog's id of the worker binary that a run needs. */
export function neededWorker(run: Run): string {
  const [kind, id] = [run.subject.slice(0, run.subject.indexOf(':')), run.subject.slice(run.subject.indexOf(':') + 1)];
  return kind === 'worker' ? id : `llm-worker-rbee-${run.device?.worker ?? 'cpu'}`;
}

/** What the hive is asked for in this step. */
export function operationFor(run: Run, step: StepName): Operation {
  const hive_id = 'localhost'; // Required, and only echoed by the hive.
  if (step === 'install') return { operation: 'worker_install', hive_id, worker_id: neededWorker(run) };
  const model = run.model;
  if (model && step === 'download') return { operation: 'model_download', hive_id, model };
  if (model && step === 'spawn') {
    return {
      operation: 'worker_spawn',
      hive_id,
      model,
      worker: run.device?.worker ?? 'cpu',
      device: run.device?.index ?? 0,
    };
  }
  throw new RbeeError('hive-protocol', step);
}
