import type { Work } from '../work.ts';
import { type CatalogWorker, consolidatedCatalog, flatCatalog } from '../worker-catalog.ts';
import { type Args, type Operation, text } from './operation.ts';

const base = 'http://localhost:8787/workers';
const path = (name: string): string => `rbee_hive::operations::worker::${name}`;
const brokenJson = 'error decoding response body: expected value at line 1 column 1';

/** The hive asks a fixed address; what would answer there is an option, nothing is really asked. */
function answer(work: Work): readonly CatalogWorker[] | 'absent' | 'garbage' | 'error' {
  const kind = work.hive.options.workerCatalog ?? 'absent';
  if (kind === 'flat') return flatCatalog;
  return kind === 'consolidated' ? consolidatedCatalog : kind;
}

async function list(work: Work, args: Args): Promise<void> {
  const catalog = answer(work);
  await work.say(
    'worker_catalog_list_start',
    `📋 Listing available workers from catalog (hive '${text(args, 'hive_id')}')`,
  );
  await work.say('worker_catalog_query', `🌐 Querying Hono catalog at ${base}`);
  if (catalog === 'absent') {
    const reason = `error sending request for url (${base})`;
    await work.say('worker_catalog_list_error', `❌ Failed to query Hono catalog: ${reason}`);
    await work.say('worker_catalog_list_hint', '💡 Make sure Hono catalog server is running on port 8787');
    throw new Error(`Failed to query Hono catalog at ${base}: ${reason}`);
  }
  if (catalog === 'garbage' || catalog === 'error') {
    await work.say('worker_catalog_list_parse_error', `❌ Failed to parse catalog response: ${brokenJson}`);
    throw new Error(`Failed to parse catalog response: ${brokenJson}`);
  }
  await work.say('worker_catalog_list_ok', `✅ Listed ${catalog.length} available workers from catalog`);
  const rows = catalog.map((worker) => ({
    description: worker.description,
    id: worker.id,
    name: worker.name,
    platforms: worker.platforms?.join(', ') ?? 'unknown',
    type: null,
  }));
  await work.table('worker_catalog_list_table', rows);
}

async function get(work: Work, args: Args): Promise<void> {
  const id = text(args, 'worker_id');
  const url = `${base}/${id}`;
  const catalog = answer(work);
  await work.say(
    'worker_catalog_get_start',
    `🔍 Getting worker '${id}' from catalog (hive '${text(args, 'hive_id')}')`,
  );
  await work.say('worker_catalog_get_query', `🌐 Querying Hono catalog at ${url}`);
  if (catalog === 'absent') {
    const reason = `error sending request for url (${url})`;
    await work.say('worker_catalog_get_error', `❌ Failed to query Hono catalog: ${reason}`);
    await work.say('worker_catalog_get_hint', '💡 Make sure Hono catalog server is running on port 8787');
    throw new Error(`Failed to query Hono catalog at ${url}: ${reason}`);
  }
  if (catalog === 'error') {
    await work.say('worker_catalog_get_error', '❌ Catalog server returned status: 500 Internal Server Error');
    throw new Error('Catalog server returned status: 500 Internal Server Error');
  }
  if (catalog === 'garbage') {
    await work.say('worker_catalog_get_parse_error', `❌ Failed to parse worker data: ${brokenJson}`);
    throw new Error(`Failed to parse worker data: ${brokenJson}`);
  }
  const found = catalog.find((worker) => worker.id === id);
  if (!found) {
    await work.say('worker_catalog_get_not_found', `❌ Worker '${id}' not found in catalog`);
    throw new Error(`Worker '${id}' not found in catalog`);
  }
  await work.say('worker_catalog_get_ok', `✅ Found worker '${id}' in catalog`);
  await work.say('worker_catalog_get_json', JSON.stringify(found));
}

export const remoteCatalog = {
  worker_catalog_list: { fields: { hive_id: 'string' }, path: path('handle_worker_catalog_list'), run: list },
  worker_catalog_get: {
    fields: { hive_id: 'string', worker_id: 'string' },
    path: path('handle_worker_catalog_get'),
    run: get,
  },
} satisfies Record<string, Operation>;
