import * as core from 'zod/v4/core';

/**
 * The few kinds of schema that this project is written in, named and typed as in `zod/mini` and made on zod's core. `zod/mini`'s own
 * ask at every turn for what is never so here (checks that wait, defaults, unions, values read backwards), for 2.4 kB gzip
 * of service worker more (zod 4.6.7, measured 2026-11-25).
 */
export type Schema<T = unknown> = core.$ZodType<T>;
export type { $ZodIssue as Issue, output as infer } from 'zod/v4/core';
export { parse, safeParse } from 'zod/v4/core';

type Shape = core.$ZodLooseShape;
type Payload = core.ParsePayload;
type Holds<T> = (value: T) => boolean;
/** Reads a part of the value; what is wrong with it goes to the issues of the whole. */
type Part = (schema: core.SomeType, value: unknown, ...path: PropertyKey[]) => unknown;
type Read = (payload: Payload, part: Part) => void;

const base: typeof core.$ZodType = core.$ZodType;
const Kind: core.$constructor<core.$ZodType, core.$ZodTypeDef & { read: Read }> = core.$constructor(
  'Kind',
  (schema, def) => {
    base.init(schema, def);
    schema._zod.parse = (payload, context) => {
      def.read(payload, ({ _zod }, value, ...path) => {
        const inner = _zod.run({ value, issues: [] }, context) as Payload;
        for (const issue of inner.issues) payload.issues.push({ ...issue, path: [...path, ...(issue.path ?? [])] });
        return inner.value;
      });
      return payload;
    };
  },
);
const kind = (read: Read): never => new Kind({ type: 'custom', read }) as never;

const refuse = ({ value, issues }: Payload): void => void issues.push({ code: 'custom', input: value });

/** What all of these hold for; each is asked only where those before it hold. */
export const where = <T>(...predicates: Holds<never>[]): Schema<T> =>
  kind((payload) => {
    if (!predicates.every((holds) => holds(payload.value as never))) refuse(payload);
  });

export const unknown = () => where<unknown>();
export const boolean = () => where<boolean>((value: unknown) => typeof value === 'boolean');
export const string = (...more: Holds<string>[]) =>
  where<string>((value: unknown) => typeof value === 'string', ...more);
export const number = (...more: Holds<number>[]) => where<number>(Number.isFinite, ...more);

export function literal<const T extends readonly core.util.Literal[]>(values: T): Schema<T[number]>;
export function literal<const T extends core.util.Literal>(value: T): Schema<T>;
export function literal(values: core.util.Literal | readonly core.util.Literal[]): Schema {
  return where((value: core.util.Literal) => [values].flat().includes(value));
}

/** A field that may be left out. */
export const optional = <T extends core.SomeType>(inner: T): core.$ZodOptional<T> =>
  kind((payload, part) => {
    if (payload.value !== undefined) payload.value = part(inner, payload.value);
  });

export const array = <T extends core.SomeType>(item: T, ...more: Holds<core.output<T>[]>[]): core.$ZodArray<T> =>
  kind((payload, part) => {
    const { value } = payload;
    if (!Array.isArray(value) || !more.every((holds) => holds(value))) return refuse(payload);
    payload.value = value.map((each, index) => part(item, each, index));
  });

function fields(shape: Shape, isStrict: boolean): never {
  return kind((payload, part) => {
    const { value, issues } = payload;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(payload);
    const record: Record<string, unknown> = { ...value };
    const read: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(shape)) {
      const field = part(schema as core.SomeType, record[key], key);
      if (field !== undefined || key in record) read[key] = field;
      delete record[key];
    }
    const keys = isStrict ? Object.keys(record) : [];
    if (keys.length > 0) issues.push({ code: 'unrecognized_keys', keys, input: value as Record<string, unknown> });
    payload.value = read;
  });
}

/** Fields that are not named are dropped: for what others define. */
export const object = <T extends Shape>(shape: T): core.$ZodObject<core.util.Writeable<T>, core.$strip> =>
  fields(shape, false);

/** Fields that are not named are an error: for what we define. */
export const strictObject = <T extends Shape>(shape: T): core.$ZodObject<core.util.Writeable<T>, core.$strict> =>
  fields(shape, true);
