import { describe, expect, it } from 'vitest';
import { diskBytes } from '../../../lib/hub/disk.ts';
import { hiveModelId, readFiles } from '../../../lib/hub/files.ts';
import { bytes, listings } from './listings.ts';

describe('the models in a repository, best first', () => {
  it.each(listings)('$name', ({ files, gguf, models }) => {
    const entries = readFiles(files, gguf);
    expect(entries.map(({ label, path, refused }) => `${refused ? '!' : ''}${label ?? path}`).join(' ')).toBe(models);
  });

  it('is the same whatever order the hub lists the files in', () => {
    for (const { files, gguf } of listings) {
      expect(readFiles(files.toReversed(), gguf)).toEqual(readFiles(files, gguf));
    }
  });

  it('has a path that was listed for every model, so the hive is never sent a made-up one', () => {
    for (const { files, gguf } of listings) {
      for (const { path } of readFiles(files, gguf)) expect(files.map((file) => file.path)).toContain(path);
    }
  });
});

describe('a model in several files', () => {
  it('is one entry with the size of all, refused because a hive fetches one file', () => {
    const files = [
      { path: 'q-q8_0-00002-of-00003.gguf', sizeBytes: 4 },
      { path: 'q-q8_0-00001-of-00003.gguf', sizeBytes: 5 },
      { path: 'q-q8_0-00003-of-00003.gguf', sizeBytes: 1 },
    ];
    expect(readFiles(files)).toMatchObject([{ path: 'q-q8_0-00001-of-00003.gguf', sizeBytes: 10, refused: 'split' }]);
  });

  it('has no size where that of one part is unknown', () => {
    const [entry] = readFiles([
      { path: 'q-q8_0-00001-of-00002.gguf', sizeBytes: 5 },
      { path: 'q-q8_0-00002-of-00002.gguf' },
    ]);
    expect(entry).not.toHaveProperty('sizeBytes');
  });

  it('is refused while parts are still missing', () => {
    expect(readFiles([{ path: 'q-q8_0-00001-of-00002.gguf', sizeBytes: 5 }])).toMatchObject([{ refused: 'split' }]);
  });

  it('is no split when it is a single part', () => {
    const [entry] = readFiles([{ path: 'q-q8_0-00001-of-00001.gguf', sizeBytes: 5 }]);
    expect(entry).not.toHaveProperty('refused');
  });

  it('does not mix with one of the same name in another folder', () => {
    const files = ['a', 'b'].flatMap((folder) =>
      [1, 2].map((part) => ({ path: `${folder}/q-q8_0-0000${part}-of-00002.gguf`, sizeBytes: 5 })),
    );
    expect(readFiles(files)).toHaveLength(2);
  });
});

describe('how many weights a file has', () => {
  it('is what the hub says where that matches the size', () => {
    const [entry] = readFiles([{ path: 'x-Q4_K_M.gguf', sizeBytes: bytes(8.03, 'Q4_K_M') }], { total: 8_030_261_312 });
    expect(entry).toMatchObject({ parameters: 8_030_261_312 });
  });

  it('is estimated from the size where the hub counted another file', () => {
    const [entry] = readFiles([{ path: 'x-Q4_K_M.gguf', sizeBytes: bytes(8.03, 'Q4_K_M') }], { total: 494_000_000 });
    expect(entry?.parameters).toBeGreaterThan(7.5e9);
    expect(entry?.parameters).toBeLessThan(8.7e9);
  });

  it('tells the bits of a file without a label', () => {
    expect(readFiles([{ path: 'x.gguf', sizeBytes: bytes(2.6, 'F32') }], { total: 2.6e9 })).toMatchObject([
      { bits: 32 },
    ]);
    expect(readFiles([{ path: 'x.gguf', sizeBytes: bytes(2.6, 'Q4_K_M') }], { total: 2.6e9 })).toMatchObject([
      { bits: 4 },
    ]);
    expect(readFiles([{ path: 'x.gguf', sizeBytes: 5 }], { total: 2.6e9 })[0]).not.toHaveProperty('bits');
  });
});

describe('what goes to the hive', () => {
  it('always names the file', () => {
    expect(hiveModelId('org/name', 'dir/x-Q4_K_M.gguf')).toBe('org/name:dir/x-Q4_K_M.gguf');
  });

  it('needs room for two copies', () => {
    expect(diskBytes(807_694_464)).toBe(1_615_388_928);
  });
});
