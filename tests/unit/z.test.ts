import { describe, expect, it } from 'vitest';
import * as z from '../../lib/z.ts';

const Item = z.strictObject({
  name: z.string(({ length }) => length < 5),
  kind: z.literal(['a', 'b']),
  size: z.optional(z.number()),
});
const Whole = z.object({ items: z.array(Item, ({ length }) => length < 3), on: z.optional(z.boolean()) });
const item = { name: 'x', kind: 'a' };

describe('a value from outside', () => {
  it.each([
    ['as it should be', { items: [item, { ...item, size: 1 }], on: true }],
    ['with what may be left out said to be nothing', { items: [{ ...item, size: undefined }] }],
  ])('is taken %s', (_how, value) => {
    expect(z.parse(Whole, value)).toStrictEqual(value);
  });

  it('is taken without what others have added, as a copy', () => {
    const value = { items: [], more: 1 };
    const read = z.parse(Whole, value);
    expect(read).toStrictEqual({ items: [] });
    expect(read.items).not.toBe(value.items);
  });

  it.each([
    [{ items: [{ ...item, name: 7 }] }, ['items', 0, 'name']],
    [{ items: [item, { ...item, name: 'too long' }] }, ['items', 1, 'name']],
    [{ items: [{ ...item, kind: 'c' }] }, ['items', 0, 'kind']],
    [{ items: [{ ...item, size: Number.NaN }] }, ['items', 0, 'size']],
    [{ items: [{ ...item, size: null }] }, ['items', 0, 'size']],
    [{ items: [{ kind: 'a' }] }, ['items', 0, 'name']],
    [{ items: [{ ...item, more: 1 }] }, ['items', 0]],
    [{ items: [item, item, item] }, ['items']],
    [{ items: { 0: item } }, ['items']],
    [{ items: [], on: 'yes' }, ['on']],
    [{}, ['items']],
    [[], []],
    [null, []],
    ['text', []],
    [undefined, []],
  ])('is refused where %j is wrong, and says where', (value, path) => {
    const { success, error } = z.safeParse(Whole, value);
    expect([success, error?.issues[0]?.path]).toEqual([false, path]);
    expect(() => z.parse(Whole, value)).toThrow();
  });

  it('that names its own prototype gives none to what is read', () => {
    const value = JSON.parse('{"items":[],"__proto__":{"on":true}}');
    expect(z.parse(Whole, value)).toStrictEqual({ items: [] });
    expect(z.parse(Whole, value).on).toBeUndefined();
  });
});
