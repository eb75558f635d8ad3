import type { Variant } from './app/app.tsx';

/** Options of a page. Each one can be set for the whole server, by a cookie or by a query parameter of its name. */
export type Choices = {
  /** `g10` is today's generation; older ones are in `samples/older.json`. */
  generation: string;
  /** How today's page is rendered and hydrated. */
  variant: Variant;
  /** Cards on today's HuggingFace list. */
  cards: number;
  /** The README on a model's page. */
  readme: 'plain' | 'hostile' | 'none';
  /** Delay of the page's script. */
  scriptDelayMs: number;
  /** `suspense` only: delay of the streamed part of the page. */
  streamDelayMs: number;
  /** `suspense` only: delay of the hydration of that part. */
  boundaryDelayMs: number;
  /** Pause between the sixteen parts in which a page's HTML is sent. 0 sends it at once. */
  trickleMs: number;
  /** Delay of the data of lists and of client navigation. */
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

/** Later sources have priority. Unknown names, which are parameters of the page, are ignored; an invalid value is an error. */
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
