import type { WorkerEntry } from '../entries.ts';
import type { Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const path = (name: string): string => `rbee_hive::operations::worker::${name}`;

/** Keys in alphabetical order, as the hive's JSON map keeps them. */
function toJson(entry: WorkerEntry): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function list(work: Work, args: Args): Promise<void> {
  const workers = work.hive.workers.list();
  await work.narrate('worker_list_installed_start', `📋 Listing installed workers on hive '${text(args, 'hive_id')}'`);
  await work.narrate('worker_list_installed_count', `Found ${workers.length} installed workers`);
  await work.narrate('worker_list_installed_ok', `✅ Listed ${workers.length} installed workers`);
  await work.narrate('worker_list_installed_json', JSON.stringify({ workers: workers.map(toJson) }));
}

export const installedWorkers = {
  worker_list_installed: { fields: { hive_id: 'string' }, path: path('handle_worker_list_installed'), run: list },
} satisfies Record<string, Operation>;
