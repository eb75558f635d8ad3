import type { Fetch } from '../http.ts';
import { parseRepo } from '../subject.ts';
import type { HubCache } from './cache.ts';
import { HubError } from './error.ts';
import { type GgufFacts, type HubFile, isGguf } from './files.ts';
import { type Answer, createRequest } from './request.ts';
import { createShare } from './share.ts';
import { readEntries, readFile, readGguf, readModel } from './wire.ts';

/** What the hub says of a model repository. Plain data. */
export type Repository = {
  /** As the hub spells it now: a renamed or differently cased repository answers with its present name. Send this one. */
  id: string;
  /** The hub wants a licence accepted. The listing is open; the files are to those who are let in, the hive perhaps. */
  gated: false | 'auto' | 'manual';
  /** From the header of one of its GGUF files. */
  gguf?: GgufFacts;
  /** GGUF files, and pieces and companions of such, in the hub's order; nothing else. */
  files: HubFile[];
};

/** Somebody's quantised upload of another repository's model. */
export type Derivative = { id: string; downloads: number };

export type HubClient = {
  /** The repository and its GGUF files. Throws `HubError`. */
  repository(repo: string, signal?: AbortSignal): Promise<Repository>;
  /** At most 10 repositories with quantised GGUF files of this model, most downloaded first. Throws `HubError`. */
  derivatives(repo: string, signal?: AbortSignal): Promise<Derivative[]>;
};

export type HubClientOptions = {
  baseUrl?: string;
  fetch?: Fetch;
  now?: () => number;
  /** For each reply, its body included. */
  timeoutMs?: number;
  /** Of one reply. */
  maxBytes?: number;
  /** Without one every question is asked of the hub. */
  cache?: HubCache;
};

const cacheMs = 600_000;
// A page of the tree has 1,000 entries, and a listing that was cut could be cut there.
const pageEntries = 1_000;
const maxPages = 20;
const maxDerivatives = 10;

/**
 * Asks the model hub. Answers are kept for 10 minutes, equal questions at the same time share one request, and while the hub
 * has asked to be left alone nothing is sent. Needs no permission: only plain GETs, which the hub allows to any origin.
 */
export function createHubClient(options: HubClientOptions = {}): HubClient {
  const base = (options.baseUrl ?? 'https://huggingface.co').replace(/\/+$/, '');
  const { now = Date.now, timeoutMs = 10_000, maxBytes = 5_000_000, cache } = options;
  const request = createRequest({ fetch: options.fetch, timeoutMs, maxBytes });
  const share = createShare();
  const never = new AbortController().signal;
  let quietUntil = 0;

  async function get(url: string): Promise<Answer> {
    const wait = quietUntil - now();
    if (wait > 0) throw new HubError('rate-limited', 'Left alone.', { retryAfterMs: wait });
    try {
      return await request(url, never);
    } catch (error) {
      if (error instanceof HubError && error.trouble === 'rate-limited') quietUntil = now() + (error.retryAfterMs ?? 0);
      throw error;
    }
  }

  /** The kept answer, else a new one. `whole` is whether it is worth keeping. */
  function ask<T>(
    key: string,
    signal: AbortSignal | undefined,
    read: () => Promise<{ value: T; whole: boolean }>,
  ): Promise<T> {
    return share(key, signal, async () => {
      const kept = await cache?.read(key);
      // One from the future was kept before the clock was set back.
      if (kept && kept.at <= now() && kept.at > now() - cacheMs) return kept.value as T;
      const { value, whole } = await read();
      if (whole) await cache?.write(key, { at: now(), value });
      return value;
    });
  }

  async function readRepository(repo: string) {
    const url = `${base}/api/models/${repo}?blobs=true`;
    const { id, gated, gguf, siblings: listed } = expected(readModel((await get(url)).body), url);
    const siblings = listed?.map(readFile).filter((file) => file !== undefined);
    let files = siblings?.filter(({ path }) => isGguf(path)) ?? [];
    let whole = true;
    if (isCut(siblings) || files.some(({ sizeBytes }) => sizeBytes === undefined)) {
      try {
        files = merge(files, await readTree(id));
      } catch (error) {
        // Names without sizes are still names to choose from, if there are any.
        if (!(error instanceof HubError) || files.length === 0) throw error;
        whole = false;
      }
    }
    const value = { id, gated, files, ...(gguf !== undefined && { gguf: readGguf(gguf) }) };
    return { value, whole };
  }

  async function readTree(repo: string): Promise<HubFile[]> {
    const files: HubFile[] = [];
    let url: string | undefined = `${base}/api/models/${repo}/tree/main?recursive=true`;
    for (let page = 0; url && page < maxPages; page++) {
      const answer: Answer = await get(url);
      for (const entry of expected(readEntries(answer.body), url)) {
        const file = readFile(entry);
        if (file && isGguf(file.path)) files.push(file);
      }
      url = answer.next;
    }
    return files;
  }

  async function readDerivatives(repo: string) {
    const relation = `base_model:quantized:${repo}`;
    const query = new URLSearchParams([
      ['filter', relation],
      ['filter', 'gguf'],
      ['sort', 'downloads'],
      ['direction', '-1'],
      ['limit', String(maxDerivatives)],
    ]);
    const url = `${base}/api/models?${query}`;
    const found = new Map<string, Derivative>();
    for (const entry of expected(readEntries((await get(url)).body), url)) {
      const model = readModel(entry);
      if (!model || model.private || isSame(model.id, repo)) continue;
      // A hub that does not know the filter would answer with anything.
      if (model.tags && !model.tags.some((tag) => isSame(tag, relation))) continue;
      found.set(model.id, { id: model.id, downloads: model.downloads ?? 0 });
    }
    const value = [...found.values()].toSorted((a, b) => b.downloads - a.downloads).slice(0, maxDerivatives);
    return { value, whole: true };
  }

  return {
    async repository(repo, signal) {
      const id = checked(repo);
      return ask(`repository:${id}`, signal, () => readRepository(id));
    },
    async derivatives(repo, signal) {
      const id = checked(repo);
      return ask(`derivatives:${id}`, signal, () => readDerivatives(id));
    },
  };
}

function checked(repo: string): string {
  if (parseRepo(repo) !== repo) throw new HubError('missing', repo);
  return repo;
}

function expected<T>(read: T | undefined, url: string): T {
  if (read === undefined) throw new HubError('malformed', url);
  return read;
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const isCut = (files: HubFile[] | undefined): boolean =>
  !files || (files.length > 0 && files.length % pageEntries === 0);

/** The tree is the fuller one; what only the listing had is kept. */
function merge(listed: HubFile[], tree: HubFile[]): HubFile[] {
  const files = new Map(listed.map((file) => [file.path, file]));
  for (const file of tree) files.set(file.path, file);
  return [...files.values()];
}
