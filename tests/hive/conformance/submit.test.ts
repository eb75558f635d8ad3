import { expect } from 'vitest';
import { createClient, json } from './client.ts';
import { actions, operation } from './events.ts';
import { about, promise, target } from './target.ts';

const { ask, cancel, finish, run, submit } = createClient(target.url);

const uuid = /^job-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const post = (body: string, headers: Record<string, string> = json) => ask('POST', '/v1/jobs', { headers, body });

about('a job is posted', () => {
  promise('the reply names the job and where its stream is', async () => {
    const { status, headers, body } = await post(JSON.stringify(operation('model_list')));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const reply = JSON.parse(body) as { job_id: string; sse_url: string };
    expect(reply.job_id).toMatch(uuid);
    expect(reply).toEqual({ job_id: reply.job_id, sse_url: `/v1/jobs/${reply.job_id}/stream` });
  });

  promise('a content type with a charset is JSON too', async () => {
    expect((await post('{}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  promise.each([
    ['no content type', {}],
    ['another content type', { 'content-type': 'text/plain' }],
  ])('%s is refused with 415', async (_, headers) => {
    const { status, body } = await post('{}', headers);
    expect({ status, body }).toEqual({ status: 415, body: 'Expected request with `Content-Type: application/json`' });
  });

  promise.each(['', '{', 'nonsense'])('a body that is not JSON (%o) is refused with 400', async (text) => {
    const { status, body } = await post(text);
    expect(status).toBe(400);
    expect(body).toMatch(/^Failed to parse the request body as JSON: /);
  });

  promise('a body over 2 MB is refused with 413', async () => {
    expect((await post(JSON.stringify({ operation: 'x'.repeat(2_200_000) }))).status).toBe(413);
  });

  promise('nothing runs before the stream is opened', async () => {
    const id = await submit(operation('model_list'));
    // A job that had run would be over, and a cancel of it a 404.
    expect((await cancel(id)).status).toBe(200);
  });
});

about('an operation is read when the job runs', () => {
  promise.each([
    [{}, 'missing field `operation`'],
    [{ operation: 'model_list' }, 'missing field `hive_id`'],
    [{ operation: 'model_download', hive_id: 'localhost' }, 'missing field `model`'],
    [{ operation: 'model_get', hive_id: 'localhost' }, 'missing field `id`'],
    [{ operation: 'worker_install', hive_id: 'localhost' }, 'missing field `worker_id`'],
    [{ operation: 'worker_spawn', hive_id: 'localhost', model: '', worker: 'cpu' }, 'missing field `device`'],
    [operation('worker_spawn', { model: '', worker: 'cpu', device: '0' }), 'invalid type: string "0", expected u32'],
    [operation('worker_process_get', { pid: -1 }), 'invalid value: integer `-1`, expected u32'],
    [operation('model_get', { id: 7 }), 'invalid type: integer `7`, expected a string'],
    [{ operation: 'model_list', hive_id: null }, 'invalid type: null, expected a string'],
  ])('%j ends with [ERROR] and the reason', async (payload, reason) => {
    const outcome = await run(payload);
    expect(outcome.marker).toBe(`[ERROR] Failed to parse operation: ${reason}`);
    expect(actions(outcome)).toEqual(['execute', 'failed']);
  });

  promise('an unknown name is answered with the names it knows', async () => {
    const { marker } = await run({ operation: 'dance' });
    expect(marker).toMatch(/^\[ERROR\] Failed to parse operation: unknown variant `dance`, expected one of /);
    for (const name of ['model_download', 'model_list', 'worker_spawn', 'worker_install', 'hive_check']) {
      expect(marker).toContain(`\`${name}\``);
    }
  });

  promise.each(['status', 'queen_check'])('%s belongs to the queen and is refused', async (name) => {
    const outcome = await run({ operation: name });
    expect(outcome.marker).toBe(
      `[ERROR] Operation '${name}' is not supported by rbee-hive (should be handled by queen-rbee)`,
    );
    expect(actions(outcome)).toEqual(['execute', 'route_job', 'failed']);
  });

  promise('infer is refused: workers are asked themselves', async () => {
    const { marker } = await run(operation('infer', { model: 'm', prompt: 'p', max_tokens: 1, temperature: 0.5 }));
    expect(marker).toMatch(/^\[ERROR\] Infer operation should NOT be routed to hive!/);
  });

  promise('fields it does not know are ignored', async () => {
    expect((await run(operation('model_list', { colour: 'yellow' }))).marker).toBe('[DONE]');
  });

  promise('hive_id is repeated, not compared', async () => {
    const id = await submit({ operation: 'model_list', hive_id: 'somewhere-else' });
    const { narrations, marker } = await finish(id);
    expect(narrations.find(({ action }) => action === 'model_list_start')?.message).toBe(
      "📋 Listing models on hive 'somewhere-else'",
    );
    expect(marker).toBe('[DONE]');
  });
});
