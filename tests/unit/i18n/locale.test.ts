import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { english, readLocale } from '../english.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const files = globSync(['lib/**/*.ts', 'components/**/*.{ts,tsx}', 'entrypoints/**/*.{ts,tsx,html}', 'wxt.config.ts'], {
  cwd: root,
});
const source = files.map((path) => readFileSync(`${root}/${path}`, 'utf8')).join('\n');
/** Literal keys, and templates such as `error.${toKey(code)}.title`, whose values TypeScript checks. */
const used = new RegExp(
  `^(?:${[
    ...[...source.matchAll(/i18n\.t\(\s*(['`])([^'`]+)\1/g)].map(([, , key = '']) =>
      key.replace(/\$\{[^}]*\}/g, '\\w+').replaceAll('.', '_'),
    ),
    ...[...source.matchAll(/__MSG_(\w+?)__/g)].map(([, name = '']) => name),
  ].join('|')})$`,
);

it('every text of lib/locales/en.yml is used', () => {
  const unused = Object.keys(english).filter((name) => !used.test(name));
  expect(unused, 'Remove these from lib/locales').toEqual([]);
});

it('i18n.t is called only with a literal key or a template that begins with a literal group', () => {
  const computed = source.match(/i18n\.t\((?!\s*(?:'|`[a-z_]+\.))[^)]*/g) ?? [];
  expect(computed).toEqual([]);
});

const placeholders = (text: string) => new Set(text.match(/\{\w+\}/g) ?? []);
const languages = globSync('lib/locales/*.yml', { cwd: root }).map((path) => path.replace(/^.*\/|\.yml$/g, ''));

describe.each(languages)('lib/locales/%s.yml', (name) => {
  const locale = readLocale(name);

  it('has the keys of en.yml, in the same order', () => {
    expect(Object.keys(locale)).toEqual(Object.keys(english));
  });

  it('uses the placeholders of en.yml', () => {
    for (const [key, { message }] of Object.entries(locale)) {
      expect(placeholders(message), key).toEqual(placeholders(english[key]?.message ?? ''));
    }
  });

  it('contains its own language and direction', () => {
    expect(locale.language?.message).toBe(name.replace('_', '-'));
    expect(locale.direction?.message).toMatch(/^(?:ltr|rtl)$/);
  });

  it('has a description that fits the limit of the stores', () => {
    expect(locale.extension_description?.message.length).toBeLessThanOrEqual(132);
  });
});

it('no text is empty or starts or ends with a space', () => {
  const texts = languages.flatMap((name) =>
    Object.entries(readLocale(name)).map(([key, { message }]) => [name, key, message]),
  );
  expect(texts.filter(([, , text = '']) => text === '' || text !== text.trim())).toEqual([]);
});
