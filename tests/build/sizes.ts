import { gzipSync } from 'node:zlib';
import { type BrowserName, type Files, filesOf, loadedBy } from './output.ts';

type Part = { limitKb: number; pick: (files: Files) => string[] };

const named = (pattern: RegExp) => (files: Files) => [...files.keys()].filter((name) => pattern.test(name));

/** Files that are loaded together, with limits of their gzipped size, which detect e.g. an unintended dependency. */
export const parts = {
  'content script': { limitKb: 16, pick: named(/^content-scripts\/marketplace\.js$/) },
  'MAIN-world script': { limitKb: 2, pick: named(/^content-scripts\/page-world\.js$/) },
  'service worker': { limitKb: 48, pick: (files) => loadedBy(files, ['background.js']) },
  'popup with its styles': { limitKb: 48, pick: (files) => loadedBy(files, ['popup.html']) },
  'options with their styles': { limitKb: 56, pick: (files) => loadedBy(files, ['options.html']) },
} satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

/** The files of a part and their sizes after gzip, in bytes. */
export function sizesOf(browser: BrowserName, part: PartName): [name: string, bytes: number][] {
  const files = filesOf(browser);
  return parts[part].pick(files).map((name) => [name, gzipSync(files.get(name) ?? '', { level: 9 }).length]);
}
