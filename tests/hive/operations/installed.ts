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
  await work.say('worker_list_installed_start', `📋 Listing installed workers on hive '${text(args, 'hive_id')}'`);
  await work.say('worker_list_installed_count', `Found ${workers.length} installed workers`);
  await work.say('worker_list_installed_ok', `✅ Listed ${workers.length} installed workers`);
  await work.say('worker_list_installed_json', JSON.stringify({ workers: workers.map(toJson) }));
}

async function get(work: Work, args: Args): Promise<void> {
  const id = text(args, 'worker_id');
  await work.say('worker_installed_get_start', `🔍 Getting installed worker '${id}' (hive '${text(args, 'hive_id')}')`);
  const found = work.hive.workers.list().find((entry) => entry.id === id);
  if (!found) throw new Error(`Worker '${id}' not found in catalog`);
  await work.say('worker_installed_get_ok', `✅ Found installed worker '${id}'`);
  await work.say('worker_installed_get_json', JSON.stringify(toJson(found)));
}

async function remove(work: Work, args: Args): Promise<void> {
  const id = text(args, 'worker_id');
  await work.say('worker_remove_start', `🗑️  Removing worker '${id}' from hive '${text(args, 'hive_id')}'`);
  if (!work.hive.workers.contains(id)) {
    await work.say('worker_remove_not_found', `❌ Worker '${id}' not found in catalog`);
    throw new Error(`Worker '${id}' not found in catalog`);
  }
  work.hive.workers.remove(id);
  await work.say('worker_remove_ok', `✅ Worker '${id}' removed from catalog`);
}

const named = { hive_id: 'string', worker_id: 'string' } as const;

export const installedWorkers = {
  worker_list_installed: { fields: { hive_id: 'string' }, path: path('handle_worker_list_installed'), run: list },
  worker_installed_get: { fields: named, path: path('handle_worker_installed_get'), run: get },
  worker_remove: { fields: named, path: path('handle_worker_remove'), run: remove },
} satisfies Record<string, Operation>;
