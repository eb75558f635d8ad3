import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAreaCache, type StorageArea } from '../../../lib/hub/cache.ts';
import { createHubClient, type HubClientOptions } from '../../../lib/hub/client.ts';
import { HubError } from '../../../lib/hub/error.ts';
import { createRequest } from '../../../lib/hub/request.ts';
import { hubFaults } from '../../hub/faults.ts';
import type { HubRepo } from '../../hub/repo.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { type Handler, type Listener, listen } from '../../net/listener.ts';

const llama = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const minute = 60_000;

let hub: Hub;
let time: number;
const listeners: Listener[] = [];

beforeEach(async () => {
  hub = await startHub();
  time = 1_000_000;
});
afterEach(async () => {
  await hub.stop();
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

const client = (options: HubClientOptions = {}) => createHubClient({ baseUrl: hub.url, now: () => time, ...options });
const repo = (id: string, files: HubRepo['files'], more: Partial<HubRepo> = {}): HubRepo => ({ id, files, ...more });

async function serve(handler: Handler): Promise<string> {
  const listener = await listen(handler);
  listeners.push(listener);
  return `http://127.0.0.1:${listener.port}`;
}

async function troubleOf(answer: Promise<unknown>): Promise<HubError> {
  const error = await answer.then(
    () => new Error('It answered.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
}

describe('a repository', () => {
  it('comes with its GGUF files, their sizes and what the hub knows of them', async () => {
    expect(await client().repository(llama)).toMatchObject({
      id: llama,
      gated: false,
      gguf: { total: 1_235_814_432, architecture: 'llama' },
      files: expect.arrayContaining([{ path: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf', sizeBytes: 807_694_464 }]),
    });
    expect(hub.requests.map(({ path }) => path)).toEqual([`/api/models/${llama}?blobs=true`]);
  });

  it('brings nothing of the files that are no GGUF', async () => {
    const { files } = await client().repository(llama);
    expect(files.filter(({ path }) => !path.endsWith('.gguf'))).toEqual([]);
  });

  it('is asked for without a cookie or a header of ours, so that no permission and no preflight is needed', async () => {
    const sent: RequestInit[] = [];
    const fetch = (input: string, init: RequestInit) => {
      sent.push(init);
      return globalThis.fetch(input, init);
    };
    await client({ fetch }).repository(llama);
    expect(sent).toEqual([expect.objectContaining({ credentials: 'omit' })]);
    expect(sent[0]).not.toHaveProperty('headers');
    expect(sent[0]).not.toHaveProperty('method');
  });

  it('that was renamed, or is spelled otherwise, comes with the name the hub uses now', async () => {
    expect(await client().repository('gpt2/gpt2')).toMatchObject({ id: 'openai-community/gpt2' });
    expect(await client().repository('BARTOWSKI/llama-3.2-1b-instruct-gguf')).toMatchObject({ id: llama });
  });

  it('that is gated is told to be so, and its listing comes all the same', async () => {
    expect(await client().repository('google/gemma-2-2b-it-GGUF')).toMatchObject({
      gated: 'manual',
      files: [expect.objectContaining({ sizeBytes: expect.any(Number) })],
    });
  });

  it('that has no GGUF file has no files here', async () => {
    expect(await client().repository('Qwen/Qwen2.5-0.5B-Instruct')).toMatchObject({ files: [] });
  });

  it('is never asked for where it cannot be the name of one', async () => {
    for (const name of ['gpt2', '../../login/a', 'a/b?x=1', 'a/b/c', '']) {
      expect(await troubleOf(client().repository(name))).toMatchObject({ trouble: 'missing', code: 'file-missing' });
    }
    expect(hub.requests).toEqual([]);
  });
});

describe('a listing without sizes', () => {
  const many = repo(
    'org/many',
    Array.from({ length: 23 }, (_, index) => ({ path: `dir/x-${index}-Q4_K_M.gguf`, size: 1_000 + index })),
  );
  const unsized = JSON.stringify({
    id: many.id,
    siblings: [...many.files.map(({ path }) => ({ rfilename: path })), { rfilename: 'only-listed-Q8_0.gguf', size: 5 }],
  });
  const noSizes = { path: /blobs/, status: 200, body: unsized };

  it('is filled from the tree, page by page', async () => {
    await hub.stop();
    hub = await startHub({ repos: [many], pageSize: 10, faults: [noSizes] });
    const { files } = await client().repository('org/many');
    expect(files).toHaveLength(24);
    expect(files).toContainEqual({ path: 'dir/x-22-Q4_K_M.gguf', sizeBytes: 1_022 });
    expect(files).toContainEqual({ path: 'only-listed-Q8_0.gguf', sizeBytes: 5 });
    expect(hub.requests.filter(({ path }) => path.includes('/tree/main?recursive=true'))).toHaveLength(3);
  });

  it('is better than none when the tree cannot be had, and is not kept', async () => {
    hub.setFaults([noSizes, { path: /tree/, status: 401, headers: { 'x-error-code': 'GatedRepo' } }]);
    hub.setRepos([many]);
    const hubClient = client();
    const { files } = await hubClient.repository('org/many');
    expect(files[0]).toEqual({ path: 'dir/x-0-Q4_K_M.gguf' });
    hub.setFaults([]);
    expect((await hubClient.repository('org/many')).files[0]).toEqual({
      path: 'dir/x-0-Q4_K_M.gguf',
      sizeBytes: 1_000,
    });
  });

  it('or without names is read from the tree', async () => {
    hub.setRepos([many]);
    hub.setFaults([{ path: /blobs/, status: 200, body: '{"id":"org/many"}' }]);
    expect((await client().repository('org/many')).files).toHaveLength(23);
  });

  it('of exactly a thousand files may be cut there, so the tree is asked', async () => {
    const listed = Array.from({ length: 1_000 }, (_, index) => ({ rfilename: `x-${index}.gguf`, size: 1 }));
    hub.setRepos([
      repo('org/large', [
        ...listed.map((_, index) => ({ path: `x-${index}.gguf`, size: 1 })),
        { path: 'last-Q4_K_M.gguf', size: 7 },
      ]),
    ]);
    hub.setFaults([{ path: /blobs/, status: 200, body: JSON.stringify({ id: 'org/large', siblings: listed }) }]);
    expect((await client().repository('org/large')).files).toContainEqual({ path: 'last-Q4_K_M.gguf', sizeBytes: 7 });
  });

  it('does not follow a next page to another host, or for ever', async () => {
    const asked: string[] = [];
    const base = await serve((request, response) => {
      asked.push(request.url ?? '');
      const next = asked.length < 3 ? request.url : 'http://127.0.0.1:9/elsewhere';
      response.setHeader('link', `<${next}>; rel="next"`);
      response.end(request.url?.includes('blobs') ? '{"id":"org/name"}' : '[]');
    });
    await client({ baseUrl: base }).repository('org/name');
    expect(asked).toHaveLength(3);
    asked.length = 0;
    const endless = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('link', `<${request.url}>; rel="next"`);
      response.end(request.url?.includes('blobs') ? '{"id":"org/name"}' : '[]');
    });
    await client({ baseUrl: endless }).repository('org/name');
    expect(asked).toHaveLength(21);
  });
});

describe('an answer that is not as expected', () => {
  it('costs the odd field only', async () => {
    const body = JSON.stringify({
      id: 'org/name',
      gated: true,
      downloads: 'many',
      tags: [1],
      gguf: { total: -1, architecture: 'llama' },
      siblings: [7, { rfilename: 8 }, { rfilename: 'x-Q4_K_M.gguf', size: 135, lfs: { size: 800, pointerSize: 135 } }],
    });
    hub.setFaults([{ path: /blobs/, status: 200, body }]);
    expect(await client().repository('org/name')).toEqual({
      id: 'org/name',
      gated: 'manual',
      gguf: { architecture: 'llama' },
      files: [{ path: 'x-Q4_K_M.gguf', sizeBytes: 800 }],
    });
  });

  it.each([
    ['no JSON at all', hubFaults.html],
    ['cut in the middle', hubFaults.malformed],
    ['of another shape', hubFaults.wrongShape],
    ['a name that is none', { path: '/api/', status: 200, body: '{"id":"https://evil.example/x","siblings":[]}' }],
  ])('is malformed when it is %s', async (_, fault) => {
    hub.setFaults([fault]);
    expect(await troubleOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'malformed' });
  });

  it('is malformed when it comes from another host', async () => {
    const other = await serve((_, response) => void response.end('{"id":"org/name","siblings":[]}'));
    hub.setFaults([{ path: '/api/', status: 302, headers: { location: `${other}/login` } }]);
    expect(await troubleOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'malformed' });
  });

  it('of 50 MB is refused', async () => {
    hub.setFaults([{ path: '/api/', status: 200, body: 'x'.repeat(50_000_000) }]);
    expect(await troubleOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'too-long' });
  });

  it('without an end is left after 5 MB', async () => {
    const { promise: left, resolve } = Promise.withResolvers<number>();
    const base = await serve((_, response) => {
      let sent = 0;
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
      };
      response.on('drain', more).on('close', () => resolve(sent));
      more();
    });
    expect(await troubleOf(client({ baseUrl: base }).repository(llama))).toMatchObject({ trouble: 'too-long' });
    expect(await left).toBeLessThan(30_000_000);
  });
});

describe('a hub that says no', () => {
  it.each([
    [401, { 'x-error-code': 'RepoNotFound' }, 'missing', 'file-missing'],
    [401, {}, 'missing', 'file-missing'],
    [401, { 'x-error-code': 'GatedRepo' }, 'gated', 'gated'],
    [403, { 'x-error-code': 'GatedRepo' }, 'gated', 'gated'],
    [403, { 'x-error-code': 'DisabledRepo' }, 'missing', 'file-missing'],
    [403, {}, 'refused', 'network'],
    [404, {}, 'missing', 'file-missing'],
    [405, {}, 'refused', 'network'],
    [500, {}, 'server', 'network'],
    [503, { 'retry-after': '7' }, 'server', 'network'],
    [204, {}, 'refused', 'network'],
  ] as const)('%i %j is %s (%s)', async (status, headers, trouble, code) => {
    hub.setFaults([{ path: '/api/', status, headers: { ...headers } }]);
    expect(await troubleOf(client().repository(llama))).toMatchObject({ trouble, code });
  });

  it('about a private repository says the same as about none', async () => {
    hub.setRepos([repo('org/secret', [], { private: true })]);
    expect(await troubleOf(client().repository('org/secret'))).toMatchObject({ code: 'file-missing' });
  });

  it.each([
    [{ 'retry-after': '60' }, 60_000],
    [{ ratelimit: '"api";r=0;t=55' }, 55_000],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('for now, with %j, is left alone for %i ms', async (headers, retryAfterMs) => {
    hub.setFaults([{ path: '/api/', status: 429, headers: { ...headers } }]);
    expect(await troubleOf(client().repository(llama))).toMatchObject({
      trouble: 'rate-limited',
      code: 'network',
      retryAfterMs,
    });
  });

  it('for now, with a date, is left alone until then', async () => {
    const headers = { 'retry-after': new Date(Date.now() + 120_000).toUTCString() };
    hub.setFaults([{ path: '/api/', status: 429, headers }]);
    const { retryAfterMs } = await troubleOf(client().repository(llama));
    expect(retryAfterMs).toBeGreaterThan(100_000);
    expect(retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  it('is asked nothing at all until it wants to be asked again', async () => {
    const hubClient = client();
    hub.setFaults([hubFaults.rateLimited]);
    await troubleOf(hubClient.repository(llama));
    hub.setFaults([]);
    time += 59_000;
    expect(await troubleOf(hubClient.repository('org/other'))).toMatchObject({
      trouble: 'rate-limited',
      retryAfterMs: 1_000,
    });
    expect(hub.requests).toHaveLength(1);
    time += 1_000;
    expect(await hubClient.repository(llama)).toMatchObject({ id: llama });
  });
});

describe('a hub that does not answer', () => {
  it('in time is told in words', async () => {
    hub.setFaults([hubFaults.silent]);
    const error = await troubleOf(client({ timeoutMs: 50 }).repository(llama));
    expect(error).toMatchObject({ code: 'network', trouble: 'time-out' });
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+: /);
  });

  it('to the end in time is the same', async () => {
    const base = await serve((_, response) => void response.write('{"id":'));
    expect(await troubleOf(client({ baseUrl: base, timeoutMs: 50 }).repository(llama))).toMatchObject({
      trouble: 'time-out',
    });
  });

  it('because the connection drops is unreachable', async () => {
    hub.setFaults([hubFaults.unreachable]);
    expect(await troubleOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'unreachable' });
  });

  it('because there is no network is unreachable', async () => {
    const { port } = hub;
    await hub.stop();
    expect(await troubleOf(client({ baseUrl: `http://127.0.0.1:${port}` }).repository(llama))).toMatchObject({
      code: 'network',
      trouble: 'unreachable',
    });
  });
});

describe('asking the same at the same time', () => {
  it('is one request', async () => {
    const hubClient = client();
    const [one, two, three] = await Promise.all([llama, llama, llama].map((id) => hubClient.repository(id)));
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(hub.requests).toHaveLength(1);
  });

  it('fails for all alike, and the next one asks again', async () => {
    const hubClient = client();
    hub.setFaults([{ ...hubFaults.serverError, times: 1 }]);
    const errors = await Promise.all([1, 2].map(() => troubleOf(hubClient.repository(llama))));
    expect(errors.map(({ trouble }) => trouble)).toEqual(['server', 'server']);
    expect(await hubClient.repository(llama)).toMatchObject({ id: llama });
  });

  it('goes on for the others when one leaves, whose own reason passes through', async () => {
    const base = await serve((_, response) => {
      leaving.abort(new Error('The popup was closed.'));
      response.end(JSON.stringify({ id: llama, siblings: [] }));
    });
    const leaving = new AbortController();
    const hubClient = client({ baseUrl: base });
    const gone = hubClient.repository(llama, leaving.signal);
    const stays = hubClient.repository(llama);
    await expect(gone).rejects.toThrow('The popup was closed.');
    await expect(stays).resolves.toMatchObject({ id: llama });
  });

  it('is broken off when nobody waits for it any more', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<boolean>();
    const base = await serve((_, response) => {
      response.on('close', () => resolve(true));
      leaving.abort(new Error('The popup was closed.'));
    });
    const leaving = new AbortController();
    await expect(client({ baseUrl: base }).repository(llama, leaving.signal)).rejects.toThrow('The popup was closed.');
    expect(await closed).toBe(true);
  });

  it('is not begun for someone who has left already', async () => {
    await expect(client().repository(llama, AbortSignal.abort(new Error('Gone.')))).rejects.toThrow('Gone.');
    expect(hub.requests).toEqual([]);
  });
});

function createArea(): StorageArea & { items: Map<string, unknown> } {
  const items = new Map<string, unknown>();
  return {
    items,
    async get(keys) {
      return Object.fromEntries([keys].flat().flatMap((key) => (items.has(key) ? [[key, items.get(key)]] : [])));
    },
    async set(changes) {
      for (const [key, value] of Object.entries(changes)) items.set(key, structuredClone(value));
    },
    async remove(keys) {
      for (const key of keys) items.delete(key);
    },
  };
}

describe('answers kept in a storage area', () => {
  const create = (max?: number) => createAreaCache(createArea(), max);

  it('are good for 10 minutes', async () => {
    const hubClient = client({ cache: create() });
    const first = await hubClient.repository(llama);
    time += 10 * minute - 1;
    expect(await hubClient.repository(llama)).toEqual(first);
    expect(hub.requests).toHaveLength(1);
    time += 1;
    await hubClient.repository(llama);
    expect(hub.requests).toHaveLength(2);
  });

  it('are not trusted when the clock was set back', async () => {
    const hubClient = client({ cache: create() });
    await hubClient.repository(llama);
    time -= minute;
    await hubClient.repository(llama);
    expect(hub.requests).toHaveLength(2);
  });

  it('are those of each repository alone, and derivatives another matter', async () => {
    const hubClient = client({ cache: create() });
    await hubClient.repository(llama);
    await hubClient.repository('Qwen/Qwen2.5-0.5B-Instruct');
    await hubClient.derivatives('Qwen/Qwen2.5-0.5B-Instruct');
    expect(hub.requests).toHaveLength(3);
  });

  it('make room for new ones, the oldest first', async () => {
    const cache = create(2);
    for (const key of ['a', 'b', 'a', 'c']) await cache.write(key, { at: 1, value: key });
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.read(key)))).toEqual([
      { at: 1, value: 'a' },
      undefined,
      { at: 1, value: 'c' },
    ]);
  });

  it('are never failures', async () => {
    const hubClient = client({ cache: create() });
    hub.setFaults([{ path: '/api/', status: 404, times: 1 }]);
    await troubleOf(hubClient.repository(llama));
    expect(await hubClient.repository(llama)).toMatchObject({ id: llama });
  });

  it('outlive the service worker', async () => {
    const area = createArea();
    const first = await client({ cache: createAreaCache(area) }).repository(llama);
    expect(await client({ cache: createAreaCache(area) }).repository(llama)).toEqual(first);
    expect(hub.requests).toHaveLength(1);
  });

  it('leave nothing behind that they do not count', async () => {
    const area = createArea();
    const cache = createAreaCache(area, 2);
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.write(key, { at: 1, value: key })));
    expect([...area.items.keys()].toSorted()).toEqual(['hub', 'hub:c', 'hub:d']);
  });

  it('cost no answer when the area is full or unreadable', async () => {
    const broken: StorageArea = {
      get: () => Promise.reject(new Error('Unreadable.')),
      set: () => Promise.reject(new Error('QUOTA_BYTES quota exceeded')),
      remove: () => Promise.reject(new Error('Unreadable.')),
    };
    expect(await client({ cache: createAreaCache(broken) }).repository(llama)).toMatchObject({ id: llama });
  });
});

