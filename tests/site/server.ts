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
  /** A free one when left out. */
  port?: number;
  certificate?: Certificate;
};

export type SiteRequest = { method: string; path: string; headers: IncomingMessage['headers'] };

export type Hold = {
  /** Resolves once a request stands there. */
  reached(): Promise<void>;
  /** Lets the waiting request and all later ones through. */
  release(): void;
};

export type Site = {
  port: number;
  /** The address to open in a browser whose resolver maps it to `port`. */
  url: string;
  certificate: Certificate;
  /** In the order they came. */
  requests: SiteRequest[];
  /** Keeps answers back until released: of a path (`/models-json`), or of what several paths share (`script`, `data`). */
  hold(what: string): Hold;
  until<T>(ask: (site: Site) => T, timeoutMs?: number): Promise<NonNullable<T>>;
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
 * The marketplace over TLS on the loopback address. A browser gets there with `--host-resolver-rules=MAP
 * marketplace.rbee.dev:443 127.0.0.1:PORT` and `--ignore-certificate-errors`. Add
 * `--ip-address-space-overrides=127.0.0.1:PORT=public`: without it Chromium takes the page for a local one, and its rules
 * for requests from public pages to local servers never show.
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

  async function held(...names: readonly string[]): Promise<void> {
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
    // The resources of a page are served with the page's choices, which are in the query of the referrer.
    const referrer = URL.parse(headers.referer ?? '')?.searchParams ?? [];
    const choices = readChoices(base, readCookies(headers.cookie), referrer, url.searchParams);

    const asset = assets.get(url.pathname);
    if (asset) {
      if (asset.type === javascript) {
        await held(url.pathname, 'script');
        await sleep(choices.scriptDelayMs, stopped.signal);
      }
      return send(response, 200, asset.type, asset.body);
    }
    if (url.pathname === '/site-gate') {
      await held(url.pathname);
      await sleep(Number(url.searchParams.get('ms')), stopped.signal);
      return send(response, 200, 'text/plain', 'open');
    }
    if (url.pathname === '/models-json') {
      await held(url.pathname, 'data');
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
      await held(url.pathname, 'data');
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
    if (choices.trickleMs) return trickle(response, status, await text(stream), choices.trickleMs);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    stream.pipe(response);
  }

  async function sendOlder(response: ServerResponse, url: URL, choices: Choices): Promise<void> {
    const found = findOlder(choices.generation, url);
    if (typeof found === 'string') return redirect(response, found);
    const { status, markup } = found ?? { status: 404, markup: readFixture('not-found') };
    await trickle(response, status, markup, choices.trickleMs);
  }

  async function trickle(response: ServerResponse, status: number, markup: string, pauseMs: number): Promise<void> {
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
    hold: (what) => {
      const hold = { gate: createGate(), waiting: 0 };
      holds.set(what, hold);
      return {
        reached: async () => void (await changes.until(() => hold.waiting > 0)),
        release: () => {
          if (holds.get(what) === hold) holds.delete(what);
          hold.gate.open();
        },
      };
    },
    until: (ask, timeoutMs) => changes.until(() => ask(site), timeoutMs),
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
