import type { ModelEntry } from '../entries.ts';
import type { Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const path = (name: string): string => `rbee_hive::operations::model::${name}`;

async function list(work: Work, args: Args): Promise<void> {
  await work.narrate('model_list_start', `📋 Listing models on hive '${text(args, 'hive_id')}'`);
  const models = work.hive.models.list().map((model: ModelEntry) => ({
    id: model.id,
    loaded: false,
    name: model.name,
    path: model.path,
    size: model.size,
  }));
  await work.narrate('model_list_result', `Found ${models.length} model(s)`);
  if (models.length > 0) await work.table('model_list_table', models);
  else
    await work.narrate('model_list_empty', 'No models found. Download a model with: ./rbee model download <model-id>');
  work.data('model_list', { models });
  await work.narrate('model_list_complete', '✅ Model list operation complete');
}

async function get(work: Work, args: Args): Promise<void> {
  const id = text(args, 'id');
  await work.narrate('model_get_start', `🔍 Getting model '${id}' on hive '${text(args, 'hive_id')}'`);
  let model: ModelEntry;
  try {
    model = work.hive.models.get(id);
  } catch (error) {
    await work.narrate('model_get_error', `❌ Model '${id}' not found: ${(error as Error).message}`);
    throw error;
  }
  await work.narrate('model_get_found', `✅ Model: ${model.id} | Name: ${model.name} | Path: ${model.path}`);
  await work.narrate('model_get_details', JSON.stringify(model, null, 2));
}

async function remove(work: Work, args: Args): Promise<void> {
  const id = text(args, 'id');
  await work.narrate('model_delete_start', `🗑️  Deleting model '${id}' on hive '${text(args, 'hive_id')}'`);
  try {
    work.hive.models.remove(id);
  } catch (error) {
    await work.narrate('model_delete_error', `❌ Failed to delete model '${id}': ${(error as Error).message}`);
    throw error;
  }
  await work.narrate('model_delete_complete', `✅ Model '${id}' deleted successfully`);
}

async function load(work: Work, args: Args): Promise<void> {
  const [id, device] = [text(args, 'id'), text(args, 'device')];
  await work.narrate('model_load_start', `🚀 Loading model '${id}' to RAM on device '${device}'`);
  await work.narrate('model_load_progress', `📦 Allocating memory for model '${id}'`);
  await work.narrate('model_load_progress', '🔄 Loading model weights into VRAM/RAM');
  await work.narrate('model_load_complete', `✅ Model '${id}' loaded to RAM on device '${device}'`);
}

const named = { hive_id: 'string', id: 'string' } as const;

export const models = {
  model_list: { fields: { hive_id: 'string' }, path: path('handle_model_list'), run: list },
  model_get: { fields: named, path: path('handle_model_get'), run: get },
  model_delete: { fields: named, path: path('handle_model_delete'), run: remove },
  model_load: { fields: { ...named, device: 'string' }, path: path('handle_model_load'), run: load },
} satisfies Record<string, Operation>;