describe("other people's quantised uploads", () => {
  const base = 'Qwen/Qwen2.5-0.5B-Instruct';

  it('come most downloaded first', async () => {
    const found = await client().derivatives(base);
    expect(found.length).toBeGreaterThan(1);
    expect(found.map(({ downloads }) => downloads)).toEqual(
      found.map(({ downloads }) => downloads).toSorted((a, b) => b - a),
    );
    expect(found).toContainEqual(expect.objectContaining({ id: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF' }));
    expect(
      [...new URL(hub.requests[0]?.path ?? '', hub.url).searchParams].map(([key, value]) => `${key}=${value}`),
    ).toEqual([`filter=base_model:quantized:${base}`, 'filter=gguf', 'sort=downloads', 'direction=-1', 'limit=10']);
  });

  it('are at most ten, whatever the hub sends', async () => {
    const entries = Array.from({ length: 30 }, (_, downloads) => ({ id: `org/x${downloads}`, downloads }));
    hub.setFaults([{ path: '/api/models?', status: 200, body: JSON.stringify(entries) }]);
    const found = await client().derivatives(base);
    expect(found.map(({ downloads }) => downloads)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
  });

  it('are never the repository itself, a stranger, a private one, or a name that is none', async () => {
    const tags = [`base_model:quantized:${base}`];
    const entries = [
      { id: base, tags, downloads: 9 },
      { id: 'org/stranger', tags: ['base_model:quantized:someone/else'], downloads: 8 },
      { id: 'org/secret', private: true, tags, downloads: 7 },
      { id: 'no-name', tags, downloads: 6 },
      'nonsense',
      { id: 'org/few', tags, downloads: 1 },
      { id: 'org/good', tags, downloads: 5, likes: 2, gated: 'auto' },
    ];
    hub.setFaults([{ path: '/api/models?', status: 200, body: JSON.stringify(entries) }]);
    expect(await client().derivatives(base)).toEqual([
      { id: 'org/good', downloads: 5 },
      { id: 'org/few', downloads: 1 },
    ]);
  });

  it('are none where nobody made any', async () => {
    expect(await client().derivatives('openai-community/gpt2')).toEqual([]);
  });

  it('fail like anything else asked of the hub', async () => {
    hub.setFaults([{ path: '/api/', status: 200, body: '{"error":"no"}' }]);
    expect(await troubleOf(client().derivatives(base))).toMatchObject({ code: 'network', trouble: 'malformed' });
  });
});

describe('a request by itself', () => {
  const endless: Handler = (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  };

  it('lets the reason of an abort through', async () => {
    const reason = new Error('Gone.');
    const signal = AbortSignal.abort(reason);
    const asked = createRequest({ timeoutMs: 1_000, maxBytes: 1_000 })(`${hub.url}/api/models/${llama}`, signal);
    await expect(asked).rejects.toBe(reason);
  });

  it('closes the connection of an answer that is too long', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<boolean>();
    const base = await serve((incoming, response) => {
      response.on('close', () => resolve(true));
      return endless(incoming, response);
    });
    const { signal } = new AbortController();
    expect(await troubleOf(createRequest({ timeoutMs: 60_000, maxBytes: 1_000 })(base, signal))).toMatchObject({
      trouble: 'too-long',
    });
    expect(await closed).toBe(true);
  });
});
