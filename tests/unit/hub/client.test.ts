import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHubClient, type HubClientOptions } from '../../../lib/hub/client.ts';
import { HubError } from '../../../lib/hub/hub-error.ts';
import { createSessionCache } from '../../../lib/session-cache.ts';
import { hubFaults } from '../../hub/faults.ts';
import type { HubRepo } from '../../hub/repo.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { type Handler, type Listener, listen } from '../../net/listener.ts';
import { memoryArea } from '../runs/area.ts';

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
const asked = (): string[] => hub.requests.map(({ path }) => path);

async function serve(handler: Handler): Promise<string> {
  const listener = await listen(handler);
  listeners.push(listener);
  return `http://127.0.0.1:${listener.port}`;
}

async function errorOf(answer: Promise<unknown>): Promise<HubError> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
}

describe('a repository', () => {
  it('comes with its models, by one request', async () => {
    const { id, gated, models } = await client().repository(llama);
    expect({ id, gated }).toEqual({ id: llama, gated: false });
    expect(models).toContainEqual({
      path: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
      label: 'Q4_K_M',
      quant: 'Q4_K_M',
      rank: expect.any(Number),
      bits: 4,
      sizeBytes: 807_694_464,
      parameters: 1_235_814_432,
      architecture: 'llama',
      vocabulary: 128_256,
      loads: 'no',
      reasons: ['tokenizer'],
    });
    expect(asked()).toEqual([`/api/models/${llama}?blobs=true`]);
  });

  it('is requested without cookies and custom headers, so that neither permission nor preflight is needed', async () => {
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

  it.each([
    ['gpt2/gpt2', 'openai-community/gpt2'],
    ['BARTOWSKI/llama-3.2-1b-instruct-gguf', llama],
  ])('that was renamed or is spelled differently has its present name: %s', async (name, id) => {
    expect(await client().repository(name)).toMatchObject({ id });
  });

  it('that is gated is marked as gated and has models', async () => {
    expect(await client().repository('google/gemma-2-2b-it-GGUF')).toMatchObject({
      gated: 'manual',
      models: [expect.objectContaining({ sizeBytes: expect.any(Number) })],
    });
  });

  it('that the hub disabled is marked as disabled', async () => {
    hub.setRepos([repo('org/disabled', [], { disabled: true })]);
    expect(await client().repository('org/disabled')).toMatchObject({ disabled: true });
  });

  it('without GGUF files has no models', async () => {
    expect(await client().repository('Qwen/Qwen2.5-0.5B-Instruct')).toMatchObject({ models: [] });
  });

  it('is judged by the names of its base models as well', async () => {
    const gguf = { total: 12e9, architecture: 'llama', context_length: 32_768, bos_token: '<s>' };
    const files = [{ path: 'x-Q4_K_M.gguf', size: 7e9 }];
    hub.setRepos([repo('org/tune', files, { gguf, quantizedFrom: 'mistralai/Mistral-Nemo-Base-2407' })]);
    expect(await client().repository('org/tune')).toMatchObject({ models: [{ reasons: ['tokenizer'] }] });
  });

  it('names the model that it is a quantized copy of, but not one that it was trained from', async () => {
    const derivedFrom = (relation: string) => ({ tags: ['base_model:org/base', `base_model:${relation}:org/base`] });
    hub.setRepos([repo('org/copy', [], derivedFrom('quantized')), repo('org/tuned', [], derivedFrom('finetune'))]);
    expect(await client().repository('org/copy')).toMatchObject({ originals: ['org/base'] });
    expect(await client().repository('org/tuned')).toMatchObject({ originals: [] });
  });

  it.each(['gpt2', '../../login/a', 'a/b?x=1', 'a/b/c', ''])(
    'is not requested if its name is invalid: %j',
    async (name) => {
      expect(await errorOf(client().repository(name))).toMatchObject({
        trouble: 'missing',
        code: 'private-or-missing',
      });
      expect(asked()).toEqual([]);
    },
  );
});

describe('the listing of a repository', () => {
  const many = repo('org/many', [
    ...Array.from({ length: 23 }, (_, index) => ({ path: `dir/x-${index}-Q4_K_M.gguf`, size: 1_000 + index })),
    { path: 'dir/hidden\u200b-Q8_0.gguf', size: 1 },
  ]);
  const unsized = JSON.stringify({
    id: many.id,
    siblings: [...many.files.map(({ path }) => ({ rfilename: path })), { rfilename: 'only-listed-Q8_0.gguf', size: 5 }],
  });
  const noSizes = { path: /blobs/, status: 200, body: unsized };

  it('without sizes is completed from the pages of the tree', async () => {
    await hub.stop();
    hub = await startHub({ repos: [many], pageSize: 10, faults: [noSizes] });
    const { models } = await client().repository('org/many');
    expect(models).toHaveLength(24);
    expect(models).toContainEqual(expect.objectContaining({ path: 'dir/x-22-Q4_K_M.gguf', sizeBytes: 1_022 }));
    expect(models).toContainEqual(expect.objectContaining({ path: 'only-listed-Q8_0.gguf', sizeBytes: 5 }));
    expect(asked().filter((path) => path.includes('/tree/main?recursive=true'))).toHaveLength(3);
  });

  it('without sizes is used, but not cached, if the tree does not load', async () => {
    hub.setFaults([noSizes, { path: /tree/, status: 401, headers: { 'x-error-code': 'GatedRepo' } }]);
    hub.setRepos([many]);
    const hubClient = client({ cache: createSessionCache(memoryArea()) });
    const found = await hubClient.repository('org/many');
    expect(found).toMatchObject({ incomplete: true, models: { length: 24 } });
    hub.setFaults([]);
    expect(await hubClient.repository('org/many')).not.toHaveProperty('incomplete');
  });

  it.each([
    ['has no names', '{"id":"org/many"}'],
    ['is longer than 5 MB', 'x'.repeat(6_000_000)],
  ])('is read from the tree if it %s', async (_, body) => {
    hub.setRepos([many]);
    hub.setFaults([{ path: /blobs/, status: 200, body }]);
    expect((await client().repository('org/many')).models).toHaveLength(23);
  });

  it('with exactly 1,000 entries, which may be truncated, is completed from the tree', async () => {
    const listed = Array.from({ length: 1_000 }, (_, index) => ({ rfilename: `x-${index}.gguf`, size: 1 }));
    hub.setRepos([repo('org/large', [{ path: 'last-Q4_K_M.gguf', size: 7 }])]);
    hub.setFaults([{ path: /blobs/, status: 200, body: JSON.stringify({ id: 'org/large', siblings: listed }) }]);
    const { models } = await client().repository('org/large');
    expect(models).toContainEqual(expect.objectContaining({ path: 'last-Q4_K_M.gguf', sizeBytes: 7 }));
  });

  it.each([
    ['to another host', 3, 'http://127.0.0.1:9/elsewhere', 3],
    ['beyond 20 pages', Number.POSITIVE_INFINITY, '', 21],
  ])('is not followed %s', async (_, pages, last, requests) => {
    let count = 0;
    const base = await serve((request, response) => {
      count += 1;
      response.setHeader('link', `<${count < pages ? request.url : last}>; rel="next"`);
      response.end(request.url?.includes('blobs') ? '{"id":"org/name"}' : '[]');
    });
    await client({ baseUrl: base }).repository('org/name');
    expect(count).toBe(requests);
  });
});

describe('an unexpected answer', () => {
  it('loses only the fields that are invalid', async () => {
    const body = JSON.stringify({
      id: 'org/name',
      gated: true,
      downloads: 'many',
      tags: [1],
      gguf: { total: -1, architecture: 'gemma2', bos_token: {} },
      siblings: [
        7,
        { rfilename: 8 },
        { rfilename: 'x\u202e-Q8_0.gguf', size: 5 },
        { rfilename: 'x-Q4_K_M.gguf', size: 135, lfs: { size: 800, pointerSize: 135 } },
      ],
    });
    hub.setFaults([{ path: /blobs/, status: 200, body }]);
    expect(await client().repository('org/name')).toMatchObject({
      id: 'org/name',
      gated: 'manual',
      models: [{ path: 'x-Q4_K_M.gguf', sizeBytes: 800, architecture: 'gemma2' }],
    });
  });

  it.each([
    ['is not JSON', hubFaults.html],
    ['ends in the middle', hubFaults.malformed],
    ['has another shape', hubFaults.wrongShape],
    ['has an invalid id', { path: '/api/', status: 200, body: '{"id":"https://evil.example/x","siblings":[]}' }],
  ])('that %s is malformed', async (_, fault) => {
    hub.setFaults([fault]);
    expect(await errorOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'malformed' });
  });

  it('from another host is malformed', async () => {
    const other = await serve((_, response) => void response.end('{"id":"org/name","siblings":[]}'));
    hub.setFaults([{ path: '/api/', status: 302, headers: { location: `${other}/login` } }]);
    expect(await errorOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'malformed' });
  });

  it('without an end is abandoned after 5 MB', async () => {
    const closed: Promise<number>[] = [];
    const base = await serve((_, response) => {
      let sent = 0;
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
      };
      closed.push(new Promise((resolve) => response.on('drain', more).on('close', () => resolve(sent))));
      more();
    });
    expect(await errorOf(client({ baseUrl: base }).repository(llama))).toMatchObject({ trouble: 'too-long' });
    for (const sent of await Promise.all(closed)) expect(sent).toBeLessThan(30_000_000);
  });
});

