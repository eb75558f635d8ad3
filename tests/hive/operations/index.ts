import { remoteCatalog } from './catalog.ts';
import { hiveCheck } from './check.ts';
import { modelDownload } from './download.ts';
import { workerInstall } from './install.ts';
import { installedWorkers } from './installed.ts';
import { models } from './models.ts';
import type { Operation } from './operation.ts';
import { workerProcesses } from './processes.ts';
import { workerSpawn } from './spawn.ts';

const path = 'rbee_hive::job_router::execute_operation';

/** An operation that the parser knows and the hive refuses. */
function unsupported(name: string, error?: string): Operation {
  return {
    fields: {},
    path,
    run: async () => {
      throw new Error(error ?? `Operation '${name}' is not supported by rbee-hive (should be handled by queen-rbee)`);
    },
  };
}

/** An operation of the hive that the extension never sends. */
const unused = (name: string): Operation => unsupported(name, `${name}: not imitated`);

const inferError =
  'Infer operation should NOT be routed to hive! Queen should route inference directly to workers. This indicates a routing bug in queen-rbee/src/job_router.rs. See bin/.plan/TEAM_261_ARCHITECTURE_CLARITY.md for details.';

/** Ordered as in the hive's error for an unknown name. */
export const operations: Readonly<Record<string, Operation>> = {
  status: unsupported('status'),
  infer: unsupported('infer', inferError),
  image_generation: unsupported('image_generation'),
  image_transform: unsupported('image_transform'),
  image_inpaint: unsupported('image_inpaint'),
  rhai_script_save: unsupported('rhai_script_save'),
  rhai_script_test: unsupported('rhai_script_test'),
  rhai_script_get: unsupported('rhai_script_get'),
  rhai_script_list: unsupported('rhai_script_list'),
  rhai_script_delete: unsupported('rhai_script_delete'),
  ...remoteCatalog,
  worker_list_installed: installedWorkers.worker_list_installed,
  worker_installed_get: unused('worker_installed_get'),
  worker_install: workerInstall,
  worker_remove: unused('worker_remove'),
  worker_spawn: workerSpawn,
  ...workerProcesses,
  model_download: modelDownload,
  ...models,
  model_unload: unused('model_unload'),
  queen_check: unsupported('queen_check'),
  hive_check: hiveCheck,
};
