import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listener, listen, type Tls } from '../net/listener.ts';
import { createChanges, createGates, sleep } from '../net/wait.ts';
import { etagOf, modelReply, revisionOf, searchReply, treeReply } from './api.ts';
import { catalogue } from './catalogue.ts';
import { contentAt } from './content.ts';
import type { HubFault, LiveHubFault } from './faults.ts';
import type { HubFile, HubRepo } from './repo.ts';

export type HubOptions = {
  /** Port for plain HTTP. Default: a free one. */
  port?: number;
  repos?: readonly HubRepo[];
  /** Adds a TLS listener with the same replies. */
  tls?: Tls;
  tlsPort?: number;
  /** Speed of file downloads, in bytes of the size that the API reports. Default: as fast as possible. */
  bytesPerSecond?: number;
  /** Larger files are truncated to this size (the API and `x-linked-size` report the real one). Default 1 MiB. */
  maxBytesSent?: number;
  /** Invents missing GGUF files, for manual tests with the names of the real hub. */
  inventFiles?: boolean;
  /** Entries of a tree listing per page. Default 1,000. */
  pageSize?: number;
  faults?: readonly HubFault[];
};

export type HubRequest = {
  method: string;
  /** Path and query as received. */
  path: string;
  tls: boolean;
  headers: IncomingMessage['headers'];
  status?: number;
};

export type Hub = {
  /** Base URL of the plain listener. */
  url: string;
  port: number;
  /** Port of the TLS listener, if there is one. */
  tlsPort: number | undefined;
  /** In the order of their arrival. */
  requests: HubRequest[];
  setFaults(faults: readonly HubFault[]): void;
  setRepos(repos: readonly HubRepo[]): void;
  setSpeed(bytesPerSecond: number | undefined): void;
  /** Number of downloads that wait at a `holdAt`. */
  held(): number;
  /** Continues the downloads that wait at a `holdAt`. */
  release(): void;
  until<T>(condition: (hub: Hub) => T, timeoutMs?: number): Promise<NonNullable<T>>;
  stop(): Promise<void>;
};

const inventedSize = 807_694_464;

type Found = { repo: HubRepo; canonical: boolean };

