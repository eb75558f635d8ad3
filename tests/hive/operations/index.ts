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

/** Known to the parser, refused by the hive. */
function foreign(name: string, error?: string): Operation {
  return {
    fields: {},
    path,
    run: async () => {
      throw new Error(error ?? `Operation '${name}' is not supported by rbee-hive (should be handled by queen-rbee)`);
    },
  };
}

/** Known to the hive; the extension never sends it. */
const unused = (name: string): Operation => foreign(name, `${name}: not imitated`);

const inferError =
  'Infer operation should NOT be routed to hive! Queen should route inference directly to workers. This indicates a routing bug in queen-rbee/src/job_router.rs. See bin/.plan/TEAM_261_ARCHITECTURE_CLARITY.md for details.';

/** In the order in which the hive's error for an unknown name lists them. */
export const operations: Readonly<Record<string, Operation>> = {
  status: foreign('status'),
  infer: foreign('infer', inferError),
  image_generation: foreign('image_generation'),
  image_transform: foreign('image_transform'),
  image_inpaint: foreign('image_inpaint'),
  rhai_script_save: foreign('rhai_script_save'),
  rhai_script_test: foreign('rhai_script_test'),
  rhai_script_get: foreign('rhai_script_get'),
  rhai_script_list: foreign('rhai_script_list'),
  rhai_script_delete: foreign('rhai_script_delete'),
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
  queen_check: foreign('queen_check'),
  hive_check: hiveCheck,
};
