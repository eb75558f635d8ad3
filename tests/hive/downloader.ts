import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { sleep } from '../net/wait.ts';

export type Fetched = { path: string /** As the hub reports it; fewer bytes may be sent. */; size: number };
export type Progress = { received: number; total: number };

export type Downloader = {
  /** Downloads, even if the file exists. Continues if the promise is abandoned. */
  download(repo: string, file: string, progress: Progress): Promise<Fetched>;
  /** The cached file, or a download of it. Aborted by the signal. */
  get(repo: string, file: string, signal: AbortSignal): Promise<Fetched>;
  /** Number of downloads in progress, abandoned ones included. */
  active(): number;
  /** Aborts transfers and releases locks, as the end of the process does; partial files remain. Resolves after the last write. */
  kill(): Promise<void>;
};

type Source = { hub: string | undefined; token?: string };
type Remote = { url: string; etag: string; commit: string; total: number; size: number };

/** The range of the first request, which asks for the size. */
const first = 'bytes=0-0';
const closeNotify =
  'Error encountered in the status line: peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof';

/** Locks of files being written, shared by all hives of this process. */
const locks = new Set<string>();

/** Downloads like the hive's library (hf-hub 0.4 with ureq 2), with its error texts. */
export function createDownloader(source: Source, cache: string, lockWaitMs: number, changed: () => void): Downloader {
  const killed = new AbortController();
  const held = new Set<string>();
  const running = new Set<Promise<unknown>>();

  async function send(url: string, range: string, signal: AbortSignal): Promise<Response> {
    const path = new URL(url).pathname;
    if (!source.hub) {
      const reason = "Dns Failed: resolve dns name 'huggingface.co:443': failed to lookup address information";
      throw new Error(`request error: ${url}: ${reason}: Temporary failure in name resolution`);
    }
    const headers: Record<string, string> = { range, ...(source.token && { authorization: `Bearer ${source.token}` }) };
    let response: Response;
    try {
      response = await fetch(source.hub + path, { headers, signal });
    } catch (cause) {
      if (signal.aborted) throw cause;
      const { code = '' } = (cause as { cause?: { code?: string } }).cause ?? {};
      const isBroken = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET';
      const refused = 'Connection Failed: Connect error: Connection refused (os error 111)';
      const broken = `Network Error: ${range === first ? `Network Error: ${closeNotify}` : 'Unexpected EOF'}`;
      const reason = isBroken ? broken : refused;
      throw new Error(`request error: ${url}: ${reason}`);
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`request error: ${url}: status code ${response.status}`);
    }
    return response;
  }

  async function inspect(repo: string, file: string, signal: AbortSignal): Promise<Remote> {
    const url = `https://huggingface.co/${repo}/resolve/main/${file}`;
    const response = await send(url, first, signal);
    await response.body?.cancel();
    const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
    const etag = (response.headers.get('x-linked-etag') ?? response.headers.get('etag') ?? '').replaceAll('"', '');
    const commit = response.headers.get('x-repo-commit') ?? '';
    return { url, etag, commit, total, size: Number(response.headers.get('x-linked-size') ?? total) };
  }

  const folder = (repo: string): string => join(cache, 'hub', `models--${repo.replaceAll('/', '--')}`);

  async function lock(path: string): Promise<void> {
    const deadline = Date.now() + lockWaitMs;
    while (locks.has(path)) {
      if (Date.now() >= deadline) throw new Error(`Lock acquisition failed: ${path}`);
      await sleep(Math.min(1_000, Math.max(1, deadline - Date.now())), killed.signal);
    }
    locks.add(path);
    held.add(path);
  }

  function unlock(path: string): void {
    if (!held.delete(path)) return;
    locks.delete(path);
  }

  async function transfer(repo: string, file: string, progress: Progress, signal: AbortSignal): Promise<Fetched> {
    const remote = await inspect(repo, file, signal);
    const blob = join(folder(repo), 'blobs', remote.etag);
    const part = `${blob}.sync.part`;
    mkdirSync(dirname(blob), { recursive: true });
    await lock(`${blob}.lock`);
    try {
      const offset = existsSync(part) ? statSync(part).size : 0;
      if (offset > remote.total) throw new Error('Invalid part file - corrupted file');
      progress.total = remote.total;
      progress.received = offset;
      // A complete partial file is requested too, which the hub refuses with 416.
      await append(remote, offset, part, progress, signal);
      renameSync(part, blob);
    } finally {
      unlock(`${blob}.lock`);
    }
    return { path: link(repo, file, remote, blob), size: remote.size };
  }

  async function append(
    remote: Remote,
    offset: number,
    part: string,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await send(remote.url, `bytes=${offset}-`, signal);
    const out = createWriteStream(part, { flags: 'a' });
    try {
      for await (const chunk of Readable.fromWeb(response.body as never) as AsyncIterable<Buffer>) {
        await new Promise<void>((resolve, reject) => {
          out.write(chunk, (error) => (error ? reject(error) : resolve()));
        });
        progress.received += chunk.length;
      }
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new Error('I/O error response body closed before all bytes were read');
    } finally {
      await new Promise<void>((resolve) => {
        out.end(resolve);
      });
    }
  }

  function link(repo: string, file: string, remote: Remote, blob: string): string {
    const path = join(folder(repo), 'snapshots', remote.commit, file);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(relative(dirname(path), blob), path);
    return path;
  }

  function track<T>(work: Promise<T>): Promise<T> {
    running.add(work);
    const done = (): void => {
      running.delete(work);
      changed();
    };
    work.then(done, done);
    return work;
  }

  return {
    download: (repo, file, progress) => track(transfer(repo, file, progress, killed.signal)),
    get: async (repo, file, signal) => {
      const either = AbortSignal.any([signal, killed.signal]);
      const remote = await inspect(repo, file, either);
      const path = join(folder(repo), 'snapshots', remote.commit, file);
      if (existsSync(path)) return { path, size: remote.size };
      return track(transfer(repo, file, { received: 0, total: 0 }, either));
    },
    active: () => running.size,
    kill: async () => {
      killed.abort(new Error('hive killed'));
      for (const path of [...held]) unlock(path);
      await Promise.allSettled([...running]);
    },
  };
}
