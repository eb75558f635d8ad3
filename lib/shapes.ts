import * as z from './z.ts';

/** A text of `min` to `max` UTF-16 units. */
export const Text = (max: number, min = 0) => z.string(({ length }) => length >= min && length <= max);

/** An integer that can be told from its neighbours. */
export const Whole = (min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.number((value) => Number.isSafeInteger(value) && value >= min && value <= max);

/** A number from 0 to `max`. */
export const Amount = (max = Number.MAX_VALUE) => z.number((value) => value >= 0 && value <= max);

/** At most `max` items. */
export const List = <T extends z.Schema>(item: T, max: number) => z.array(item, ({ length }) => length <= max);

type Fields<S> = { [K in keyof S]?: z.infer<S[K]> };

/** The fields that are as `shape` says. One that is not costs only itself, and nothing throws. */
export function fieldsOf<S extends Record<string, z.Schema>>(shape: S, value: unknown): Fields<S> {
  const record: Record<string, unknown> = typeof value === 'object' ? { ...value } : {};
  return Object.fromEntries(
    Object.entries(shape).flatMap(([key, schema]) => {
      const { data } = z.safeParse(schema, record[key]);
      return data === undefined ? [] : [[key, data]];
    }),
  ) as Fields<S>;
}
