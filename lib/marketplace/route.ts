import { parseRepo, parseWorkerId } from '../subject.ts';

/** What a detail page's address is about. `name` is its last part, decoded. */
export type Route = { kind: 'model' | 'civitai' | 'worker'; name: string };

/**
 * Reads the address of a detail page of any generation; undefined for lists and everything else.
 * `/models/{name}` 2025-11-04 to 11-07, `/models/huggingface/{name}` and `/models/civitai/{name}` since, `/workers/{name}` since 11-05.
 */
export function readRoute(pathname: string): Route | undefined {
  const [root, ...rest] = pathname.split('/').filter(Boolean).map(decode);
  const provider = root === 'models' && /^(huggingface|civitai)$/.exec(rest[0] ?? '') ? rest.shift() : undefined;
  const name = rest.join('/');
  // Lists narrowed by their path, 2025-11-07 to 11-11: `/models/civitai/filter/month`.
  if (!name || rest[0] === 'filter') return undefined;
  if (root === 'workers') return { kind: 'worker', name };
  if (root !== 'models') return undefined;
  return { kind: provider === 'civitai' || /^civitai-\d+$/.test(name) ? 'civitai' : 'model', name };
}

/**
 * The subject an address names by itself. The slugs of 2025-11-05 to 11-11 lost case, dots and underscores: what they
 * mean is not guessed.
 */
export function subjectOfRoute({ kind, name }: Route): string | undefined {
  if (kind === 'civitai') {
    const id = /[1-9]\d{0,14}/.exec(name)?.[0];
    return id && `civitai:${id}`;
  }
  const id = kind === 'worker' ? parseWorkerId(name) : parseRepo(name);
  return id && `${kind === 'worker' ? 'worker' : 'hf'}:${id}`;
}

/** Whether an address may be about a repository, whatever its slug has lost: `/models/huggingface/org--name-1-2` and `Org/Name_1.2`. */
export const isRouteOf = ({ name }: Route, repo: string): boolean =>
  toSlug(name) === toSlug(repo) ||
  (!name.includes('/') && !name.includes('--') && toSlug(name) === toSlug(repo.replace('/', '-')));

/** The lossy slug of 2025-11-05 to 11-11: lower case, and one dash for anything but letters and digits. */
function toSlug(name: string): string {
  const parts = name.includes('/') ? name.split('/') : name.split(/--(.*)/s).filter(Boolean);
  return parts
    .map((part) =>
      part
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    )
    .join('--');
}

/** Percent-decoded; empty where the text is not encoded properly. */
export function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
