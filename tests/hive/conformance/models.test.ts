import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { actions, messageOf, type Outcome, operation, parseNarration } from './events.ts';
import { modifyingTest, samples, suite, target } from './target.ts';

const { cancel, follow, run, submit } = createClient(target.url);

type Model = { id: string; loaded: boolean; name: string; path: string; size: number };

const dataOf = ({ events }: Outcome) => events.filter(({ event }) => event === 'data');

function modelsOf(outcome: Outcome): Model[] {
  const [event] = dataOf(outcome);
  return (JSON.parse(event?.data ?? '') as { payload: { models: Model[] } }).payload.models;
}

const list = async (): Promise<Model[]> => modelsOf(await run(operation('model_list')));
const download = (model: string): Promise<Outcome> => run(operation('model_download', { model }));
const remove = (id: string): Promise<Outcome> => run(operation('model_delete', { id }));
const folderOf = (id: string): string => id.replaceAll(/[/:]/g, '-');

function expectShape(model: Model | undefined): void {
  expect(Object.keys(model ?? {})).toEqual(['id', 'loaded', 'name', 'path', 'size']);
  expect(model).toMatchObject({ loaded: false, size: expect.any(Number) });
  expect(model?.name).toBe(model?.id.split('/').at(-1)?.split(':')[0]);
}

async function withoutModel(id: string): Promise<void> {
  if ((await list()).some((model) => model.id === id)) await remove(folderOf(id));
}

suite('model_list', () => {
  test('sends a single data event, between the table and the last line', async () => {
    const outcome = await run(operation('model_list'));
    const models = modelsOf(outcome);
    expect(dataOf(outcome)).toHaveLength(1);
    expect(dataOf(outcome)[0]?.raw).toMatch(
      /^event: data\ndata: \{"action":"model_list","payload":\{"models":\[.*\]\}\}$/,
    );
    expect(outcome.events.at(-3)?.event).toBe('data');
    expect(actions(outcome).slice(2)).toEqual([
      'model_list_start',
      'model_list_result',
      models.length > 0 ? 'model_list_table' : 'model_list_empty',
      'model_list_complete',
    ]);
    expect(messageOf(outcome, 'model_list_result')).toBe(`Found ${models.length} model(s)`);
    expect(outcome.marker).toBe('[DONE]');
    for (const model of models) expectShape(model);
  });
});

suite('model_download', () => {
  modifyingTest('sends its steps in order, and then the model is listed', async () => {
    const { model } = samples;
    const file = model.slice(model.indexOf(':') + 1);
    await withoutModel(model);
    const outcome = await download(model);
    expect(actions(outcome).filter((action) => action !== 'download_progress')).toEqual([
      'execute',
      'route_job',
      'model_download_start',
      'model_provision_start',
      'hf_download_start',
      'hf_download_file',
      'hf_download_cached',
      'hf_copy_start',
      'hf_download_complete',
      'model_provision_complete',
      'model_download_complete',
    ]);
    expect(outcome.marker).toBe('[DONE]');
    expect(dataOf(outcome)).toEqual([]);
    expect(messageOf(outcome, 'model_download_start')).toBe(`📥 Downloading model '${model}' on hive 'localhost'`);
    expect(messageOf(outcome, 'hf_download_file')).toBe(`📥 Downloading file: ${file}`);
    expect(messageOf(outcome, 'hf_copy_start')).toMatch(/^📋 Copying to model cache\.\.\. \(\d+\.\d\d GB\)$/);
    expect(messageOf(outcome, 'model_download_complete')).toBe(`✅ Model '${model}' downloaded and added to catalog`);
    const listed = (await list()).find(({ id }) => id === model);
    expectShape(listed);
    expect(listed?.size).toBeGreaterThan(1_000_000);
    expect(listed?.path.replaceAll('\\', '/')).toMatch(new RegExp(`/rbee/models/${folderOf(model)}/model\\.gguf$`));
  });

  modifyingTest('adds a model that model_get returns as JSON in several lines', async () => {
    const { model } = samples;
    await download(model);
    const outcome = await run(operation('model_get', { id: model }));
    const details = JSON.parse(messageOf(outcome, 'model_get_details') ?? '') as object;
    expect(Object.keys(details)).toEqual([
      'id',
      'name',
      'author',
      'source',
      'path',
      'size',
      'status',
      'addedAt',
      'modelType',
      'config',
    ]);
    expect(details).toMatchObject({ id: model, source: 'Local', status: 'Available', modelType: 'Llm' });
    expect(messageOf(outcome, 'model_get_found')).toMatch(new RegExp(`^✅ Model: ${model} \\| Name: `));
  });

  modifyingTest('continues after its stream was closed', async () => {
    const { model } = samples;
    await withoutModel(model);
    const stream = await follow(await submit(operation('model_download', { model })));
    await stream.until(({ data }) => parseNarration(data)?.action === 'model_download_start');
    stream.close();
    await expect
      .poll(list, { timeout: samples.timeoutMs, interval: 200 })
      .toContainEqual(expect.objectContaining({ id: model }));
  });

  modifyingTest('reports a percentage, ends its stream when cancelled, and keeps the file locked', async () => {
    const { largeModel: model } = samples;
    await withoutModel(model);
    const id = await submit(operation('model_download', { model }));
    const stream = await follow(id);
    await stream.until(({ data }) => /\(\d+\.\d% complete\)\.\.\.$/.test(parseNarration(data)?.message ?? ''));
    expect((await cancel(id)).status).toBe(200);
    await stream.until(({ data }) => data === '[CANCELLED]');
    const { marker } = await download(model);
    expect(marker).toMatch(/^\[ERROR\] HuggingFace download failed: Lock acquisition failed: .*\.lock$/);
  });
});

suite('model_delete', () => {
  modifyingTest('with the id of the model reports success, but does not delete the model', async () => {
    const { model } = samples;
    await withoutModel(model);
    await download(model);
    const outcome = await remove(model);
    expect(messageOf(outcome, 'model_delete_complete')).toBe(`✅ Model '${model}' deleted successfully`);
    expect(outcome.marker).toBe('[DONE]');
    expect((await list()).map(({ id }) => id)).toContain(model);
    expect((await remove(model)).marker).toBe(`[ERROR] Artifact '${model}' not found in catalog`);
    expect((await download(model)).marker).toBe(`[ERROR] Model '${model}' already exists`);
  });

  modifyingTest('deletes the model only if the id has dashes instead of slashes and colons', async () => {
    const { model } = samples;
    await download(model);
    const outcome = await remove(folderOf(model));
    expect(outcome.marker).toBe('[DONE]');
    expect((await list()).map(({ id }) => id)).not.toContain(model);
  });
});
