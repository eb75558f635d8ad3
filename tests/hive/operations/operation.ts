import type { Fields } from '../serde.ts';
import type { Work } from '../work.ts';

export type Args = Record<string, unknown>;
export type Operation = {
  fields: Fields;
  /** The Rust function whose name heads each narration; not a thing to key on. */
  path: string;
  run: (work: Work, args: Args) => Promise<void>;
};

/** An argument that the parser has found to be a string. */
export const text = (args: Args, key: string): string => String(args[key]);
