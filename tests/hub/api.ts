import { sha1, sha256 } from './content.ts';
import { type HubFile, type HubRepo, isGguf, isLfs } from './repo.ts';

const modified = '2025-10-01T12:00:00.000Z';
const pointerSize = 135;

export const revisionOf = (repo: HubRepo): string => sha1(repo.id);
export const etagOf = (repo: HubRepo, file: HubFile): string =>
  isLfs(file) ? sha256(`${repo.id}/${file.path}`) : sha1(`${repo.id}/${file.path}`);

export function tagsOf(repo: HubRepo): string[] {
  const tags = [...(repo.tags ?? [])];
  if (isGguf(repo)) tags.push('gguf');
  if (repo.quantizedFrom) tags.push(`base_model:${repo.quantizedFrom}`, `base_model:quantized:${repo.quantizedFrom}`);
  if (repo.pipelineTag) tags.push(repo.pipelineTag);
  return [...new Set(tags)];
}

function summary(repo: HubRepo): Record<string, unknown> {
  return {
    _id: sha1(repo.id).slice(0, 24),
    id: repo.id,
    modelId: repo.id,
    private: repo.private ?? false,
    gated: repo.gated ?? false,
    likes: repo.likes ?? 0,
    downloads: repo.downloads ?? 0,
    tags: tagsOf(repo),
    ...(repo.pipelineTag && { pipeline_tag: repo.pipelineTag }),
    ...(repo.libraryName && { library_name: repo.libraryName }),
    createdAt: modified,
  };
}

/** `GET /api/models/{id}`. With `blobs`, files have sizes. */
export function modelReply(repo: HubRepo, blobs: boolean): unknown {
  return {
    ...summary(repo),
    author: repo.id.split('/')[0],
    sha: revisionOf(repo),
    lastModified: modified,
    disabled: repo.disabled ?? false,
    cardData: repo.quantizedFrom ? { base_model: repo.quantizedFrom } : {},
    ...(repo.gguf && { gguf: repo.gguf }),
    siblings: repo.files.map((file) => {
      if (!blobs) return { rfilename: file.path };
      const lfs = { sha256: etagOf(repo, file), size: file.size, pointerSize };
      return {
        rfilename: file.path,
        size: file.size,
        blobId: sha1(`${repo.id}/${file.path}`),
        ...(isLfs(file) && { lfs }),
      };
    }),
  };
}

type TreeEntry = { type: 'file' | 'directory'; oid: string; size: number; path: string; lfs?: unknown };

/** `GET /api/models/{id}/tree/main`: one level, or all levels. */
export function treeReply(repo: HubRepo, recursive: boolean): TreeEntry[] {
  const folders = new Set<string>();
  for (const { path } of repo.files) {
    const parts = path.split('/').slice(0, -1);
    for (const depth of parts.keys()) folders.add(parts.slice(0, depth + 1).join('/'));
  }
  const entries: TreeEntry[] = [
    ...[...folders].map((path): TreeEntry => ({ type: 'directory', oid: sha1(path), size: 0, path })),
    ...repo.files.map((file): TreeEntry => {
      const oid = sha1(`${repo.id}/${file.path}`);
      const lfs = { oid: etagOf(repo, file), size: file.size, pointerSize };
      return { type: 'file', oid, size: file.size, path: file.path, ...(isLfs(file) && { lfs }) };
    }),
  ];
  return recursive ? entries : entries.filter((entry) => !entry.path.includes('/'));
}

/** `GET /api/models?filter=…`: every filter must be one of the tags. */
export function searchReply(repos: readonly HubRepo[], query: URLSearchParams): unknown[] {
  const filters = query.getAll('filter').flatMap((filter) => filter.split(','));
  const words = query.get('search')?.toLowerCase();
  const author = query.get('author');
  const found = repos.filter((repo) => {
    const tags = tagsOf(repo);
    return (
      !repo.private &&
      filters.every((filter) => tags.includes(filter)) &&
      (!words || repo.id.toLowerCase().includes(words)) &&
      (!author || repo.id.startsWith(`${author}/`))
    );
  });
  const by = query.get('sort') === 'likes' ? 'likes' : 'downloads';
  const sign = query.get('direction') === '1' ? 1 : -1;
  if (query.has('sort')) found.sort((a, b) => sign * ((a[by] ?? 0) - (b[by] ?? 0)));
  return found.slice(0, Number(query.get('limit') ?? 1_000)).map(summary);
}
