type Kind = 'string' | 'u32';
/** Fields of an operation in the hive's order: the first missing one is reported. */
export type Fields = Readonly<Record<string, Kind | { kind: Kind; optional: true }>>;

export type Parsed = { name: string; args: Record<string, unknown> } | { error: string };

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'sequence';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
}

function mismatch(value: unknown, kind: Kind): string | undefined {
  if (kind === 'string')
    return typeof value === 'string' ? undefined : `invalid type: ${describe(value)}, expected a string`;
  if (!Number.isInteger(value)) return `invalid type: ${describe(value)}, expected u32`;
  const inRange = (value as number) >= 0 && (value as number) <= 0xffff_ffff;
  return inRange ? undefined : `invalid value: ${describe(value)}, expected u32`;
}

/** The operation in a payload, or the error text of the hive's JSON library. */
export function parseOperation(payload: unknown, operations: Readonly<Record<string, { fields: Fields }>>): Parsed {
  if (typeof payload !== 'object' || payload === null) {
    return { error: `invalid type: ${describe(payload)}, expected internally tagged enum Operation` };
  }
  // The library reads an array as the tag and its content.
  if (Array.isArray(payload)) return { error: `invalid type: ${describe(payload[0])}, expected variant identifier` };
  const record = payload as Record<string, unknown>;
  const name = record.operation;
  if (name === undefined) return { error: 'missing field `operation`' };
  if (typeof name !== 'string') return { error: `invalid type: ${describe(name)}, expected variant identifier` };
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) {
    const known = Object.keys(operations).map((known) => `\`${known}\``);
    return { error: `unknown variant \`${name}\`, expected one of ${known.join(', ')}` };
  }
  // Wrong types are reported first, in the order of the sorted keys; missing fields come after.
  for (const key of Object.keys(record).sort()) {
    const field = operation.fields[key];
    const error = field && mismatch(record[key], typeof field === 'string' ? field : field.kind);
    if (error) return { error };
  }
  const missing = Object.keys(operation.fields).find(
    (key) => typeof operation.fields[key] === 'string' && !(key in record),
  );
  return missing ? { error: `missing field \`${missing}\`` } : { name, args: record };
}