describe('a refusal', () => {
  it.each([
    [401, { 'x-error-code': 'RepoNotFound' }, 'missing', 'private-or-missing'],
    [401, {}, 'missing', 'private-or-missing'],
    [401, { 'x-error-code': 'GatedRepo' }, 'gated', 'gated'],
    [403, { 'x-error-code': 'GatedRepo' }, 'gated', 'gated'],
    [403, { 'x-error-code': 'DisabledRepo' }, 'disabled', 'repo-disabled'],
    [403, {}, 'refused', 'hub-protocol'],
    [404, {}, 'missing', 'private-or-missing'],
    [500, {}, 'server', 'hub-busy'],
    [503, { 'retry-after': '7' }, 'server', 'hub-busy'],
    [204, {}, 'refused', 'hub-protocol'],
  ] as const)('%i %j is %s (%s)', async (status, headers, trouble, code) => {
    hub.setFaults([{ path: '/api/', status, headers: { ...headers } }]);
    expect(await errorOf(client().repository(llama))).toMatchObject({ trouble, code });
  });

  it.each([
    [{ 'retry-after': '60' }, 60_000],
    [{ ratelimit: '"api";r=0;t=55' }, 55_000],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': new Date(Date.now() + 3_000_000).toUTCString() }, expect.closeTo(3_000_000, -5)],
    [{}, undefined],
  ])('429 with %j asks to wait %s ms', async (headers, retryAfterMs) => {
    hub.setFaults([{ path: '/api/', status: 429, headers: { ...headers } }]);
    const error = await errorOf(client().repository(llama));
    expect(error).toMatchObject({ trouble: 'rate-limited', code: 'hub-busy', retryAfterMs });
  });

  it('429 stops all requests for as long as the hub asked', async () => {
    const hubClient = client();
    hub.setFaults([hubFaults.rateLimited]);
    await errorOf(hubClient.repository(llama));
    hub.setFaults([]);
    time += 59_000;
    const error = await errorOf(hubClient.repository('org/other'));
    expect(error).toMatchObject({ trouble: 'rate-limited', retryAfterMs: 1_000 });
    expect(asked()).toHaveLength(1);
    time += 1_000;
    expect(await hubClient.repository(llama)).toMatchObject({ id: llama });
  });
});

