import * as z from 'zod/mini';
import { isFilePath, isPrintable } from './printable.ts';

const isBetween = (min: number, max: number) => z.refine<number>((value) => value >= min && value <= max);
const hasLength = (min: number, max: number) =>
  z.refine<{ length: number }>(({ length }) => length >= min && length <= max);

/** A text of `min` to `max` UTF-16 units. */
export const Text = (max: number, min = 0) => z.string().check(hasLength(min, max));

/** An id, name or path: a text without control, bidirectional and invisible characters. */
export const Printable = (max: number, min = 0) => Text(max, min).check(z.refine(isPrintable));

/** A path in a repository, as `isFilePath` has it. */
export const FilePath = z.string().check(z.refine(isFilePath));

/** A safe integer from `min` to `max`. */
export const Whole = (min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.number().check(z.refine(Number.isSafeInteger), isBetween(min, max));

/** A finite number from 0 to `max`. */
export const Amount = (max = Number.MAX_VALUE) => z.number().check(isBetween(0, max));

/** From `min` to `max` items. */
export const List = <T extends z.ZodMiniType>(item: T, max: number, min = 0) =>
  z.array(item).check(hasLength(min, max));

type Fields<S> = { [K in keyof S]?: z.infer<S[K]> };

/** Reads each field of `value` on its own: the valid ones, without those that are missing or invalid. Never throws. */
export function fieldsOf<S extends Record<string, z.ZodMiniType>>(shape: S, value: unknown): Fields<S> {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const fields: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    // A failed parse is slow, and listings have thousands of records without some of the fields.
    const data = record[key] === undefined ? undefined : z.safeParse(schema, record[key]).data;
    if (data !== undefined) fields[key] = data;
  }
  return fields as Fields<S>;
}
