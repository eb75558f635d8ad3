import { expect, test } from 'vitest';
import { createClient, json } from './client.ts';
import { operation } from './events.ts';
import { suite, target } from './target.ts';

const { send, cancel, finish, run, submit } = createClient(target.url);

const uuid = /^job-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const post = (body: string, headers: Record<string, string> = json) => send('POST', '/v1/jobs', { headers, body });

suite('POST /v1/jobs', () => {
  test('replies with the job’s id and stream', async () => {
    const { status, headers, body } = await post(JSON.stringify(operation('model_list')));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const reply = JSON.parse(body) as { job_id: string; sse_url: string };
    expect(reply.job_id).toMatch(uuid);
    expect(reply).toEqual({ job_id: reply.job_id, sse_url: `/v1/jobs/${reply.job_id}/stream` });
  });

  test('accepts a content type with a charset', async () => {
    expect((await post('{}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  test.each([
    ['no content type', {}],
    ['another content type', { 'content-type': 'text/plain' }],
  ])('with %s is refused with 415', async (_, headers) => {
    const { status, body } = await post('{}', headers);
    expect({ status, body }).toEqual({ status: 415, body: 'Expected request with `Content-Type: application/json`' });
  });

  test.each(['', '{', 'nonsense'])('with a body that is not JSON (%o) is refused with 400', async (text) => {
    const { status, body } = await post(text);
    expect(status).toBe(400);
    expect(body).toMatch(/^Failed to parse the request body as JSON: /);
  });

  test('with a body over 2 MB is refused with 413', async () => {
    expect((await post(JSON.stringify({ operation: 'x'.repeat(2_200_000) }))).status).toBe(413);
  });

  test('creates a job that does not run before its stream is opened', async () => {
    const id = await submit(operation('model_list'));
    // The cancel of a job that had run would fail with 404.
    expect((await cancel(id)).status).toBe(200);
  });
});

suite('an operation', () => {
  test('may have unknown fields, which are ignored', async () => {
    expect((await run(operation('model_list', { colour: 'yellow' }))).marker).toBe('[DONE]');
  });

  test('may have any hive_id, which is repeated in the narration', async () => {
    const id = await submit({ operation: 'model_list', hive_id: 'somewhere-else' });
    const { narrations, marker } = await finish(id);
    expect(narrations.find(({ action }) => action === 'model_list_start')?.message).toBe(
      "📋 Listing models on hive 'somewhere-else'",
    );
    expect(marker).toBe('[DONE]');
  });
});
