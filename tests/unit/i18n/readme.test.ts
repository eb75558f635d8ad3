import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { english } from '../english.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

it('the README quotes the texts of the extension literally', () => {
  const section = /## Troubleshooting\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '';
  const quoted = [...section.matchAll(/^\| "([^"]+)"/gm)].map(([, text = '']) => text);
  expect(quoted.length).toBeGreaterThan(5);
  const texts = Object.values(english).map(({ message }) => message);
  expect(quoted.filter((quote) => !texts.some((text) => text.startsWith(quote)))).toEqual([]);
});
