import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { browsers, filesOf, zipNamed } from './output.ts';
import { zipEntries } from './zip-entries.ts';

describe('what is uploaded to the stores', () => {
  it.each(browsers)('%s: the archive holds the tested build, byte for byte, and nothing else', (browser) => {
    const built = [...filesOf(browser)].map(([name, content]): [string, number] => [name, crc32(content)]);
    expect(Object.fromEntries(zipEntries(zipNamed(browser)))).toEqual(Object.fromEntries(built));
  });

  it('the sources that Firefox’s reviewers rebuild it from are complete and hold no output and no secrets', () => {
    const names = [...zipEntries(zipNamed('sources')).keys()];
    expect(names).toEqual(
      expect.arrayContaining(['package.json', 'package-lock.json', 'tsconfig.json', 'wxt.config.ts', 'README.md']),
    );
    expect(names.filter((name) => /(^|\/)(node_modules|\.output|\.wxt|\.git|\.env)(\/|$)/.test(name))).toEqual([]);
  });
});
