import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { english } from '../english.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const files = globSync(['lib/**/*.ts', 'components/**/*.{ts,tsx}', 'entrypoints/**/*.{ts,tsx,html}', 'wxt.config.ts'], {
  cwd: root,
});
const source = files.map((path) => readFileSync(`${root}/${path}`, 'utf8')).join('\n');
const used = new Set([
  ...[...source.matchAll(/i18n\.t\(\s*'([\w.]+)'/g)].map(([, key = '']) => key.replaceAll('.', '_')),
  ...[...source.matchAll(/__MSG_(\w+?)__/g)].map(([, name = '']) => name),
]);

it('every text of lib/locales/en.yml is used', () => {
  const unused = Object.keys(english).filter((name) => !used.has(name));
  expect(unused, 'Remove these from lib/locales').toEqual([]);
});

it('i18n.t is only called with literal keys, so that a search for a key finds its uses', () => {
  const computed = source.match(/i18n\.t\(\s*[^'\s][^)]*/g) ?? [];
  expect(computed).toEqual([]);
});

it('no text is empty or starts or ends with a space', () => {
  const texts = Object.entries(english).map(([name, { message }]) => [name, message] as const);
  expect(texts.filter(([, text]) => text === '' || text !== text.trim())).toEqual([]);
});
