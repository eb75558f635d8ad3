import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const output = join(root, '.output');

export const browsers = ['chrome', 'edge', 'firefox'] as const;
export type BrowserName = (typeof browsers)[number];
export type Files = Map<string, Buffer>;

/** Every file of a build, by its path in the package. */
export function filesOf(browser: BrowserName): Files {
  const folder = join(output, `${browser}-mv3`);
  if (!statSync(join(folder, 'manifest.json'), { throwIfNoEntry: false })) {
    throw new Error(`There is no build for ${browser}. Run \`npm run zip\` first.`);
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)];
    }),
  );
}

export function manifestOf(browser: BrowserName): Record<string, unknown> {
  return JSON.parse(String(filesOf(browser).get('manifest.json')));
}

export function zipNamed(kind: BrowserName | 'sources'): string {
  const names = readdirSync(output).filter((name) => name.endsWith(`-${kind}.zip`));
  const [name] = names;
  if (!name || names.length > 1)
    throw new Error(`Expected one ${kind} archive, found ${names.length}. Run \`npm run zip\`.`);
  return join(output, name);
}

/** The named files and all scripts and styles that they load, directly or indirectly. */
export function loadedBy(files: Files, names: string[], seen = new Set<string>()): string[] {
  for (const name of names) {
    const content = files.get(name);
    if (!content || seen.has(name)) continue;
    seen.add(name);
    const links = String(content).matchAll(/(?:src|href|from|import)\s*[=(]?\s*["'`]([./][^"'`]+\.(?:js|css))["'`]/g);
    const next = [...links].map(([, link = '']) =>
      posix.join('/', link.startsWith('/') ? '' : posix.dirname(name), link).slice(1),
    );
    loadedBy(files, next, seen);
  }
  return [...seen];
}
