import type { Variant } from './app/app.tsx';

/** How a page is served. Each can be set for the whole server, by a cookie and by a query parameter of that name. */
export type Choices = {
  /** `g10` is today's; older ones are named in `samples/older.json`. */
  generation: string;
  /** How today's page is rendered and hydrated. */
  variant: Variant;
  /** Cards on today's HuggingFace list. */
  cards: number;
  /** The author's text on a model's page. */
  readme: 'plain' | 'hostile' | 'none';
  /** How long the server keeps the page's script back. */
  scriptDelayMs: number;
  /** `suspense` only: how long the server keeps the streamed part of the page back. */
  streamDelayMs: number;
  /** `suspense` only: how long the browser waits before that part can hydrate. */
  boundaryDelayMs: number;
  /** Pause between the sixteen pieces in which a page's HTML is sent. 0 sends it at once. */
  trickleMs: number;
  /** How long the list's and the next page's data take. */
  dataDelayMs: number;
};

export const defaults: Choices = {
  generation: 'g10',
  variant: 'next',
  cards: 12,
  readme: 'plain',
  scriptDelayMs: 0,
  streamDelayMs: 0,
  boundaryDelayMs: 0,
  trickleMs: 0,
  dataDelayMs: 0,
};

const words: { [name in keyof Choices]?: readonly string[] } = {
  variant: ['next', 'suspense', 'late', 'root'],
  readme: ['plain', 'hostile', 'none'],
};

/** Later sources win. Unknown names are the page's own parameters and stay out; a wrong value is an error. */
export function readChoices(base: Choices, ...sources: readonly Iterable<readonly [string, string]>[]): Choices {
  const chosen: Record<string, string | number> = { ...base };
  for (const [name, value] of sources.flatMap((source) => [...source])) {
    if (!(name in defaults)) continue;
    const known = words[name as keyof Choices];
    if (known && !known.includes(value)) throw new Error(`${name} must be one of ${known.join(', ')}, not ${value}`);
    const isNumber = typeof defaults[name as keyof Choices] === 'number';
    if (isNumber && !/^\d{1,6}$/.test(value)) throw new Error(`${name} must be a number, not ${value}`);
    chosen[name] = isNumber ? Number(value) : value;
  }
  return chosen as Choices;
}

export function readCookies(header = ''): [string, string][] {
  return header.split(';').flatMap((pair): [string, string][] => {
    const [name, value] = pair.trim().split('=');
    return name && value ? [[name, decodeURIComponent(value)]] : [];
  });
}
