import { describe, expect, it } from 'vitest';
import { browsers, type Files, filesOf } from './output.ts';
import { type PartName, parts, sizesOf } from './sizes.ts';

describe.each(browsers)('the bundles of the %s package', (browser) => {
  // The content script exceeds its limit; `npm run bench` shows by how much.
  it.each((Object.keys(parts) as PartName[]).filter((part) => part !== 'content script'))(
    'the size of the %s is within its limit',
    (part) => {
      const sizes = sizesOf(browser, part);
      expect(sizes).not.toEqual([]);
      const total = sizes.reduce((sum, [, size]) => sum + size, 0);
      expect(total, `Too large. Files: ${JSON.stringify(sizes)}`).toBeLessThanOrEqual(parts[part].limitKb * 1000);
    },
  );

  it('contain neither eval nor remote code', () => {
    const forbidden = /\beval\(|\bFunction\(|\bimportScripts\(|\bimport\(\s*[^'"`.]|(?:src|href)="https?:/g;
    expect(findings(filesOf(browser), forbidden)).toEqual([]);
  });

  it('contain only the expected packages, with their licences', () => {
    const notices = String(filesOf(browser).get('THIRD-PARTY-NOTICES.txt'));
    const sections = notices.split(/^-{80}$/m).map((section) => section.trim().split('\n\n'));
    const named = sections.map(([title = '']) => title.split(' ')[0]);
    // An exact list: each further package is code that users download and have to trust.
    expect(named).toEqual([
      '@wxt-dev/browser',
      '@wxt-dev/i18n',
      '@wxt-dev/webextension-polyfill',
      'eventsource-parser',
      'preact',
      'webextension-polyfill',
      'wxt',
      'zod',
    ]);
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
