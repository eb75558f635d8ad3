import older from './samples/older.json' with { type: 'json' };
import { readFixture } from './samples/read.ts';

export type Kind =
  | 'home'
  | 'search'
  | 'hf-list'
  | 'hf-detail'
  | 'civitai-list'
  | 'civitai-detail'
  | 'worker-list'
  | 'worker-detail'
  | 'stub'
  | 'not-found';

type Generation = {
  name: string;
  /** When this generation was online. */
  seen: string;
  /** The generation whose pages are served if this one has no page for an address. */
  inherits?: string;
  redirects?: Readonly<Record<string, string>>;
  /** `file` is in `samples/`; `path` is the real path of the page, which contains ids. */
  pages: readonly { file: string; path: string; kind: Kind; status?: number }[];
};

/** All generations before today's, oldest first. */
export const olderGenerations = older as unknown as readonly Generation[];

/** The page of an older generation, the address it redirects to, or undefined if that generation had no such page. */
export function findOlder(name: string, url: URL): { status: number; markup: string } | string | undefined {
  const generation = olderGenerations.find((one) => one.name === name);
  if (!generation) throw new Error(`No generation is called ${name}`);
  const { pages, redirects, inherits } = generation;
  const redirect = redirects?.[url.pathname];
  if (redirect) return redirect;
  const page =
    pages.find(({ path }) => path === url.pathname + url.search) ??
    pages.find(({ path }) => path.split('?')[0] === url.pathname);
  if (page) return { status: page.status ?? 200, markup: readFixture(page.file) };
  return inherits ? findOlder(inherits, url) : undefined;
}
