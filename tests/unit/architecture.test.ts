import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Import = { from: string; to: string; typeOnly: boolean };

const files = ['entrypoints', 'components', 'lib'].flatMap((folder) =>
  readdirSync(posix.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => /\.tsx?$/.test(name)),
);
const imports = files.flatMap(importsOf);

/** Relative imports by path from the project's top; packages and virtual modules by name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(posix.join(root, file), 'utf8');
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...statements].map(([, type, named, dynamic]) => {
    const target = named ?? dynamic ?? '';
    // After a question mark the bundler is told how to import.
    const to = target.startsWith('.') ? posix.join(posix.dirname(file), target.replace(/\?.*/, '')) : target;
    return { from: file, to, typeOnly: Boolean(type) };
  });
}

/** Everything that ends up in the bundle of an entry point: type imports are erased, so they don't count. */
function reachable(entries: string[], seen = new Set<string>()): Import[] {
  return entries.flatMap((entry) => {
    if (seen.has(entry)) return [];
    seen.add(entry);
    const found = imports.filter(({ from, typeOnly }) => from === entry && !typeOnly);
    return [
      ...found,
      ...reachable(
        found.map(({ to }) => to),
        seen,
      ),
    ];
  });
}

const isIn =
  (...folders: string[]) =>
  ({ to }: { to: string }) =>
    folders.some((folder) => to.startsWith(`${folder}/`));
const say =
  (advice: string) =>
  ({ from, to }: Import) =>
    `${from} imports ${to}. ${advice}`;

describe('the direction of imports: entrypoints → components → lib, never back', () => {
  it.each([
    ['lib', ['entrypoints', 'components', 'tests'], 'What lib needs from there belongs in lib.'],
    ['components', ['entrypoints', 'tests'], 'Entrypoints only wire: move what is shared into components or lib.'],
    ['entrypoints', ['tests'], 'What ships knows nothing of the tests.'],
  ])('%s imports nothing of %j', (folder, forbidden, advice) => {
    const breaches = imports.filter((one) => one.from.startsWith(`${folder}/`) && isIn(...forbidden)(one));
    expect(breaches.map(say(advice))).toEqual([]);
  });

  it('every relative import leads to a file', () => {
    const broken = imports.filter(
      (one) => isIn('entrypoints', 'components', 'lib')(one) && !existsSync(posix.join(root, one.to)),
    );
    expect(broken.map(say('There is no such file.'))).toEqual([]);
  });
});

describe('who may know whom', () => {
  it('only lib/browser.ts imports the extension API', () => {
    const breaches = imports.filter(
      ({ from, to, typeOnly }) =>
        from !== 'lib/browser.ts' && !typeOnly && /^(wxt\/browser|webextension-polyfill|@wxt-dev\/browser)$/.test(to),
    );
    expect(
      breaches.map(say("Import { browser } from 'lib/browser.ts', so that what it costs is decided once.")),
    ).toEqual([]);
  });

  it('no file uses the global `chrome` or `browser`', () => {
    const breaches = files.filter((file) => {
      const text = readFileSync(posix.join(root, file), 'utf8');
      const namesBrowser = /import[^;]*\bbrowser\b[^;]*from/.test(text) || file === 'lib/browser.ts';
      return /(?<![\w.'"`/-])chrome\.\w/.test(text) || (!namesBrowser && /(?<![\w.'"`/-])browser\.\w/.test(text));
    });
    expect(breaches.map((file) => `${file}: import { browser } from lib/browser.ts instead.`)).toEqual([]);
  });

  it.each([
    [
      'lib/hive',
      ['lib/browser.ts', 'lib/runs', 'lib/marketplace', 'lib/hub'],
      'The hive’s client also runs in plain Node: hand it what it needs as an argument.',
    ],
    [
      'lib/hub',
      ['lib/browser.ts', 'lib/runs', 'lib/marketplace', 'lib/hive'],
      'The hub’s client also runs in plain Node: hand it what it needs as an argument.',
    ],
    [
      'lib/marketplace',
      ['lib/browser.ts', 'lib/hive', 'lib/hub', 'lib/runs'],
      'Pages know subjects; what runs is told to them as data.',
    ],
    ['lib/subject.ts', ['lib'], 'It is a leaf that everything imports.'],
    ['lib/errors.ts', ['lib'], 'It is a leaf that everything imports.'],
    ['lib/browser.ts', ['lib'], 'It is a leaf that everything imports.'],
  ])('%s knows nothing of %j', (part, forbidden, advice) => {
    const own = files.filter((file) => file === part || file.startsWith(`${part}/`));
    expect(own, `${part} is gone: mend this table.`).not.toEqual([]);
    const breaches = reachable(own).filter(
      ({ to }) => !own.includes(to) && forbidden.some((name) => to === name || to.startsWith(`${name}/`)),
    );
    expect(breaches.map(say(advice))).toEqual([]);
  });
});

describe('the content scripts, which every page of the marketplace pays for', () => {
  const entries = files.filter((file) => /^entrypoints\/[^/]*content(\/index)?\.tsx?$/.test(file));

  it('are there: ours, and what answers it from the page’s own world', () => {
    expect(entries).toHaveLength(2);
  });

  it('bring in no package but their framework’s own few lines: no zod, no preact', () => {
    const breaches = reachable(entries).filter(
      ({ to }) => !/^(entrypoints|components|lib)\//.test(to) && !/^(wxt\/|#i18n$)/.test(to),
    );
    expect(
      breaches.map(say('Measured: 98.8 kB with zod, 4.7 kB without. Split the file, or import only its types.')),
    ).toEqual([]);
  });
});