describe('a request without an answer', () => {
  it.each([
    ['from the start', (() => {}) satisfies Handler],
    ['in the middle', ((_, response) => void response.write('{"id":')) satisfies Handler],
  ])('%s fails with a time-out', async (_, handler) => {
    const base = await serve(handler as Handler);
    const error = await errorOf(client({ baseUrl: base, timeoutMs: 50 }).repository(llama));
    expect(error).toMatchObject({ code: 'network', trouble: 'time-out' });
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+: /);
  });

  it('fails as unreachable if the connection drops', async () => {
    hub.setFaults([hubFaults.unreachable]);
    expect(await errorOf(client().repository(llama))).toMatchObject({ code: 'network', trouble: 'unreachable' });
  });
});

describe('concurrent equal requests', () => {
  it('are sent once', async () => {
    const hubClient = client();
    const [one, two] = await Promise.all([llama, llama].map((id) => hubClient.repository(id)));
    expect(two).toEqual(one);
    expect(asked()).toHaveLength(1);
  });

  it('fail together, and the next one is a new request', async () => {
    const hubClient = client();
    hub.setFaults([{ ...hubFaults.serverError, times: 1 }]);
    const errors = await Promise.all([1, 2].map(() => errorOf(hubClient.repository(llama))));
    expect(errors.map(({ trouble }) => trouble)).toEqual(['server', 'server']);
    expect(await hubClient.repository(llama)).toMatchObject({ id: llama });
  });

  it('continue if one caller aborts', async () => {
    const base = await serve((_, response) => {
      leaving.abort(new Error('The popup was closed.'));
      response.end(JSON.stringify({ id: llama, siblings: [] }));
    });
    const leaving = new AbortController();
    const hubClient = client({ baseUrl: base });
    const aborted = hubClient.repository(llama, leaving.signal);
    const continued = hubClient.repository(llama);
    await expect(aborted).rejects.toThrow('The popup was closed.');
    await expect(continued).resolves.toMatchObject({ id: llama });
  });

  it('are not sent for a caller that has already aborted', async () => {
    await expect(client().repository(llama, AbortSignal.abort(new Error('Gone.')))).rejects.toThrow('Gone.');
    expect(asked()).toEqual([]);
  });
});

