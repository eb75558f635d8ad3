import type { Fetch } from '../http.ts';
import { neverAborts } from '../never-aborts.ts';
import type { SessionCache } from '../session-cache.ts';
import { createShare } from '../share-request.ts';
import { parseRepo } from '../subject.ts';
import { HubError } from './hub-error.ts';
import { type HubFile, type ModelFileEntry, readFiles } from './model-files.ts';
import { readEntries, readFile, readGguf, readModel, readOriginals } from './replies.ts';
import { createRequest, type HubReply } from './request.ts';

/** What the hub knows of a model repository. Plain data. */
export type Repository = {
  /** The present name, which may differ from the requested one in case or after a rename. The hive needs this one. */
  id: string;
  /** Downloads require an accepted licence. The listing is public; the hive may have a token that the hub accepts. */
  gated: false | 'auto' | 'manual';
  /** The hub has disabled it: nothing can be downloaded. */
  disabled?: true;
  /** The models that it is a quantized copy of, as its author states. */
  originals: string[];
  /** Its models that are GGUF files, best quality first (`readFiles`). */
  models: ModelFileEntry[];
  /** Some files or sizes are missing, because the repository has more files than `maxPages` pages or a page did not load. */
  incomplete?: true;
};

/** A quantized copy of a repository's model in another repository. */
export type Derivative = { id: string; downloads: number };

export type HubClient = {
  /** The repository and its models. Throws `HubError`. */
  repository(repo: string, signal?: AbortSignal): Promise<Repository>;
  /** At most 10 repositories with quantized GGUF files of this model, the most downloaded first. Throws `HubError`. */
  derivatives(repo: string, signal?: AbortSignal): Promise<Derivative[]>;
};

export type HubClientOptions = {
  baseUrl?: string;
  fetch?: Fetch;
  now?: () => number;
  /** For each reply, including its body. */
  timeoutMs?: number;
  /** Of one reply. */
  maxBytes?: number;
  /** Without one, every question is a request. */
  cache?: SessionCache;
};

const cacheMs = 600_000;
// A page of the tree has 1,000 entries, and a listing of exactly that many may have been truncated there.
const pageEntries = 1_000;
/** So at most 20,000 files of a repository are considered. The largest public ones have a few thousand. */
export const maxPages = 20;
const maxDerivatives = 10;

/**
 * A client of the model hub. Replies are cached for 10 minutes as parsed data, concurrent equal questions share one request, and nothing is
 * sent for as long as the hub asked. Needs no permission: it only sends plain GETs, which the hub allows any origin.
 */
export function createHubClient(options: HubClientOptions = {}): HubClient {
  const base = (options.baseUrl ?? 'https://huggingface.co').replace(/\/+$/, '');
  const { now = Date.now, timeoutMs = 10_000, maxBytes = 5_000_000, cache } = options;
  const request = createRequest({ fetch: options.fetch, timeoutMs, maxBytes });
  const share = createShare();
  let busy: HubError | undefined;
  let quietUntil = 0;

  async function get(url: string): Promise<HubReply> {
    const wait = quietUntil - now();
    if (wait > 0 && busy) throw new HubError(busy.trouble, busy.message, { retryAfterMs: wait });
    try {
      return await request(url, neverAborts);
    } catch (error) {
      if (error instanceof HubError && error.trouble === 'rate-limited') {
        busy = error;
        quietUntil = now() + (error.retryAfterMs ?? 0);
      }
      throw error;
    }
  }

  /** The cached answer, or else a new one, which is cached unless it is not `whole`. */
  function ask<T>(
    key: string,
    signal: AbortSignal | undefined,
    read: () => Promise<{ value: T; whole: boolean }>,
  ): Promise<T> {
    return share(key, signal, async () => {
      const cached = await cache?.read(key);
      // One from the future was cached before the clock was set back.
      if (cached && cached.at <= now() && cached.at > now() - cacheMs) return cached.value as T;
      const { value, whole } = await read();
      if (whole) await cache?.write(key, { at: now(), value });
      return value;
    });
  }

  async function readRepository(repo: string): Promise<{ value: Repository; whole: boolean }> {
    const { id, gated, disabled, gguf, tags, siblings } = await readInfo(repo);
    let files = siblings?.map(readFile).filter((file) => file !== undefined) ?? [];
    let incomplete = false;
    let whole = true;
    if (!siblings || isTruncated(siblings) || files.some(({ sizeBytes }) => sizeBytes === undefined)) {
      try {
        const tree = await readTree(id);
        // The tree comes last: its entries replace those of the listing.
        files = [...files, ...tree.files];
        incomplete = !tree.isWhole;
      } catch (error) {
        // Names without sizes can still be chosen from.
        if (!(error instanceof HubError) || files.length === 0) throw error;
        incomplete = true;
        whole = false;
      }
    }
    const models = readFiles(files, readGguf(gguf, id, tags));
    return {
      value: {
        id,
        gated,
        originals: readOriginals(tags),
        models,
        ...(disabled && { disabled }),
        ...(incomplete && { incomplete }),
      },
      whole,
    };
  }

  /** The reply about a repository. If that is too long, the one without sizes, and if need be nothing but the name: the tree has the rest. */
  async function readInfo(repo: string): Promise<ReturnType<typeof readModel> & { id: string }> {
    for (const query of ['?blobs=true', '']) {
      const url = `${base}/api/models/${repo}${query}`;
      try {
        return expected(readModel((await get(url)).body), url);
      } catch (error) {
        if (!(error instanceof HubError) || error.trouble !== 'too-long') throw error;
      }
    }
    return { id: repo, gated: false };
  }

  async function readTree(repo: string): Promise<{ files: HubFile[]; isWhole: boolean }> {
    const files: HubFile[] = [];
    let url: string | undefined = `${base}/api/models/${repo}/tree/main?recursive=true`;
    for (let page = 0; url && page < maxPages; page++) {
      const answer: HubReply = await get(url);
      for (const entry of expected(readEntries(answer.body), url)) {
        const file = readFile(entry);
        if (file) files.push(file);
      }
      url = answer.next;
    }
    return { files, isWhole: url === undefined };
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
      // A hub that ignores the filter would answer with any model.
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

const isTruncated = (entries: readonly unknown[]): boolean => entries.length > 0 && entries.length % pageEntries === 0;
