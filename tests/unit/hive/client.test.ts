import { getEventListeners, once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHiveClient, HiveUnreachable } from '../../../lib/hive/client.ts';
import type { HiveEvent } from '../../../lib/hive/events.ts';
import type { Operation } from '../../../lib/hive/operation-types.ts';
import { createDeadline } from '../../../lib/http.ts';
import { findUnusedUrl, html, json, never, oneJob, openStream, reply, startServer, stopClock } from './server.ts';
import { begin, event, narration, notFound } from './wire.ts';

const download: Operation = { operation: 'model_download', hive_id: 'localhost', model: 'acme/tiny-GGUF:tiny.gguf' };

async function followAll(url: string, jobId = 'job-1', signal = never): Promise<HiveEvent[]> {
  const events: HiveEvent[] = [];
  const end = await createHiveClient(url).follow(jobId, signal, (one) => events.push(one));
  return [...events, end];
}

describe('submitting a job', () => {
  it('sends one flat JSON object and returns the job’s id', async () => {
    const hive = await startServer(oneJob('', 'job-2f1c8a52-7f5e-4a40-a2c5-0e5d3f2ab111'));
    const id = await createHiveClient(hive.url).submit(download, never);
    expect(id).toBe('job-2f1c8a52-7f5e-4a40-a2c5-0e5d3f2ab111');
    expect(hive.lines()).toEqual(['POST /v1/jobs']);
    expect(hive.requests[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(hive.requests[0]?.body ?? '')).toEqual(download);
  });

  it('sends no cookies, reads no cache, and accepts a base URL with a trailing slash', async () => {
    const inits: (RequestInit | undefined)[] = [];
    const hive = await startServer(oneJob(event('[DONE]')));
    const client = createHiveClient(`${hive.url}/`, {
      fetch: (input, init) => {
        inits.push(init);
        return fetch(input, init);
      },
    });
    await client.submit(download, never);
    await client.cancel('job-1', never).catch(() => {});
    await client.follow('job-1', never, () => {});
    await client.identify(never);
    expect(hive.lines()).toContain('GET /v1/jobs/job-1/stream');
    for (const init of inits) expect(init).toMatchObject({ credentials: 'omit', cache: 'no-store' });
    // `identify` detects redirects and does not follow them.
    expect(new Set(inits.map((init) => init?.redirect))).toEqual(new Set(['error', 'manual']));
  });

  const texts = {
    415: 'Expected request with `Content-Type: application/json`',
    400: 'Failed to parse the request body as JSON: EOF while parsing a value at line 1 column 0',
    413: 'Failed to buffer the request body: length limit exceeded',
  };
  it.each(Object.entries(texts))('throws the hive’s text if the hive refuses with HTTP %s', async (status, text) => {
    const hive = await startServer((_, response) => reply(response, Number(status), 'text/plain; charset=utf-8', text));
    const submitted = createHiveClient(hive.url).submit(download, never);
    await expect(submitted).rejects.toMatchObject({ code: 'hive-rejected', message: text });
  });

  it.each<[string, number, string, string]>([
    ['a web page', 200, 'text/html', html],
    ['JSON without a job', 200, 'application/json', '{"ok":true}'],
    ['an id that is a path', 200, 'application/json', '{"job_id":"../../v1/shutdown","sse_url":""}'],
    ['an endless id', 200, 'application/json', JSON.stringify({ job_id: 'j'.repeat(101), sse_url: '' })],
    ['JSON of another kind', 200, 'application/json', '[]'],
    ['broken JSON', 200, 'application/json', '{"job_id":"job-1"'],
    ['JSON with the content type of text', 200, 'text/plain', '{"job_id":"job-1"}'],
    ['empty', 200, 'application/json', ''],
    ['an error page', 500, 'text/html', html],
    ['another status', 201, 'application/json', '{"job_id":"job-1"}'],
    ['longer than 1 MB', 200, 'application/json', ' '.repeat(1_100_000)],
  ])('throws hive-protocol if the reply is %s', async (_, status, type, body) => {
    const hive = await startServer((_line, response) => reply(response, status, type, body));
    const submitted = createHiveClient(hive.url).submit(download, never);
    await expect(submitted).rejects.toMatchObject({ name: 'RbeeError', code: 'hive-protocol' });
  });

  it.each([502, 503, 504])('throws hive-unreachable if a proxy replies with HTTP %i', async (status) => {
    const proxy = await startServer((_, response) => reply(response, status, 'text/html', html));
    const client = createHiveClient(proxy.url);
    const unreachable = { code: 'hive-unreachable', why: 'gateway' };
    await expect(client.submit(download, never)).rejects.toMatchObject(unreachable);
    await expect(client.cancel('job-1', never)).rejects.toMatchObject(unreachable);
    await expect(client.models(never)).rejects.toMatchObject(unreachable);
    expect(await followAll(proxy.url)).toEqual([{ type: 'lost', why: 'gateway' }]);
    expect(await client.identify(never)).toEqual({ state: 'offline', why: 'gateway' });
  });

  it('stops reading an endless reply', async () => {
    const piece = ' '.repeat(100_000);
    let closed: Promise<unknown> | undefined;
    const other = await startServer((_, response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = () => {
        while (!response.destroyed && response.write(piece));
        response.once('drain', write);
      };
      write();
    });
    const submitted = createHiveClient(other.url).submit(download, never);
    await expect(submitted).rejects.toMatchObject({ code: 'hive-protocol' });
    await closed;
  });

  it('throws hive-unreachable if the connection is refused', async () => {
    const url = await findUnusedUrl();
    const client = createHiveClient(url);
    await expect(client.submit(download, never)).rejects.toBeInstanceOf(HiveUnreachable);
    const unreachable = { code: 'hive-unreachable', why: 'refused' };
    await expect(client.submit(download, never)).rejects.toMatchObject(unreachable);
    await expect(client.cancel('job-1', never)).rejects.toMatchObject(unreachable);
    await expect(client.models(never)).rejects.toMatchObject(unreachable);
    expect(await followAll(url)).toEqual([{ type: 'lost', why: 'refused' }]);
    expect(await client.identify(never)).toEqual({ state: 'offline', why: 'refused' });
  });

  it('does not follow redirects', async () => {
    const elsewhere = await startServer(oneJob(''));
    const hive = await startServer((_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/v1/jobs` }).end();
    });
    await expect(createHiveClient(hive.url).submit(download, never)).rejects.toThrow();
    expect(elsewhere.requests).toEqual([]);
  });

  it.each<[string, (response: import('node:http').ServerResponse) => void]>([
    ['does not reply', () => {}],
    ['stops in the middle of its reply', (response) => response.writeHead(200).write('{"job_id":')],
  ])('times out if the hive %s', async (_, handle) => {
    stopClock();
    let onRequest = () => {};
    const arrived = new Promise<void>((resolve) => {
      onRequest = resolve;
    });
    const hive = await startServer((_line, response) => {
      handle(response);
      onRequest();
    });
    const submitted = createHiveClient(hive.url, { connectTimeoutMs: 5_000 }).submit(download, never);
    const settled = expect(submitted).rejects.toMatchObject({ code: 'hive-unreachable', why: 'timeout' });
    await arrived;
    vi.advanceTimersByTime(5_000);
    await settled;
  });

  it('throws the abort reason', async () => {
    const hive = await startServer(() => controller.abort(reason));
    const controller = new AbortController();
    const reason = new Error('aborted');
    await expect(createHiveClient(hive.url).submit(download, controller.signal)).rejects.toBe(reason);
    await expect(createHiveClient(hive.url).submit(download, controller.signal)).rejects.toBe(reason);
    expect(hive.requests).toHaveLength(1);
  });

  it.each<Operation>([
    ...['', '/etc', '..', 'a/../b', '../a', 'C:\\models', '\\\\host\\share', '~', '.', 'a\0b', 'a/b', 'a:b'].map(
      (id) => ({ operation: 'model_delete', hive_id: 'localhost', id }) as const,
    ),
    ...[0, -1, 1.5, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY].map(
      (pid) => ({ operation: 'worker_process_delete', hive_id: 'localhost', pid }) as const,
    ),
  ])('never sends %j', async (operation) => {
    const hive = await startServer(oneJob(''));
    const submitted = createHiveClient(hive.url).submit(operation, never);
    await expect(submitted).rejects.toMatchObject({ code: expect.stringMatching(/^not-(?:deleted|stopped)$/) });
    expect(hive.requests).toEqual([]);
  });

  it.each(['', 'localhost:7835', 'ftp://localhost', 'javascript:alert(1)', 'http://'])(
    'rejects %j as the address of a hive',
    (address) => {
      expect(() => createHiveClient(address)).toThrow(expect.objectContaining({ code: 'not-a-hive' }));
    },
  );
});

describe('following a job', () => {
  it('reports the opened stream, the narration and the end', async () => {
    const hive = await startServer(oneJob(`${begin('model_list')}${event('[ERROR] no')}`));
    expect(await followAll(hive.url)).toEqual([
      { type: 'opened' },
      { type: 'narration', action: 'execute', message: 'Executing job job-1' },
      { type: 'narration', action: 'route_job', message: 'Executing operation: model_list' },
      { type: 'failed', reason: 'no' },
    ]);
  });

  it.each<[string, string, HiveEvent]>([
    ['done', `${begin('x')}${event('[DONE]')}`, { type: 'done' }],
    ['cancelled', `${begin('x')}${event('[CANCELLED]')}`, { type: 'cancelled' }],
    ['cancelled before it started', event('[CANCELLED]'), { type: 'cancelled' }],
    [
      'failed before it started',
      event('[ERROR] Job not found in registry'),
      { type: 'failed', reason: 'Job not found in registry' },
    ],
    ['lost before any event', '', { type: 'lost', why: 'ended' }],
    ['lost without a marker', begin('x'), { type: 'lost', why: 'ended' }],
    ['lost in the middle of its marker', `${begin('x')}data: [DONE]\n`, { type: 'lost', why: 'ended' }],
    [
      'lost because its stream was opened before',
      `${event(notFound)}${event('[DONE]')}`,
      { type: 'lost', why: 'taken' },
    ],
    ['lost because its stream was opened before, without a marker', event(notFound), { type: 'lost', why: 'taken' }],
    [
      'lost because its stream was opened before, with another error text',
      `${event('ERROR: No such job.')}${event('[DONE]')}`,
      { type: 'lost', why: 'taken' },
    ],
    ['lost because [DONE] came before it started', event('[DONE]'), { type: 'lost', why: 'taken' }],
  ])('ends with one event if the job was %s', async (_, stream, end) => {
    const hive = await startServer(
      oneJob(stream + event('[DONE]').repeat(stream.endsWith('\n\n') && end.type !== 'lost' ? 1 : 0)),
    );
    const events = await followAll(hive.url);
    expect(events[0]).toEqual({ type: 'opened' });
    expect(events.at(-1)).toEqual(end);
    expect(events.slice(1, -1).every(({ type }) => type === 'narration')).toBe(true);
  });

  it.each<[string, number, string, string]>([
    ['a web page', 200, 'text/html', html],
    ['an error', 404, 'text/plain', 'Job job-1 not found'],
    ['a stream that is an error', 500, 'text/event-stream', event('[DONE]')],
    ['JSON', 200, 'application/json', '{}'],
  ])('is lost and never opened if the reply is %s', async (_, status, type, body) => {
    const hive = await startServer((_line, response) => reply(response, status, type, body));
    expect(await followAll(hive.url)).toEqual([{ type: 'lost', why: 'garbled' }]);
  });

  it('is lost and never opened if the hive does not reply in time', async () => {
    stopClock();
    const hive = await startServer(() => vi.advanceTimersByTime(5_000));
    expect(await followAll(hive.url)).toEqual([{ type: 'lost', why: 'timeout' }]);
  });

  it('is lost if the connection is closed', async () => {
    const hive = await startServer((_, response) => {
      openStream(response);
      response.write(begin('x'), () => response.destroy());
    });
    const events = await followAll(hive.url);
    expect(events.at(-1)).toEqual({ type: 'lost', why: 'ended' });
  });

  it('is not ended by the connection timeout even if the hive sends nothing for a day', async () => {
    stopClock();
    let response: import('node:http').ServerResponse | undefined;
    const hive = await startServer((_, opened) => {
      openStream(opened);
      response = opened;
    });
    const onEvent = vi.fn<(event: HiveEvent) => void>();
    const end = createHiveClient(hive.url, { connectTimeoutMs: 5_000 }).follow('job-1', never, onEvent);
    await vi.waitFor(() => expect(onEvent).toHaveBeenLastCalledWith({ type: 'opened' }));
    vi.advanceTimersByTime(24 * 3_600_000);
    response?.write(begin('model_download'));
    await vi.waitFor(() => expect(onEvent.mock.lastCall?.[0]).toMatchObject({ action: 'route_job' }));
    vi.advanceTimersByTime(24 * 3_600_000);
    response?.write(event('[ERROR] disk'));
    expect(await end).toEqual({ type: 'failed', reason: 'disk' });
  });

  it.each(['[DONE]', '[CANCELLED]', '[ERROR] no', notFound])(
    'closes the connection at %j even if the hive keeps it open',
    async (marker) => {
      let closed: Promise<unknown> | undefined;
      const hive = await startServer((_, response) => {
        openStream(response);
        closed = once(response, 'close');
        response.write(begin('x') + event(marker));
      });
      await followAll(hive.url);
      await closed;
    },
  );

  it('closes the connection and throws what the callback throws', async () => {
    let closed: Promise<unknown> | undefined;
    const hive = await startServer((_, response) => {
      openStream(response);
      closed = once(response, 'close');
      response.write(begin('x'));
    });
    const problem = new Error('No space left.');
    const following = createHiveClient(hive.url).follow('job-1', never, ({ type }) => {
      if (type === 'narration') throw problem;
    });
    await expect(following).rejects.toBe(problem);
    await closed;
  });

  it('throws the abort reason at any point', async () => {
    let closed: Promise<unknown> | undefined;
    const hive = await startServer((line, response) => {
      if (line.includes('silent')) return;
      openStream(response);
      closed = once(response, 'close');
      response.write(begin('x'));
    });
    const reason = new DOMException('Cancelled.', 'AbortError');
    for (const point of ['before', 'silent', 'opened', 'execute', 'route_job']) {
      const controller = new AbortController();
      if (point === 'before') controller.abort(reason);
      const reading = createHiveClient(hive.url).follow(point, controller.signal, (one) => {
        const name = one.type === 'narration' ? one.action : one.type;
        expect(controller.signal.aborted).toBe(false);
        expect(['opened', 'execute', 'route_job']).toContain(name);
        if (name === point) controller.abort(reason);
      });
      if (point === 'silent') await vi.waitFor(() => expect(hive.lines().at(-1)).toContain('silent'));
      if (point === 'silent') controller.abort(reason);
      await expect(reading, point).rejects.toBe(reason);
      if (point === 'opened') await closed;
    }
  });

  it('escapes the job’s id in the URL', async () => {
    const hive = await startServer((_, response) => reply(response, 200, 'text/html', html));
    await followAll(hive.url, '../shutdown?x#y');
    expect(hive.lines()).toEqual(['GET /v1/jobs/..%2Fshutdown%3Fx%23y/stream']);
  });

  it('reports all of 10,000 events that are received at once', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => narration('build_output', `line ${i} 🦀`));
    const hive = await startServer(oneJob(lines.join('') + event('[DONE]')));
    const events = await followAll(hive.url);
    expect(events).toHaveLength(10_002);
    expect(events.at(-2)).toEqual({ type: 'narration', action: 'build_output', message: 'line 9999 🦀' });
    expect(events.at(-1)).toEqual({ type: 'done' });
  });
});

describe('the clean-up after a request', () => {
  it('removes all listeners from the given signal', async () => {
    const hive = await startServer(oneJob(begin('x') + event('[DONE]')));
    const client = createHiveClient(hive.url);
    const { signal } = new AbortController();
    await client.submit(download, signal);
    await client.follow('job-1', signal, () => {});
    await client.identify(signal);
    await client.models(signal).catch(() => {});
    await client.telemetry(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('clears the timer of a deadline', () => {
    stopClock();
    const deadline = createDeadline(never, 5_000);
    expect(vi.getTimerCount()).toBe(1);
    deadline.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.expired()).toBe(false);
  });
});

describe('cancelling a job', () => {
  it.each([
    ['cancelled', 200, 'application/json', '{"status":"cancelled","job_id":"job-1"}'],
    ['gone', 404, 'text/plain; charset=utf-8', 'Job job-1 not found or cannot be cancelled'],
  ])('returns %s for HTTP %i', async (outcome, status, type, body) => {
    const hive = await startServer((_, response) => reply(response, status, type, body));
    expect(await createHiveClient(hive.url).cancel('job-1', never)).toBe(outcome);
    expect(hive.lines()).toEqual(['DELETE /v1/jobs/job-1']);
  });

  it.each<[number, string, string]>([
    [200, 'text/html', html],
    [200, 'application/json', '{"status":"running"}'],
    [404, 'text/html', html],
    [405, '', ''],
    [500, 'text/html', html],
  ])('throws hive-protocol for HTTP %i with %j', async (status, type, body) => {
    const hive = await startServer((_, response) => reply(response, status, type, body));
    await expect(createHiveClient(hive.url).cancel('job-1', never)).rejects.toMatchObject({ code: 'hive-protocol' });
  });
});

describe('the address of a worker', () => {
  it.each([
    ['http://localhost:7835', 'http://localhost:8080'],
    ['http://127.0.0.1:7835', 'http://127.0.0.1:8080'],
    ['http://[::1]:7835', 'http://[::1]:8080'],
    ['https://hive.example:443', 'http://hive.example:8080'],
  ])('is on the host of %s', (hive, address) => {
    expect(createHiveClient(hive).workerAddress(8080)).toBe(address);
  });

  it.each([0, -1, 65_536, 80.5, Number.NaN])('throws for port %d', (port) => {
    expect(() => createHiveClient('http://localhost:7835').workerAddress(port)).toThrow(RangeError);
  });
});

/** `other` listens on ::1, which browsers try first for `localhost`, and `real` on 127.0.0.1, with the same port. */
function behindOther(real: string, other: string) {
  const { port } = new URL(real);
  const asFetched = (url: string) => url.replace(`http://localhost:${port}`, other);
  return createHiveClient(`http://localhost:${port}`, { fetch: (url, init) => fetch(asFetched(url), init) });
}

describe('another program that responds first on localhost', () => {
  const startOther = () => startServer((_, response) => reply(response, 200, 'text/html', html));
  const startHive = () =>
    startServer((line, response) => {
      if (line === 'GET /health') reply(response, 200, 'text/plain', 'ok');
      else if (line === 'GET /v1/capabilities') json(response, { devices: [] });
      else oneJob(begin('x') + event('[ERROR] no'))(line, response);
    });

  it('does not hide a hive on 127.0.0.1, whichever request is first', async () => {
    const [hive, other] = [await startHive(), await startOther()];
    expect(await behindOther(hive.url, other.url).identify(never)).toEqual({ state: 'connected', devices: [] });
    expect(await behindOther(hive.url, other.url).submit(download, never)).toBe('job-1');
    const end = await behindOther(hive.url, other.url).follow('job-1', never, () => {});
    expect(end).toEqual({ type: 'failed', reason: 'no' });
    expect(hive.lines().filter((line) => line === 'POST /v1/jobs')).toHaveLength(1);
  });

  it('receives only one request if the hive is found on 127.0.0.1', async () => {
    const [hive, other] = [await startHive(), await startOther()];
    const client = behindOther(hive.url, other.url);
    await client.identify(never);
    await client.submit(download, never);
    expect(other.lines()).toEqual(['GET /health']);
  });

  it('is reported as not-a-hive if there is no hive on 127.0.0.1 either', async () => {
    const [first, second] = [await startOther(), await startOther()];
    const client = behindOther(first.url, second.url);
    expect(await client.identify(never)).toEqual({ state: 'not-a-hive' });
    await expect(client.submit(download, never)).rejects.toMatchObject({ code: 'hive-protocol' });
  });

  it('does not hide a worker on 127.0.0.1, which gets an address with 127.0.0.1', async () => {
    const worker = await startServer((_, response) => json(response, { status: 'healthy' }));
    const other = await startOther();
    const address = `http://127.0.0.1:${worker.port}`;
    expect(await behindOther(worker.url, other.url).probeWorker(worker.port, never)).toEqual({
      state: 'healthy',
      address,
    });
    expect(await behindOther(other.url, other.url).probeWorker(other.port, never)).toEqual({ state: 'other' });
  });
});

describe('a captive portal', () => {
  it('is no evidence about a worker on another machine', async () => {
    const portal = await startServer((_, response) => reply(response, 200, 'text/html', html));
    const through = (url: string) => url.replace(/^http:\/\/hive\.example:\d+/, portal.url);
    const client = createHiveClient('http://hive.example:7835', { fetch: (url, init) => fetch(through(url), init) });
    expect(await client.probeWorker(8080, never)).toEqual({ state: 'timeout' });
  });

  it('is not assumed if the hive is identified: another program has the port', async () => {
    const host = await startServer((_, response, { headers }) =>
      reply(response, 200, 'text/plain', headers.host ? 'ok' : ''),
    );
    const client = createHiveClient('http://hive.example:7835', {
      fetch: (url, init) => fetch(url.replace(/^http:\/\/hive\.example:\d+/, host.url), init),
    });
    expect(await client.probeWorker(8080, never)).toEqual({ state: 'other' });
  });
});

describe('the timeout for a reply of a hive', () => {
  const timeouts = async (base: string): Promise<[path: string, ms: number][]> => {
    const timer = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timer.mockRestore());
    const seen: [string, number][] = [];
    const client = createHiveClient(base, {
      async fetch(url) {
        seen.push([new URL(url).pathname, Number(timer.mock.lastCall?.[1])]);
        return url.endsWith('/health') ? new Response('ok') : Response.json({ devices: [] });
      },
    });
    expect(await client.identify(never)).toMatchObject({ state: 'connected' });
    return seen;
  };

  it('is 5 s, and 30 s for capabilities, which run nvidia-smi', async () => {
    expect(await timeouts('http://hive.example:7835')).toEqual([
      ['/health', 5_000],
      ['/v1/capabilities', 30_000],
    ]);
  });

  it('is 5 s more for a .local name, whose lookup takes that long', async () => {
    expect(await timeouts('http://gaming-pc.local:7835')).toEqual([
      ['/health', 10_000],
      ['/v1/capabilities', 35_000],
    ]);
  });
});

describe('the health of a worker', () => {
  it.each<[string, number, string]>([
    ['healthy', 200, '{"status":"healthy"}'],
    ['healthy', 200, ' {"status" : "healthy"}\n'],
    ['other', 200, '{"status":"healthy","database":"up"}'],
    ['other', 200, '{"status":"loading"}'],
    ['other', 200, 'healthy'],
    ['other', 200, html],
    ['other', 200, ' '.repeat(1_100_000)],
    ['other', 503, '{"status":"healthy"}'],
  ])('is %s for HTTP %i with %j', async (health, status, body) => {
    const worker = await startServer((_, response) => reply(response, status, 'application/json', body));
    const client = createHiveClient('http://127.0.0.1:7835');
    expect(await client.probeWorker(worker.port, never)).toMatchObject({ state: health });
    expect(worker.lines()).toEqual(['GET /health']);
  });

  it('is "refused" if nothing listens, and "timeout" if there is no reply', async () => {
    const client = createHiveClient('http://127.0.0.1:7835');
    expect(await client.probeWorker(Number(new URL(await findUnusedUrl()).port), never)).toMatchObject({
      state: 'refused',
    });
    stopClock();
    const silent = await startServer(() => vi.advanceTimersByTime(5_000));
    expect(await client.probeWorker(silent.port, never)).toMatchObject({ state: 'timeout' });
  });

  it('is requested again if the connection is closed, as after a change of the network', async () => {
    let broken = false;
    const worker = await startServer((_, response) => {
      if (broken) json(response, { status: 'healthy' });
      else response.destroy();
      broken = true;
    });
    expect(await createHiveClient('http://127.0.0.1:7835').probeWorker(worker.port, never)).toMatchObject({
      state: 'healthy',
    });
  });

  it('does not follow redirects', async () => {
    const healthy = await startServer((_, response) => json(response, { status: 'healthy' }));
    const other = await startServer((_, response) => void response.writeHead(302, { location: healthy.url }).end());
    expect(await createHiveClient('http://127.0.0.1:7835').probeWorker(other.port, never)).not.toMatchObject({
      state: 'healthy',
    });
    expect(healthy.requests).toEqual([]);
  });
});
