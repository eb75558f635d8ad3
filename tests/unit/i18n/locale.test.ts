import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../lib/errors.ts';
import { phases } from '../../../lib/hive/narration.ts';
import { backends } from '../../../lib/hive/types.ts';
import { choiceReasons, notes, runStates, stepNames } from '../../../lib/runs/run.ts';
import { english } from '../english.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = globSync(['lib/**/*.ts', 'components/**/*.{ts,tsx}', 'entrypoints/**/*.{ts,tsx}', 'wxt.config.ts'], {
  cwd: root,
});
const text = sources.map((path) => readFileSync(`${root}/${path}`, 'utf8')).join('\n');

const existing = new Set(Object.keys(english));
const spaces = new Set([...existing].filter((name) => name.includes('_')).map((name) => name.split('_')[0]));
const nameOf = (key: string): string => key.replaceAll('.', '_');

/** `'run.cancel'`, `__MSG_extension_name__`, and each name that `note.${…}` can become. */
const named = [
  ...[...text.matchAll(/['"`]([a-z]+(?:\.[a-z_]+)+)['"`]/g)].map(([, key = '']) => key),
  ...[...text.matchAll(/__MSG_(\w+?)__/g)].map(([, key = '']) => key),
  ...[...text.matchAll(/\bt\('([a-z_]+)'/g)].map(([, key = '']) => key),
].filter((key) => (spaces.has(key.split('.')[0] ?? '') && !/\.(ts|yml|css|html)$/.test(key)) || existing.has(key));
const built = [...text.matchAll(/`([a-z]+\.[a-z_]*)\$\{[^}]*\}((?:\.[a-z_]+)?)`/g)].map(
  ([, start = '', rest = '']) => [start, rest] as const,
);
const snake = (name: string): string => name.replaceAll('-', '_');
const parts = [
  ...backends,
  ...errorCodes,
  ...choiceReasons,
  ...notes,
  ...phases,
  ...runStates,
  ...stepNames,
  'gpu',
  'too-large',
  'unknown',
  'down',
  'open',
].map(snake);
const mayBecome = built.flatMap(([start, rest]) => parts.map((part) => `${start}${part}${rest}`));

describe('the words people read', () => {
  it('exist for every key that is used', () => {
    const missing = named.filter((key) => !existing.has(nameOf(key)));
    expect(missing, 'Add these to lib/locales/en.yml').toEqual([]);
  });

  it('are all used', () => {
    const used = new Set([...named, ...mayBecome].map(nameOf));
    const idle = [...existing].filter((name) => !used.has(name));
    expect(idle, 'Nothing shows these any more: take them out of lib/locales/en.yml').toEqual([]);
  });

  it('say something, and leave no blank at their ends', () => {
    const odd = Object.entries(english).filter(([, { message }]) => message === '' || message !== message.trim());
    expect(odd).toEqual([]);
  });
});
