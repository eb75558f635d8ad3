import { type Kind, olderGenerations } from '../older.ts';
import { todaysPages } from '../today.ts';
import { readFixture } from './read.ts';

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

/** Every saved page, oldest first. */
export const samples: readonly Sample[] = [
  ...olderGenerations.flatMap(({ name, pages }) => pages.map((page) => sample(page.file, page.path, name, page.kind))),
  ...todaysPages.map((page) => sample(page.file, page.path, 'g10', page.kind)),
];

function sample(name: string, url: string, generation: string, kind: Kind): Sample {
  return { file: `${name}.html`, url, generation, kind, hostile: name.endsWith('-hostile') };
}

/** The HTML of a saved page, by its file name. */
export const readSample = (file: string): string => readFixture(file.replace(/\.html$/, ''));