/** Starts a stand-in for the Hugging Face hub, with its API and file downloads. */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const requests: HubRequest[] = [];
  const changes = createChanges('hub');
  const stopped = new AbortController();
  let repos = options.repos ?? catalogue;
  let speed = options.bytesPerSecond;
  const gates = createGates(changes.changed);
  let faults = activate(options.faults ?? []);

  function find(id: string): Found | undefined {
    const exact = repos.find((repo) => repo.id === id && !repo.private);
    if (exact) return { repo: exact, canonical: true };
    const lower = id.toLowerCase();
    const other = repos.find(
      (repo) => !repo.private && [repo.id, ...(repo.renamedFrom ?? [])].some((name) => name.toLowerCase() === lower),
    );
    return other && { repo: other, canonical: false };
  }

  async function handle(request: IncomingMessage, response: ServerResponse, tls: boolean): Promise<void> {
    const path = request.url ?? '/';
    const recorded: HubRequest = { method: request.method ?? 'GET', path, tls, headers: request.headers };
    requests.push(recorded);
    response.on('close', () => {
      if (response.headersSent) recorded.status = response.statusCode;
      changes.changed();
    });
    changes.changed();
    response.setHeader('access-control-allow-origin', '*');
    // Without these a browser hides the headers. The hub does not list Retry-After.
    response.setHeader('access-control-expose-headers', 'X-Error-Code,X-Error-Message,Link,ETag');
    response.setHeader('vary', 'Origin');

    const fault = take(path);
    if (fault?.hang) return;
    if (fault?.delayMs) await sleep(fault.delayMs, stopped.signal).catch(() => {});
    if (fault?.drop) return void request.socket.destroy();
    if (fault?.status !== undefined) {
      response.writeHead(fault.status, fault.headers);
      return void response.end(fault.body ?? '');
    }

    const url = new URL(path, `${tls ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`);
    if (request.method === 'OPTIONS') return preflight(response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Method not allowed');
    if (url.pathname === '/api/models') return reply(response, searchReply(repos, url.searchParams));
    const [, api, resource] = /^\/api\/models\/([^/]+\/[^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
    if (api) return replyToApi(response, url, decodeURIComponent(api), resource ?? '');
    const [, id, file] = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/.exec(url.pathname) ?? [];
    if (id && file) return sendFile(request, response, id, decodeURIComponent(file), fault);
    response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!doctype html><title>404</title>');
  }

  function replyToApi(response: ServerResponse, url: URL, id: string, resource: string): void {
    const found = find(id);
    if (!found) return refuse(response, 401, 'Repository not found', 'RepoNotFound');
    if (!found.canonical) {
      response.writeHead(307, { location: `/api/models/${found.repo.id}${resource}${url.search}` });
      return void response.end();
    }
    if (resource === '' || resource === '/revision/main') {
      return reply(response, modelReply(found.repo, url.searchParams.has('blobs')));
    }
    if (resource !== '/tree/main') return refuse(response, 404, 'Invalid rev id', 'RevisionNotFound');
    const entries = treeReply(found.repo, url.searchParams.get('recursive') === 'true');
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const end = start + Math.min(Number(url.searchParams.get('limit') ?? 1_000), options.pageSize ?? 1_000);
    if (end < entries.length) {
      const next = new URL(url);
      next.searchParams.set('cursor', String(end));
      response.setHeader('link', `<${next.href}>; rel="next"`);
    }
    reply(response, entries.slice(start, end));
  }

  async function sendFile(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    path: string,
    fault: LiveHubFault | undefined,
  ): Promise<void> {
    const found = find(id);
    if (!found && options.inventFiles && path.endsWith('.gguf')) {
      const file = { path, size: inventedSize };
      return stream(request, response, { id, files: [file] }, file, fault);
    }
    if (!found) return refuse(response, 401, 'Repository not found', 'RepoNotFound');
    if (!found.canonical) {
      response.writeHead(307, { location: `/${found.repo.id}/resolve/main/${path}` });
      return void response.end();
    }
    const { repo } = found;
    if (repo.gated) {
      const known = request.headers.authorization !== undefined;
      return refuse(response, known ? 403 : 401, `Access to model ${repo.id} is restricted.`, 'GatedRepo');
    }
    const file = repo.files.find((entry) => entry.path === path);
    if (!file) return refuse(response, 404, 'Entry not found', 'EntryNotFound');
    await stream(request, response, repo, file, fault);
  }

  async function stream(
    request: IncomingMessage,
    response: ServerResponse,
    repo: HubRepo,
    file: HubFile,
    fault: LiveHubFault | undefined,
  ): Promise<void> {
    const total = Math.min(file.size, options.maxBytesSent ?? 1_048_576);
    const range = parseRange(request.headers.range, total);
    if (range === 'invalid') {
      response.writeHead(416, { 'content-range': `bytes */${total}` });
      return void response.end();
    }
    const { start, end } = range ?? { start: 0, end: total };
    response.writeHead(range ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': end - start,
      'accept-ranges': 'bytes',
      etag: `"${etagOf(repo, file)}"`,
      'x-repo-commit': revisionOf(repo),
      'x-linked-etag': `"${etagOf(repo, file)}"`,
      'x-linked-size': file.size,
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${total}` }),
    });
    if (request.method === 'HEAD') return void response.end();

    const seed = `${repo.id}/${file.path}`;
    const hold = fault?.holdAt === undefined ? Number.POSITIVE_INFINITY : Math.floor(fault.holdAt * total);
    const cut = fault?.cutAt === undefined ? Number.POSITIVE_INFINITY : Math.floor(fault.cutAt * total);
    const closed = new AbortController();
    const ended = AbortSignal.any([closed.signal, stopped.signal]);
    response.on('close', () => closed.abort());
    let held = false;
    try {
      for (let at = start; at < end; ) {
        if (at >= cut) return void request.socket.destroy();
        if (at >= hold && !held) {
          held = true;
          await gates.wait(ended);
        }
        // Twenty pieces a second. The speed refers to the size in the API, not to the bytes sent.
        const piece = speed === undefined ? 65_536 : Math.max(1, Math.floor((speed * total) / file.size / 20));
        const stops = [end, at + piece, ...(held ? [] : [hold]), cut].filter((stop) => stop > at);
        const bytes = contentAt(seed, at, Math.min(...stops));
        const flowing = response.write(bytes);
        at += bytes.length;
        if (!flowing) await drained(response, ended);
        if (speed !== undefined) await sleep((50 * bytes.length) / piece, ended);
      }
    } catch {
      return; // Closed by the client or by stop().
    }
    response.end();
  }

  function take(path: string): LiveHubFault | undefined {
    const fault = faults.find(
      (entry) =>
        entry.left > 0 && (typeof entry.path === 'string' ? path.startsWith(entry.path) : entry.path.test(path)),
    );
    if (fault) fault.left--;
    return fault;
  }

  const plain = await listen((request, response) => handle(request, response, false), portOption(options.port));
  let secure: Listener | undefined;
  if (options.tls) {
    secure = await listen((request, response) => handle(request, response, true), {
      ...portOption(options.tlsPort),
      tls: options.tls,
    });
  }

  const hub: Hub = {
    url: `http://127.0.0.1:${plain.port}`,
    port: plain.port,
    tlsPort: secure?.port,
    requests,
    setFaults: (next) => {
      faults = activate(next);
    },
    setRepos: (next) => {
      repos = next;
    },
    setSpeed: (bytesPerSecond) => {
      speed = bytesPerSecond;
    },
    held: gates.waiting,
    release: gates.open,
    until: (condition, timeoutMs) => changes.until(() => condition(hub), timeoutMs),
    stop: async () => {
      stopped.abort();
      await Promise.all([plain.close(), secure?.close()]);
    },
  };
  return hub;
}

const portOption = (port: number | undefined): { port?: number } => (port === undefined ? {} : { port });
const activate = (faults: readonly HubFault[]): LiveHubFault[] =>
  faults.map((fault) => ({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY }));

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, error: string, code?: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(code && { 'x-error-code': code, 'x-error-message': error }),
  });
  response.end(JSON.stringify({ error }));
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, { 'access-control-allow-methods': 'GET,HEAD,OPTIONS', 'access-control-max-age': '86400' });
  response.end();
}

function parseRange(header: string | undefined, total: number): { start: number; end: number } | 'invalid' | undefined {
  if (!header) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  if (first === undefined) return 'invalid';
  const start = Number(first);
  const end = last ? Math.min(total, Number(last) + 1) : total;
  return start < end ? { start, end } : 'invalid';
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
