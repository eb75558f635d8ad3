import { readdir, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { buildApp } from './build.ts';
import { olderGenerations } from './generations/index.ts';
import { todaysPages, todaysRoute } from './today.ts';

/** All sample files as they should be, by file name. */
export async function renderSamples(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { file, markup } of olderGenerations.flatMap(({ pages }) => pages)) files.set(`${file}.html`, markup);
  const { render } = await buildApp();
  for (const page of todaysPages) {
    const stream = render({
      url: page.path,
      route: todaysRoute(page),
      variant: page.variant ?? 'next',
      streamDelayMs: 0,
      boundaryDelayMs: 0,
      onError: (error) => {
        throw error;
      },
    });
    files.set(`${page.file}.html`, `${await text(stream)}\n`);
  }
  return files;
}

if (import.meta.main) {
  const folder = new URL('samples/', import.meta.url);
  for (const name of await readdir(folder)) if (name.endsWith('.html')) await rm(new URL(name, folder));
  const files = await renderSamples();
  for (const [name, markup] of files) await writeFile(new URL(name, folder), markup);
  console.log(`${files.size} pages saved`);
}
