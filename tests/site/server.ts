import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../net/listener.ts';
import { createChanges, createGate, type Gate, sleep } from '../net/wait.ts';
import { listModels, type Route, readRoute } from './app/route.ts';
import { buildApp } from './build.ts';
import { type Certificate, createCertificate, hosts } from './certificate.ts';
import { type Choices, defaults, readChoices, readCookies } from './choices.ts';
import { findOlder } from './older.ts';
import { readFixture } from './samples/read.ts';

export { createCertificate } from './certificate.ts';
export type { Choices } from './choices.ts';

export type SiteOptions = Partial<Choices> & {
  /** Default: a free port. */
  port?: number;
  certificate?: Certificate;
};

export type SiteRequest = { method: string; path: string; headers: IncomingMessage['headers'] };

export type Hold = {
  /** Resolves once a request waits. */
  reached(): Promise<void>;
  /** Continues the waiting request and all later ones. */
  release(): void;
};

export type Site = {
  port: number;
  /** The address to open, in a browser whose resolver maps it to `port`. */
  url: string;
  certificate: Certificate;
  /** In the order of their arrival. */
  requests: SiteRequest[];
  /** Delays the replies for a path (`/models-json`) or a group of paths (`script`, `data`) until the release. */
  hold(name: string): Hold;
  until<T>(condition: (site: Site) => T, timeoutMs?: number): Promise<NonNullable<T>>;
  stop(): Promise<void>;
};

type Asset = { type: string; body: string };

const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';

async function loadAssets(client: string): Promise<Map<string, Asset>> {
  const read = (name: string): Promise<string> => readFile(new URL(`public/${name}`, import.meta.url), 'utf8');
  const tokens = { type: css, body: await read('tokens.css') };
  const site = { type: css, body: await read('site.css') };
  const app = { type: javascript, body: client };
  return new Map([
    ['/_next/static/css/tokens.css', tokens],
    ['/_next/static/css/site.css', site],
    ['/_next/static/chunks/main-app.js', app],
    ['/_next/static/chunks/older.js', { type: javascript, body: await read('older.js') }],
    ['/_next/static/media/picture.svg', { type: 'image/svg+xml', body: await read('picture.svg') }],
    ['/assets/tokens.css', tokens],
    ['/assets/site.css', site],
    ['/assets/app.js', app],
  ]);
}

/**
 * Starts the stand-in marketplace, with TLS on the loopback address. A browser opens it with `--host-resolver-rules=MAP
 * marketplace.rbee.dev:443 127.0.0.1:PORT` and `--ignore-certificate-errors`. It also needs
 * `--ip-address-space-overrides=127.0.0.1:PORT=public`: otherwise Chromium treats the page as a local one and does not apply
 * its rules for requests from public pages to local servers.
 */
export async function startSite({ port, certificate, ...options }: SiteOptions = {}): Promise<Site> {
  const base: Choices = { ...defaults, ...options };
  const app = await buildApp();
  const assets = await loadAssets(app.client);
  const tls = certificate ?? (await createCertificate());
  const requests: SiteRequest[] = [];
  const changes = createChanges('site');
  const stopped = new AbortController();
  const holds = new Map<string, { gate: Gate; waiting: number }>();

  async function waitForRelease(...names: readonly string[]): Promise<void> {
    for (const hold of names.flatMap((name) => holds.get(name) ?? [])) {
      hold.waiting += 1;
      changes.changed();
      await hold.gate.wait(stopped.signal);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    requests.push({ method, path, headers });
    changes.changed();
    response.setHeader('cache-control', 'no-store');
    const url = new URL(path, `https://${hosts[0]}`);
    // Resources of a page are served with the options of the page, which are in the query of the referrer.
    const referrer = URL.parse(headers.referer ?? '')?.searchParams ?? [];
    const choices = readChoices(base, readCookies(headers.cookie), referrer, url.searchParams);

    const asset = assets.get(url.pathname);
    if (asset) {
      if (asset.type === javascript) {
        await waitForRelease(url.pathname, 'script');
        await sleep(choices.scriptDelayMs, stopped.signal);
      }
      return send(response, 200, asset.type, asset.body);
    }
    if (url.pathname === '/site-gate') {
      await waitForRelease(url.pathname);
      await sleep(Number(url.searchParams.get('ms')), stopped.signal);
      return send(response, 200, 'text/plain', 'open');
    }
    if (url.pathname === '/models-json') {
      await waitForRelease(url.pathname, 'data');
      await sleep(choices.dataDelayMs, stopped.signal);
      return sendJson(response, sortedModels(url.searchParams));
    }
    if (url.pathname === '/favicon.ico') return send(response, 204, 'image/x-icon', '');
    if (choices.generation === 'g10') return sendToday(request, response, url, choices);
    return sendOlder(response, url, choices);
  }

  async function sendToday(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    choices: Choices,
  ): Promise<void> {
    if (url.pathname === '/models') return redirect(response, '/models/civitai');
    const route: Route = readRoute(url.pathname, choices) ?? { kind: 'not-found' };
    if (request.headers.rsc) {
      await waitForRelease(url.pathname, 'data');
      await sleep(choices.dataDelayMs, stopped.signal);
      return sendJson(response, route);
    }
    const stream = app.render({
      ...choices,
      url: url.pathname + url.search,
      route,
      onError: (error) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    });
    const status = route.kind === 'not-found' ? 404 : 200;
    if (choices.trickleMs) return sendInParts(response, status, await text(stream), choices.trickleMs);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    stream.pipe(response);
  }

  async function sendOlder(response: ServerResponse, url: URL, choices: Choices): Promise<void> {
    const found = findOlder(choices.generation, url);
    if (typeof found === 'string') return redirect(response, found);
    const { status, markup } = found ?? { status: 404, markup: readFixture('not-found') };
    await sendInParts(response, status, markup, choices.trickleMs);
  }

  async function sendInParts(response: ServerResponse, status: number, markup: string, pauseMs: number): Promise<void> {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    const size = Math.ceil(markup.length / (pauseMs ? 16 : 1));
    for (let at = 0; at < markup.length; at += size) {
      response.write(markup.slice(at, at + size));
      if (pauseMs) await sleep(pauseMs, stopped.signal);
    }
    response.end();
  }

  const listener = await listen(
    (request, response) =>
      handle(request, response).catch((error) => {
        if (!stopped.signal.aborted) throw error;
      }),
    { tls, ...(port !== undefined && { port }) },
  );

  const site: Site = {
    port: listener.port,
    url: `https://${hosts[0]}`,
    certificate: tls,
    requests,
    hold: (name) => {
      const hold = { gate: createGate(), waiting: 0 };
      holds.set(name, hold);
      return {
        reached: async () => void (await changes.until(() => hold.waiting > 0)),
        release: () => {
          if (holds.get(name) === hold) holds.delete(name);
          hold.gate.open();
        },
      };
    },
    until: (condition, timeoutMs) => changes.until(() => condition(site), timeoutMs),
    stop: () => {
      stopped.abort(new Error('The site was stopped.'));
      return listener.close();
    },
  };
  return site;
}

function sortedModels(query: URLSearchParams) {
  const models = listModels(Number(query.get('cards')));
  return query.get('sort') === 'name' ? models.toSorted((a, b) => a.id.localeCompare(b.id)) : models;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, 200, 'application/json', JSON.stringify(value));

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(307, { location }).end();
}
