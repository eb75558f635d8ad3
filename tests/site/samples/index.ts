import { readFileSync } from 'node:fs';
import { type Kind, olderGenerations } from '../generations/index.ts';
import { todaysPages } from '../today.ts';

export type Sample = {
  /** File beside this one. */
  file: string;
  /** Path (and query) on https://marketplace.rbee.dev where this page is met. */
  url: string;
  /** Value of the `generation` choice that serves it. */
  generation: string;
  kind: Kind;
  /** Whether an author's HTML on the page imitates actions and ids. */
  hostile: boolean;
};

/** Every saved page, oldest first. Written by `save-samples.ts`; a test keeps files and table in step. */
export const samples: readonly Sample[] = [
  ...olderGenerations.flatMap(({ name, pages }) => pages.map((page) => sample(page.file, page.path, name, page.kind))),
  ...todaysPages.map((page) => sample(page.file, page.path, 'g10', page.kind)),
];

function sample(name: string, url: string, generation: string, kind: Kind): Sample {
  return { file: `${name}.html`, url, generation, kind, hostile: name.endsWith('-hostile') };
}

export const readSample = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