describe('cached answers', () => {
  it('are used for 10 minutes', async () => {
    const hubClient = client({ cache: createSessionCache(memoryArea()) });
    const first = await hubClient.repository(llama);
    time += 10 * minute - 1;
    expect(await hubClient.repository(llama)).toEqual(first);
    expect(asked()).toHaveLength(1);
    time += 1;
    await hubClient.repository(llama);
    expect(asked()).toHaveLength(2);
  });

  it('are not used after the clock was set back', async () => {
    const hubClient = client({ cache: createSessionCache(memoryArea()) });
    await hubClient.repository(llama);
    time -= minute;
    await hubClient.repository(llama);
    expect(asked()).toHaveLength(2);
  });

  it('do not include failures', async () => {
    const hubClient = client({ cache: createSessionCache(memoryArea()) });
    hub.setFaults([{ path: '/api/', status: 404, times: 1 }]);
    await errorOf(hubClient.repository(llama));
    expect(await hubClient.repository(llama)).toMatchObject({ id: llama });
  });

  it('survive a restart of the service worker', async () => {
    const area = memoryArea();
    const first = await client({ cache: createSessionCache(area) }).repository(llama);
    expect(await client({ cache: createSessionCache(area) }).repository(llama)).toEqual(first);
    expect(asked()).toHaveLength(1);
  });

  it('are replaced by new ones, the oldest first', async () => {
    const area = memoryArea();
    const cache = createSessionCache(area, 2);
    await Promise.all(['a', 'b', 'a', 'c'].map((key) => cache.write(key, { at: 1, value: key })));
    expect([...area.items.keys()].toSorted()).toEqual(['cache', 'cache:a', 'cache:c']);
  });

  it('stay in memory if they are too large for the storage area', async () => {
    const area = memoryArea();
    const cache = createSessionCache(area);
    await cache.write('a', { at: 1, value: 'x'.repeat(1_000_000) });
    expect(area.items.size).toBe(0);
    expect(await cache.read('a')).toMatchObject({ at: 1 });
  });

  it('are optional: requests succeed with a full or unreadable storage area', async () => {
    const reject = () => Promise.reject(new Error('QUOTA_BYTES quota exceeded'));
    const cache = createSessionCache({ get: reject, set: reject, remove: reject });
    expect(await client({ cache }).repository(llama)).toMatchObject({ id: llama });
  });
});

describe('derivatives of a model', () => {
  const base = 'Qwen/Qwen2.5-0.5B-Instruct';
  const answer = (entries: unknown[]) =>
    hub.setFaults([{ path: '/api/models?', status: 200, body: JSON.stringify(entries) }]);

  it('are repositories with quantized copies', async () => {
    expect(await client().derivatives(base)).toContainEqual({
      id: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF',
      downloads: expect.any(Number),
    });
    const { searchParams } = new URL(asked()[0] ?? '', hub.url);
    expect([...searchParams].map(([key, value]) => `${key}=${value}`)).toEqual([
      `filter=base_model:quantized:${base}`,
      'filter=gguf',
      'sort=downloads',
      'direction=-1',
      'limit=10',
    ]);
  });

  it('are at most ten, the most downloaded first', async () => {
    answer(Array.from({ length: 30 }, (_, downloads) => ({ id: `org/x${downloads}`, downloads })));
    const found = await client().derivatives(base);
    expect(found.map(({ downloads }) => downloads)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
  });

  it('are neither the model itself nor private, nor from another model, nor invalid', async () => {
    const tags = [`base_model:quantized:${base}`];
    answer([
      { id: base, tags, downloads: 9 },
      { id: 'org/other-base', tags: ['base_model:quantized:someone/else'], downloads: 8 },
      { id: 'org/secret', private: true, tags, downloads: 7 },
      { id: 'no-name', tags, downloads: 6 },
      'a text',
      { id: 'org/good', tags, downloads: 5, likes: 2, gated: 'auto' },
    ]);
    expect(await client().derivatives(base)).toEqual([{ id: 'org/good', downloads: 5 }]);
  });

  it('fail like every request', async () => {
    hub.setFaults([{ path: '/api/', status: 200, body: '{"error":"no"}' }]);
    expect(await errorOf(client().derivatives(base))).toMatchObject({ code: 'network', trouble: 'malformed' });
  });
});
