import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { operation, parseNarration } from './events.ts';
import { modifyingTest, suite, target } from './target.ts';

const { send, cancel, finish, follow, run, submit } = createClient(target.url);

const lost = 'ERROR: Job channel not found. This may indicate a race condition or job creation failure.';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are part of the format.
const narrationBytes = /^data: \x1b\[1m[^\x1b]{40,}\x1b\[0m \x1b\[2m[a-z_0-9 ]{20,}\x1b\[0m\ndata: [\s\S]*\ndata: $/;

const unknownJob = `data: ${lost}\n\ndata: [DONE]\n\n`;

suite('the stream of a job', () => {
  test('is an event stream without caching', async () => {
    const { headers } = await run(operation('model_list'));
    expect(headers['content-type']).toBe('text/event-stream');
    expect(headers['cache-control']).toBe('no-cache');
  });

  test('has no comments, ids or retry times', async () => {
    const { raw } = await run(operation('model_list'));
    for (const line of raw.split('\n')) expect(line).toMatch(/^(?:$|data: |event: data$)/);
  });

  test('starts with the job’s id and operation', async () => {
    const id = await submit(operation('model_list'));
    const { narrations } = await finish(id);
    expect(narrations.slice(0, 2).map(({ action, message }) => [action, message])).toEqual([
      ['execute', `Executing job ${id}`],
      ['route_job', 'Executing operation: model_list'],
    ]);
  });

  test('formats each line as a bold path, a dim action, the message and an empty last line', async () => {
    const { events } = await run(operation('model_list'));
    const narrations = events.filter(({ event, data }) => event === undefined && data !== '[DONE]');
    expect(narrations.length).toBeGreaterThan(4);
    for (const { raw } of narrations) {
      expect(raw).toMatch(narrationBytes);
    }
    const start = narrations.map(({ raw }) => raw).find((raw) => raw.includes('model_list_start'));
    expect(start).toContain("\x1b[2mmodel_list_start    \x1b[0m\ndata: 📋 Listing models on hive 'localhost'\ndata: ");
  });

  test('ends with a single-line marker and is closed', async () => {
    const { raw, events } = await run(operation('model_list'));
    expect(raw.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
    expect(events.filter(({ data }) => data === '[DONE]')).toHaveLength(1);
  });

  test('of an unknown job contains an error line and [DONE], with status 200', async () => {
    const { status, headers, body } = await send('GET', '/v1/jobs/job-00000000-0000-4000-8000-000000000000/stream');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/event-stream');
    expect(body).toBe(unknownJob);
  });

  modifyingTest('opened a second time contains the same two lines, and the first one continues', async () => {
    const id = await submit({ operation: 'hive_check' });
    const first = await follow(id);
    await first.until(({ data }) => parseNarration(data)?.action === 'test_1');
    expect((await finish(id)).raw).toBe(unknownJob);
    let checks = 0;
    const end = await first.until(({ data }) => {
      if (parseNarration(data)?.action === 'test_10') checks++;
      return data === '[DONE]';
    });
    expect(end.data).toBe('[DONE]');
    expect(checks).toBe(1);
    expect(await first.next()).toBeUndefined();
  });
});

suite('a cancel', () => {
  test('of an unknown job is a 404', async () => {
    const { status, headers, body } = await cancel('job-none');
    expect({ status, body }).toEqual({ status: 404, body: 'Job job-none not found or cannot be cancelled' });
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });

  test('of a queued job works once', async () => {
    const id = await submit(operation('model_list'));
    const { status, body } = await cancel(id);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ job_id: id, status: 'cancelled' });
    expect((await cancel(id)).status).toBe(404);
  });

  test('before the stream is opened makes it end with [CANCELLED] or [DONE]', async () => {
    const id = await submit(operation('model_list'));
    await cancel(id);
    const { marker } = await finish(id);
    expect(['[CANCELLED]', '[DONE]']).toContain(marker);
  });

  test('of a finished or failed job is a 404', async () => {
    for (const payload of [operation('model_list'), {}]) {
      const id = await submit(payload);
      await finish(id);
      expect((await cancel(id)).status).toBe(404);
    }
  });

  modifyingTest('of a running job ends its stream with [CANCELLED]', async () => {
    const id = await submit({ operation: 'hive_check' });
    const stream = await follow(id);
    await stream.until(({ data }) => parseNarration(data)?.action === 'test_1');
    expect((await cancel(id)).status).toBe(200);
    const lines: string[] = [];
    const end = await stream.until(({ data }) => {
      const narration = parseNarration(data);
      if (narration) lines.push(`${narration.action}: ${narration.message}`);
      return !narration;
    });
    expect(end.data).toBe('[CANCELLED]');
    expect(lines.at(-1)).toBe(`cancelled: Job ${id} cancelled`);
    expect(await stream.next()).toBeUndefined();
  });
});
