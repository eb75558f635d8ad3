import type { Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const base = 'http://localhost:8787/workers';
const path = (name: string): string => `rbee_hive::operations::worker::${name}`;

/** Requests a fixed address, at which normally nothing listens. */
async function query(work: Work, action: string, url: string): Promise<void> {
  await work.narrate(
    action === 'list' ? 'worker_catalog_query' : 'worker_catalog_get_query',
    `🌐 Querying Hono catalog at ${url}`,
  );
  const reason = `error sending request for url (${url})`;
  await work.narrate(`worker_catalog_${action}_error`, `❌ Failed to query Hono catalog: ${reason}`);
  await work.narrate(`worker_catalog_${action}_hint`, '💡 Make sure Hono catalog server is running on port 8787');
  throw new Error(`Failed to query Hono catalog at ${url}: ${reason}`);
}

async function list(work: Work, args: Args): Promise<void> {
  const hive = text(args, 'hive_id');
  await work.narrate('worker_catalog_list_start', `📋 Listing available workers from catalog (hive '${hive}')`);
  await query(work, 'list', base);
}

async function get(work: Work, args: Args): Promise<void> {
  const [id, hive] = [text(args, 'worker_id'), text(args, 'hive_id')];
  await work.narrate('worker_catalog_get_start', `🔍 Getting worker '${id}' from catalog (hive '${hive}')`);
  await query(work, 'get', `${base}/${id}`);
}

export const remoteCatalog = {
  worker_catalog_list: { fields: { hive_id: 'string' }, path: path('handle_worker_catalog_list'), run: list },
  worker_catalog_get: {
    fields: { hive_id: 'string', worker_id: 'string' },
    path: path('handle_worker_catalog_get'),
    run: get,
  },
} satisfies Record<string, Operation>;
