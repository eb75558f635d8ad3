import type { Fields } from '../serde.ts';
import type { Work } from '../work.ts';

export type Args = Record<string, unknown>;
export type Operation = {
  fields: Fields;
  /** The Rust function in the header of each narration. */
  path: string;
  run: (work: Work, args: Args) => Promise<void>;
};

/** An argument that the parser has verified to be a string. */
export const text = (args: Args, key: string): string => String(args[key]);
