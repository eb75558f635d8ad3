import { RbeeError } from '../errors.ts';

type Local = { hive_id: 'localhost' };

/**
 * The request of a job: one flat JSON object. `hive_id` is required, but only echoed. Operations that only claim success (`model_load`) or ask
 * a catalog on a fixed port (`worker_catalog_list`) are left out on purpose.
 */
export type Operation =
  | { operation: 'hive_check' }
  | ({ operation: 'model_download'; model: string } & Local)
  | ({ operation: 'model_list' } & Local)
  | ({ operation: 'model_get'; id: string } & Local)
  | ({ operation: 'model_delete'; id: string } & Local)
  | ({ operation: 'worker_install'; worker_id: string } & Local)
  | ({ operation: 'worker_list_installed' } & Local)
  | ({ operation: 'worker_spawn'; model: string; worker: 'cpu' | 'cuda' | 'metal'; device: number } & Local)
  | ({ operation: 'worker_process_list' } & Local)
  | ({ operation: 'worker_process_get'; pid: number } & Local)
  | ({ operation: 'worker_process_delete'; pid: number } & Local);

/**
 * Throws `not-deleted` or `not-stopped` if an operation could do more than its name says. The hive checks neither: it joins a model's id to a
 * folder and removes that recursively (`""` removes every model), and it signals any pid (`0` and below, or 2³¹ and above, mean process groups).
 */
export function assertSafe(operation: Operation): void {
  if (operation.operation === 'model_delete' && !isSafeId(operation.id)) {
    throw new RbeeError('not-deleted', operation.id);
  }
  if (operation.operation === 'worker_process_delete' && !isSafePid(operation.pid)) {
    throw new RbeeError('not-stopped', `${operation.pid}`);
  }
}

/** The name of a model's folder in the hive's catalog, and the only form that `model_delete` really deletes. */
export function sanitiseId(id: string): string {
  return id.replaceAll(/[/:]/g, '-');
}

const isSafeId = (id: string): boolean => /^\w[\w.+@=, ()[\]-]{0,519}$/.test(id) && !id.includes('..');

const isSafePid = (pid: number): boolean => Number.isInteger(pid) && pid > 0 && pid < 2 ** 31;
