import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../site/server.ts';

type Answer = { status: number | undefined; location: string | undefined; body: string };

const agent = new Agent({ rejectUnauthorized: false });

function get(site: Site, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: site.port,
      path,
      agent,
      headers: { host: 'marketplace.rbee.dev', ...headers },
    };
    request(options, async (response) => {
      resolve({ status: response.statusCode, location: response.headers.location, body: await text(response) });
    })
      .on('error', reject)
      .end();
  });
}

let site: Site;

beforeAll(async () => {
  site = await startSite();
}, 60_000);

afterAll(() => site.stop());

describe('the site', () => {
  it('has a certificate for the names it is reached by', () => {
    const { subjectAltName } = new X509Certificate(site.certificate.cert);
    expect(subjectAltName).toBe('DNS:marketplace.rbee.dev, DNS:rbee-marketplace.pages.dev, DNS:huggingface.co');
  });

  it("serves today's page unless told otherwise", async () => {
    const { status, body } = await get(site, '/models/huggingface/some%2Fmodel-GGUF');
    expect(status).toBe(200);
    expect(body).toContain(
      '<code class="block text-sm bg-muted px-3 py-2 rounded font-mono break-all">some/model-GGUF</code>',
    );
    expect(body).toContain('src="/_next/static/chunks/main-app.js"');
  });

  it.each([
    ['a cookie', '/models/thebloke--llama-2-7b-chat-gguf', { cookie: 'generation=g3' }],
    ['a query', '/models/thebloke--llama-2-7b-chat-gguf?generation=g3', {}],
  ])('serves an older generation by %s', async (_by, path, headers) => {
    expect((await get(site, path, headers as Record<string, string>)).body).toContain('Checking...');
  });

  it('serves an older generation by an option of the whole server', async () => {
    const older = await startSite({ generation: 'g4' });
    const { body } = await get(older, '/workers/cpu-llm');
    await older.stop();
    expect(body).toContain('Install CPU LLM Worker with rbee');
  });

  it('serves what a generation left as it was from the one before', async () => {
    expect((await get(site, '/models/huggingface?generation=g6')).body).toContain('data-slot="table"');
  });

  it.each([
    ['g10', '/models', '/models/civitai'],
    ['g9', '/models', '/models/civitai'],
    ['g5', '/models', '/models/huggingface'],
    ['g5', '/models/thebloke--llama-2-7b-chat-gguf', '/models/huggingface/thebloke--llama-2-7b-chat-gguf'],
    ['g7', '/models/civitai-4384', '/models/civitai/civitai-4384'],
    ['g5', '/models/civitai/month', '/models/civitai/filter/month'],
  ])('%s sends %s on to %s', async (generation, path, target) => {
    const { status, location } = await get(site, path, { cookie: `generation=${generation}` });
    expect([status, location]).toEqual([307, target]);
  });

  it.each([
    ['g10', '/models/huggingface/nobody%2Fnothing'],
    ['g10', '/nothing'],
    ['g5', '/workers/llm-worker-rbee-cpu'],
    ['g3', '/models/huggingface'],
  ])('%s has no page at %s', async (generation, path) => {
    const { status, body } = await get(site, path, { cookie: `generation=${generation}` });
    expect(status).toBe(404);
    expect(body).toContain('<title>Model Not Found');
  });

  it('lists as many models as asked for', async () => {
    const ids = JSON.parse((await get(site, '/models-json?cards=1000')).body).map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(1000);
  });

  it('answers a client navigation with the data of the page', async () => {
    const { body } = await get(site, '/workers/llm-worker-rbee', { rsc: '1' });
    expect(JSON.parse(body)).toMatchObject({ kind: 'worker-detail', worker: { id: 'llm-worker-rbee' } });
  });

  it('keeps an answer back until it is released', async () => {
    const hold = site.hold('script');
    let answered = false;
    const answer = get(site, '/_next/static/chunks/main-app.js').then(({ body }) => {
      answered = true;
      return body;
    });
    await hold.reached();
    await get(site, '/favicon.ico');
    expect(answered).toBe(false);
    hold.release();
    expect(await answer).toContain('__siteHydrated');
  });

  it('gives a script the delay that the page asked for in its query', async () => {
    const started = performance.now();
    await get(site, '/assets/app.js', { referer: 'https://marketplace.rbee.dev/?scriptDelayMs=300' });
    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
  });

  it.each([
    ['/?variant=vue', 'variant must be one of next, suspense, late, root, not vue'],
    ['/?cards=many', 'cards must be a number, not many'],
    ['/?generation=g99', 'No generation is called g99'],
  ])('says what is wrong with %s', async (path, message) => {
    const { status, body } = await get(site, path);
    expect(status).toBe(500);
    expect(body).toContain(message);
  });

  it('remembers what was asked for', async () => {
    await get(site, '/workers?seen=1');
    expect(site.requests.map(({ path }) => path)).toContain('/workers?seen=1');
  });
});
