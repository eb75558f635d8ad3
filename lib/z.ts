import * as core from 'zod/v4/core';

/**
 * The few of zod's schemas that this project is written in, named as in `zod/mini`, straight on zod's core: the classes that
 * `zod/mini` puts around it are 0.75 kB gzip of methods nobody calls here (zod 4.6.7, measured 2026-11-25).
 */
export type Schema<T = unknown> = core.$ZodType<T>;
export type { $ZodIssue as Issue, output as infer } from 'zod/v4/core';

type Check<T> = core.CheckFn<T>;
type Shape = core.$ZodLooseShape;

const checksOf = <T>(checks: Check<T>[]) => ({
  checks: checks.map((check) => ({ _zod: { check, def: { check: 'custom' }, onattach: [] } })) as never[],
});

export const unknown = () => new core.$ZodUnknown({ type: 'unknown' });
export const boolean = () => new core.$ZodBoolean({ type: 'boolean' });
export const string = (...checks: Check<string>[]) => new core.$ZodString({ type: 'string', ...checksOf(checks) });
export const number = (...checks: Check<number>[]) => new core.$ZodNumber({ type: 'number', ...checksOf(checks) });
export const optional = <T extends core.SomeType>(innerType: T) =>
  new core.$ZodOptional({ type: 'optional', innerType: innerType as never }) as unknown as core.$ZodOptional<T>;
export const array = <T extends core.SomeType>(element: T, ...checks: Check<core.output<T>[]>[]) =>
  new core.$ZodArray({
    type: 'array',
    element: element as never,
    ...checksOf(checks),
  }) as unknown as core.$ZodArray<T>;

export function literal<const T extends readonly core.util.Literal[]>(values: T): core.$ZodLiteral<T[number]>;
export function literal<const T extends core.util.Literal>(value: T): core.$ZodLiteral<T>;
export function literal(values: core.util.Literal | readonly core.util.Literal[]) {
  return new core.$ZodLiteral({ type: 'literal', values: [values].flat() });
}

/** Fields that are not named are dropped: for what others define. */
export const object = <T extends Shape>(shape: T) =>
  new core.$ZodObject({ type: 'object', shape }) as core.$ZodObject<core.util.Writeable<T>, core.$strip>;

/** Fields that are not named are an error: for what we define. */
export const strictObject = <T extends Shape>(shape: T) =>
  new core.$ZodObject({ type: 'object', shape, catchall: new core.$ZodNever({ type: 'never' }) }) as core.$ZodObject<
    core.util.Writeable<T>,
    core.$strict
  >;

export { parse, safeParse } from 'zod/v4/core';
