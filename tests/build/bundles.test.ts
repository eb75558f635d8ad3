import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { browsers, type Files, filesOf, loadedBy } from './output.ts';

/**
 * Only meant to catch accidents such as an unintended dependency. The goal for the content script is 16 kB; the click guard, the file list and the
 * placement on cards, each about 2 kB, take it above that.
 */
describe.each(browsers)('the bundles of the %s package', (browser) => {
  it.each([
    ['content script', 21, (files: Files) => [...files.keys()].filter((name) => /^content-scripts\/m/.test(name))],
    ['MAIN-world script', 2, (files: Files) => [...files.keys()].filter((name) => /page-world/.test(name))],
    ['service worker', 48, (files: Files) => loadedBy(files, ['background.js'])],
    ['popup with its styles', 48, (files: Files) => loadedBy(files, ['popup.html'])],
    ['options with its styles', 56, (files: Files) => loadedBy(files, ['options.html'])],
  ])('%s: at most %i kB gzipped', (_, limit, pick) => {
    const files = filesOf(browser);
    const names = pick(files);
    expect(names).not.toEqual([]);
    const sizes = names.map((name) => [name, gzipSync(files.get(name) ?? '', { level: 9 }).length] as const);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    expect(total, `Too large. What is in it: ${JSON.stringify(sizes)}`).toBeLessThanOrEqual(limit * 1000);
  });

  it('contain no eval, no remote code', () => {
    const forbidden = /\beval\(|\bFunction\(|\bimportScripts\(|\bimport\(\s*[^'"`.]|(?:src|href)="https?:/g;
    expect(findings(filesOf(browser), forbidden)).toEqual([]);
  });

  it('come with the licences of all bundled packages', () => {
    const notices = String(filesOf(browser).get('THIRD-PARTY-NOTICES.txt'));
    const sections = notices.split(/^-{80}$/m).map((section) => section.trim().split('\n\n'));
    const named = sections.map(([title = '']) => title.split(' ')[0]);
    const runtime = ['@huggingface/tasks', 'eventsource-parser', 'preact', 'webextension-polyfill', 'wxt', 'zod'];
    expect(named).toEqual(expect.arrayContaining(runtime));
    for (const [title, ...terms] of sections) {
      expect(title).toMatch(/^\S+ [\d.]+ \((MIT|MPL-2\.0)\)\n.*\/\//);
      expect(terms.join(), title).toMatch(/Copyright|Mozilla Public License/);
    }
  });

  it('contain nothing that is only for development or tests', () => {
    expect(findings(filesOf(browser), /localhost:7823|playwright|vitest|__coverage__|ws:\/\/|preact\/debug/gi)).toEqual(
      [],
    );
  });
});

function findings(files: Files, pattern: RegExp): string[] {
  return [...files]
    .filter(([name]) => /\.(js|html)$/.test(name))
    .flatMap(([name, content]) =>
      [...String(content).matchAll(pattern)].map(
        ({ index }) => `${name}: …${String(content).slice(index - 40, index + 60)}…`,
      ),
    );
}
