import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = ['entrypoints', 'components', 'lib'].flatMap((folder) =>
  readdirSync(posix.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => /\.tsx?$/.test(name)),
);

/** Targets of the imports at run time: files by their path from the root, packages by name. */
function importsOf(file: string): string[] {
  const text = readFileSync(posix.join(root, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?['"]([^'"?]+)/gm);
  return [...statements].map(([, target = '']) =>
    target.startsWith('.') ? posix.join(posix.dirname(file), target) : target,
  );
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** All imports of the file, direct and indirect, mapped to the file that imports them. */
function reachableFrom(file: string, found = new Map<string, string>()): Map<string, string> {
  for (const target of imports.get(file) ?? []) {
    if (found.has(target)) continue;
    found.set(target, file);
    reachableFrom(target, found);
  }
  return found;
}

// Import cycles and unresolved imports are found by Biome (`noImportCycles`) and TypeScript.
it.each([
  [/^lib\//, /^(components|entrypoints|tests)\//, 'Move what both need into lib.'],
  [/^components\//, /^(entrypoints|tests)\//, 'Entry points only wire things up: move the logic to components or lib.'],
  [/^entrypoints\//, /^tests\//, 'Shipped code must not contain test code.'],
  [/^entrypoints\/.*content/, /^(preact|zod)\b/, 'Content scripts run on every page of the marketplace: no framework.'],
  [/^lib\/hive\//, /^lib\/(browser|runs|hub|marketplace)\b|^#i18n/, 'The hive client also runs in plain Node.'],
  [/^lib\/hub\//, /^lib\/(browser|runs|hive|marketplace)\b|^#i18n/, 'The hub client also runs in plain Node.'],
  [/^lib\/marketplace\//, /^lib\/(browser|runs|hive|hub)\b/, 'Page recognition gets its data as arguments.'],
  [
    /^lib\/(subject|errors|browser|printable)\.ts/,
    /^lib\/(?!printable)/,
    'Everything imports this file: it must not import from lib itself.',
  ],
])('%s must not import %s, directly or indirectly', (from, forbidden, advice) => {
  const sources = files.filter((file) => from.test(file));
  expect(sources, 'No file matches: update this table.').not.toEqual([]);
  const violations = sources.flatMap((file) =>
    [...reachableFrom(file)]
      .filter(([target]) => forbidden.test(target))
      .map(([to, by]) => `${by} imports ${to}. ${advice}`),
  );
  expect(new Set(violations)).toEqual(new Set());
});

it('only lib/browser.ts imports the extension API', () => {
  const importers = files.filter((file) =>
    imports.get(file)?.some((target) => /^(wxt\/browser|webextension-polyfill)$/.test(target)),
  );
  expect(importers).toEqual(['lib/browser.ts']);
});
