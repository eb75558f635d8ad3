import { request } from 'node:https';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { hubFaults } from '../../hub/faults.ts';
import { aHub } from './given.ts';

type Listing = { rfilename: string; size?: number; lfs?: { size: number } }[];

const json = async (response: Response): Promise<unknown> => response.json();

describe('the hub', () => {
  it('tells sizes only when asked for', async () => {
    const { url } = await aHub();
    const ask = async (query: string) =>
      ((await json(await fetch(`${url}/api/models/local/tiny${query}`))) as { siblings: Listing }).siblings.find(
        ({ rfilename }) => rfilename.endsWith('Q8_0.gguf'),
      );
    expect(await ask('')).toEqual({ rfilename: 'tiny-Q8_0.gguf' });
    expect(await ask('?blobs=true')).toMatchObject({ size: 900_000, lfs: { size: 900_000 } });
  });

  it('tells a tree page by page', async () => {
    const { url } = await aHub({ pageSize: 10 });
    const paths: string[] = [];
    let next: string | undefined = `${url}/api/models/unsloth/DeepSeek-R1-GGUF/tree/main?recursive=true`;
    let pages = 0;
    while (next) {
      const response: Response = await fetch(next);
      for (const { path } of (await json(response)) as { path: string }[]) paths.push(path);
      next = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      pages++;
    }
    expect(pages).toBe(4);
    expect(new Set(paths).size).toBe(37);
  });

  it('finds the quantised derivatives of a model, most downloaded first', async () => {
    const { url } = await aHub();
    const query =
      'filter=base_model:quantized:meta-llama/Llama-3.2-1B-Instruct&filter=gguf&sort=downloads&direction=-1&limit=10';
    const found = (await json(await fetch(`${url}/api/models?${query}`))) as { id: string }[];
    expect(found.map(({ id }) => id)).toEqual([
      'bartowski/Llama-3.2-1B-Instruct-GGUF',
      'unsloth/Llama-3.2-1B-Instruct-GGUF',
    ]);
  });

  it.each([
    ['/api/models/GPT2/gpt2', '/api/models/openai-community/gpt2'],
    ['/api/models/qwen/qwen2.5-0.5B-instruct?blobs=true', '/api/models/Qwen/Qwen2.5-0.5B-Instruct?blobs=true'],
  ])('sends %s to the name it has now', async (path, location) => {
    const { url } = await aHub();
    const response = await fetch(url + path, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([307, location]);
  });

  it.each([
    ['/api/models/no/such', {}, 401, 'RepoNotFound'],
    ['/api/models/local/private', {}, 401, 'RepoNotFound'],
    ['/no/such/resolve/main/a.gguf', {}, 401, 'RepoNotFound'],
    ['/local/tiny/resolve/main/a.gguf', {}, 404, 'EntryNotFound'],
    ['/meta-llama/Llama-3.2-1B/resolve/main/config.json', {}, 401, 'GatedRepo'],
    ['/meta-llama/Llama-3.2-1B/resolve/main/config.json', { authorization: 'Bearer hf_x' }, 403, 'GatedRepo'],
  ])('refuses %s %j with %i', async (path, headers, status, code) => {
    const { url } = await aHub();
    const response = await fetch(url + path, { headers });
    expect([response.status, response.headers.get('x-error-code')]).toEqual([status, code]);
    expect(await json(response)).toEqual({ error: expect.any(String) });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('sends the same bytes whole, in ranges and again', async () => {
    const { url } = await aHub();
    const file = `${url}/local/tiny/resolve/main/tiny-Q8_0.gguf`;
    const read = async (range?: string) => {
      const response = await fetch(file, range ? { headers: { range } } : {});
      return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const whole = await read();
    expect(whole.bytes).toHaveLength(900_000);
    expect(whole.bytes.subarray(0, 4).toString()).toBe('GGUF');
    const rest = await read('bytes=123456-');
    expect(rest.status).toBe(206);
    expect(rest.bytes.equals(whole.bytes.subarray(123_456))).toBe(true);
    expect((await read('bytes=900000-')).status).toBe(416);
    expect((await read()).bytes.equals(whole.bytes)).toBe(true);
  });

  it('paces a file by the size it names, though it sends less', async () => {
    const hub = await aHub({ bytesPerSecond: 2_000e6 });
    const started = performance.now();
    const response = await fetch(
      `${hub.url}/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/Llama-3.2-1B-Instruct-Q4_K_M.gguf`,
    );
    expect(response.headers.get('x-linked-size')).toBe('807694464');
    expect((await response.arrayBuffer()).byteLength).toBe(1_048_576);
    // 0.8 GB at 2 GB/s.
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it('stops in the middle of a file until it is released, or cuts it there', async () => {
    const path = '/local/tiny/';
    const hub = await aHub({ faults: [{ path, holdAt: 0.5 }] });
    const file = `${hub.url}/local/tiny/resolve/main/tiny-Q8_0.gguf`;
    const response = await fetch(file);
    const reader = response.body?.getReader();
    let bytes = 0;
    while (bytes < 450_000) bytes += (await reader?.read())?.value?.length ?? 0;
    expect(bytes).toBe(450_000);
    const more = reader?.read();
    hub.release();
    expect((await more)?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    hub.setFaults([{ path, cutAt: 0.5 }]);
    await expect(fetch(file).then((cut) => cut.arrayBuffer())).rejects.toThrow();
  });

  it.each([
    ['rateLimited', 429],
    ['serverError', 503],
    ['html', 200],
  ] as const)('fails as %s', async (name, status) => {
    const { url } = await aHub({ faults: [{ ...hubFaults[name], times: 1 }] });
    expect((await fetch(`${url}/api/models/local/tiny`)).status).toBe(status);
    expect(await json(await fetch(`${url}/api/models/local/tiny`))).toMatchObject({ id: 'local/tiny' });
  });

  it('sends broken JSON, nothing, or a closed connection', async () => {
    const hub = await aHub({ faults: [hubFaults.malformed] });
    const ask = () => fetch(`${hub.url}/api/models/local/tiny`, { signal: AbortSignal.timeout(500) });
    await expect(ask().then(json)).rejects.toThrow(SyntaxError);
    hub.setFaults([hubFaults.silent]);
    await expect(ask()).rejects.toThrow('timeout');
    hub.setFaults([hubFaults.unreachable]);
    await expect(ask()).rejects.toThrow('fetch failed');
  });

  it('answers over TLS as well', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'huggingface.co' }], {
      keySize: 2_048,
    });
    const hub = await aHub({ tls: { key, cert } });
    const status = await new Promise((resolve, reject) => {
      const options = {
        port: hub.tlsPort,
        host: '127.0.0.1',
        path: '/api/models/local/tiny',
        rejectUnauthorized: false,
      };
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    expect(hub.requests).toMatchObject([{ path: '/api/models/local/tiny', tls: true }]);
  });
});
