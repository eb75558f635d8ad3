/** Sizes of the bundles, gzipped, against the limits of the design. Needs the builds: `npm run build`. */
import { gzipSync } from 'node:zlib';
import { browsers, type Files, filesOf, loadedBy } from '../build/output.ts';
import { judge } from './bench.ts';

const parts: readonly (readonly [name: string, limit: number, pick: (files: Files) => string[]])[] = [
  ['content scripts', 16, (files) => [...files.keys()].filter((name) => name.startsWith('content-scripts/'))],
  ['service worker', 48, (files) => loadedBy(files, ['background.js'])],
  ['popup with its styles', 48, (files) => loadedBy(files, ['popup.html'])],
  ['options with its styles', 56, (files) => loadedBy(files, ['options.html'])],
];

for (const browser of browsers) {
  const files = filesOf(browser);
  for (const [name, limit, pick] of parts) {
    const bytes = pick(files).reduce((sum, path) => sum + gzipSync(files.get(path) ?? '', { level: 9 }).length, 0);
    judge(`${browser}, ${name}: kB gzipped`, bytes / 1000, limit);
  }
}
