/** One page of an older generation. `path` is its real path: ids are read from it. */
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

export type Page = {
  /** File name without `.html` in `samples/`. */
  file: string;
  path: string;
  kind: Kind;
  status?: number;
  markup: string;
};

export type Generation = {
  name: string;
  /** When this could be met, +0100. */
  seen: string;
  /** The generation whose pages are served where this one changed nothing. */
  inherits?: string;
  pages: readonly Page[];
  redirects?: Readonly<Record<string, string>>;
};
