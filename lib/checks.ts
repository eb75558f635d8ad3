/** Whether a value is what it should be, for places where a schema's library would cost more than what it checks. */
export type Check<T> = (value: unknown) => value is T;
export type Checked<C> = C extends Check<infer T> ? T : never;

export const text: Check<string> = (value) => typeof value === 'string';
export const number: Check<number> = (value): value is number => Number.isFinite(value);
/** Ms since the epoch, as far as a date can be told from it (ECMA-262, 21.4.1.1). */
export const moment: Check<number> = (value): value is number => number(value) && Math.abs(value) <= 8.64e15;
export const flag: Check<boolean> = (value) => typeof value === 'boolean';

export const only =
  <const T>(wanted: T): Check<T> =>
  (value): value is T =>
    value === wanted;

export const maybe =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || check(value);

export const listOf =
  <T>(check: Check<T>): Check<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(check);

/** A key of the object's own, so that what it names is there. */
export const keyOf =
  <T extends object>(table: T): Check<keyof T & string> =>
  (value): value is keyof T & string =>
    typeof value === 'string' && Object.hasOwn(table, value);

/** Looks at the named fields only. */
export const shape =
  <F extends Record<string, Check<unknown>>>(fields: F): Check<{ [K in keyof F]: Checked<F[K]> }> =>
  (value): value is { [K in keyof F]: Checked<F[K]> } =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([key, check]) => check(Reflect.get(value, key)));
