import type { CheckFn } from 'zod/v4/core';
import * as z from './z.ts';

/**
 * A check by a predicate. zod's own checks of lengths, ranges, patterns and integers are a class each, and with its enums, unions, records
 * and catches 3 kB gzip of the service worker (zod 4.6.7): what is made of `where`, `z.literal` and `fieldsOf` needs none of them.
 */
export const where =
  <T>(holds: (value: T) => boolean): CheckFn<T> =>
  ({ value, issues }) => {
    if (!holds(value)) issues.push({ code: 'custom', input: value });
  };

/** A text of `min` to `max` UTF-16 units. */
export const Text = (max: number, min = 0) => z.string(where(({ length }) => length >= min && length <= max));

/** An integer that can be told from its neighbours. */
export const Whole = (min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.number(where((value) => Number.isSafeInteger(value) && value >= min && value <= max));

/** A number from 0 to `max`. */
export const Amount = (max = Number.MAX_VALUE) => z.number(where((value) => value >= 0 && value <= max));

/** At most `max` items. */
export const List = <T extends z.Schema>(item: T, max: number) =>
  z.array(
    item,
    where(({ length }) => length <= max),
  );

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
