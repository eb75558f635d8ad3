import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type InferEvent, type InferOptions, infer, maxAnswer } from '../../../lib/hive/infer.ts';
import { findUnusedUrl, html, json, never, oneJob, openStream, reply, startServer } from './server.ts';
import { event } from './wire.ts';

const line = (body: unknown) => event(JSON.stringify(body));
const token = (t: string, i = 0) => line({ type: 'token', t, i });
const started = line({ type: 'started', job_id: 'job-1', model: 'model', started_at: '1763160000' });

async function prompt(url: string, options: InferOptions = {}, signal = never): Promise<InferEvent[]> {
  const events: InferEvent[] = [];
  for await (const one of infer(url, 'Hello', options, signal)) events.push(one);
  return events;
}

describe('sending a prompt to a worker', () => {
  it('yields each token unchanged', async () => {
    const worker = await startServer(
      oneJob(`${started}${token(' Hi')}${token('🐝', 1)}${token('\n', 2)}${event('[DONE]')}`),
    );
    expect(await prompt(worker.url)).toEqual([
      { type: 'token', text: ' Hi' },
      { type: 'token', text: '🐝' },
      { type: 'token', text: '\n' },
      { type: 'done' },
    ]);
    expect(JSON.parse(worker.requests[0]?.body ?? '')).toEqual({
      operation: 'infer',
      hive_id: 'localhost',
      model: 'model',
      prompt: 'Hello',
      max_tokens: 64,
      temperature: 0.7,
    });
    expect(worker.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('sends the requested number of tokens', async () => {
    const worker = await startServer(oneJob(event('[DONE]')));
    await prompt(worker.url, { maxTokens: 5 });
    expect(JSON.parse(worker.requests[0]?.body ?? '')).toMatchObject({ max_tokens: 5 });
  });

  it.each<[string, string, InferEvent[]]>([
    [
      'fails in the middle',
      token('a') +
        line({ type: 'error', code: 'GENERATION_ERROR', message: '\x1b[31mout of memory' }) +
        event('[DONE]'),
      [
        { type: 'token', text: 'a' },
        { type: 'error', message: 'out of memory' },
      ],
    ],
    ['is interrupted', token('a'), [{ type: 'token', text: 'a' }, { type: 'lost' }]],
    ['is empty', '', [{ type: 'lost' }]],
    [
      'contains unknown events',
      `${line({ type: 'metrics' })}${event('{"type":"token"')}${event('[DONE]')}`,
      [{ type: 'done' }],
    ],
    [
      'contains the marker as a token',
      token('[DONE]') + event('[DONE]'),
      [{ type: 'token', text: '[DONE]' }, { type: 'done' }],
    ],
  ])('yields the outcome if the response %s', async (_, stream, events) => {
    expect(await prompt((await startServer(oneJob(stream))).url)).toEqual(events);
  });

  it.each<[number, string, string, string]>([
    [403, 'application/json', '{"error":{"code":"FORBIDDEN","message":"Not from there."}}', 'Not from there.'],
    [429, 'application/json', '{"error":{"message":7}}', '{"error":{"message":7}}'],
    [500, 'text/plain', 'Unsupported operation', 'Unsupported operation'],
    [500, 'text/plain', '', 'HTTP 500'],
    [200, 'application/json', '{}', '{}'],
  ])('yields the worker’s text for HTTP %i', async (status, type, body, message) => {
    const worker = await startServer((_, response) => reply(response, status, type, body));
    expect(await prompt(worker.url)).toEqual([{ type: 'error', message }]);
  });

  it.each(['MISSING_API_KEY', 'INVALID_API_KEY'])('yields locked if the worker replies with %s', async (code) => {
    const body = JSON.stringify({ error: { code, message: 'Authentication required' } });
    const worker = await startServer((_, response) => reply(response, 401, 'application/json', body));
    expect(await prompt(worker.url)).toEqual([{ type: 'locked' }]);
  });

  it.each(['null', '7', '[]', '{"job_id":7}', '{"job_id":""}', '{"job_id":"../../elsewhere"}'])(
    'opens no stream for the invalid reply %s',
    async (body) => {
      const worker = await startServer((_, response) => reply(response, 200, 'application/json', body));
      expect(await prompt(worker.url)).toMatchObject([{ type: 'error' }]);
      expect(worker.requests).toHaveLength(1);
    },
  );

  it('skips invalid tokens', async () => {
    const odd = [null, 7, [], { type: 'token' }, { type: 'token', t: 7 }, { type: 'error', message: {} }];
    const worker = await startServer(oneJob(odd.map(line).join('') + token('a') + event('[DONE]')));
    expect(await prompt(worker.url)).toEqual([{ type: 'token', text: 'a' }, { type: 'done' }]);
  });

  it.each<[number, string, string]>([
    [404, 'text/plain', 'Job job-1 not found'],
    [500, 'text/plain', 'Job job-1 has no token receiver'],
    [200, 'text/html', html],
  ])('yields an error if the reply is no stream (HTTP %i, %s)', async (status, type, body) => {
    const worker = await startServer((request, response) => {
      if (request.startsWith('POST')) json(response, { job_id: 'job-1', sse_url: '' });
      else reply(response, status, type, body);
    });
    expect(await prompt(worker.url)).toMatchObject([{ type: 'error' }]);
  });

  it('yields lost if the connection is refused', async () => {
    expect(await prompt(await findUnusedUrl())).toEqual([{ type: 'lost' }]);
  });

  it('stops reading an endless response', async () => {
    let closed: Promise<unknown> | undefined;
    const worker = await startServer((request, response) => {
      if (request.startsWith('POST')) return json(response, { job_id: 'job-1', sse_url: '' });
      openStream(response);
      closed = once(response, 'close');
      response.write(token('0123456789').repeat(3_000));
    });
    const events = await prompt(worker.url);
    const response = events.flatMap((one) => (one.type === 'token' ? [one.text] : [])).join('');
    expect(response.length).toBeGreaterThan(maxAnswer);
    expect(response.length).toBeLessThan(maxAnswer + 20);
    expect(events.at(-1)).toEqual({ type: 'cut' });
    await closed;
  });

  it('closes the connection at the end even if the worker keeps it open', async () => {
    let closed: Promise<unknown> | undefined;
    const worker = await startServer((request, response) => {
      if (request.startsWith('POST')) return json(response, { job_id: 'job-1', sse_url: '' });
      openStream(response);
      closed = once(response, 'close');
      response.write(token('a') + event('[DONE]'));
    });
    expect(await prompt(worker.url)).toEqual([{ type: 'token', text: 'a' }, { type: 'done' }]);
    await closed;
  });

  it('throws the abort reason and closes the connection, which stops the worker', async () => {
    const controller = new AbortController();
    const reason = new Error('aborted');
    let closed: Promise<unknown> | undefined;
    const worker = await startServer((request, response) => {
      if (request.startsWith('POST')) return json(response, { job_id: 'job-1', sse_url: '' });
      openStream(response);
      closed = once(response, 'close');
      response.write(token('a'));
    });
    const reading = (async () => {
      for await (const { type } of infer(worker.url, 'Hello', {}, controller.signal)) {
        expect(type).toBe('token');
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    await closed;
  });
});
