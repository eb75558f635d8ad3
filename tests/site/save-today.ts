import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { buildApp } from './build.ts';
import { todaysPages, todaysRoute } from './today.ts';

/** Saves today's pages as samples (`samples/g10-*.html`). */
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
  await writeFile(new URL(`samples/${page.file}.html`, import.meta.url), `${await text(stream)}\n`);
}
