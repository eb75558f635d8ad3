import * as z from 'zod/mini';
import { type AddressProblem, parseHiveAddress } from '../hive/parse-address.ts';
import { Text } from '../schemas.ts';
import { maxHives, type Settings, settingsShape } from './settings.ts';

export const settingsFileName = 'rbee-settings.json';

/** Far more than the longest settings need. */
export const maxSettingsBytes = 65_536;

const format = 'rbee-settings';
const version = 1;

/** Why a file cannot be imported. */
export type FileProblem =
  | { why: 'too-large' | 'not-json' | 'format' | 'later' | 'too-many' }
  /** `field` is missing, unknown or invalid. */
  | { why: 'field'; field: string }
  | { why: 'address'; address: string; problem: AddressProblem }
  | { why: 'twice' | 'no-such-hive'; address: string };

const { schema: _, ...fields } = settingsShape;
const File = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  settings: z.strictObject({
    ...fields,
    // Checked one by one below, to tell which one is wrong.
    hives: z.array(z.strictObject({ url: z.string(), name: Text(60) })),
    defaultHive: z.optional(z.string()),
  }),
});

/** The settings as a readable JSON file. Permissions belong to the browser and are not included. */
export function writeSettingsFile({ schema, ...settings }: Settings): string {
  return `${JSON.stringify({ format, version, settings }, null, 2)}\n`;
}

/** The settings in a file, or what is wrong with it. Addresses may have any form that a user may type. */
export function readSettingsFile(text: string): { settings: Settings } | { problem: FileProblem } {
  if (text.length > maxSettingsBytes) return { problem: { why: 'too-large' } };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: { why: 'not-json' } };
  }
  const head: Record<string, unknown> = typeof json === 'object' ? { ...json } : {};
  if (head.format !== format) return { problem: { why: 'format' } };
  if (typeof head.version === 'number' && head.version > version) return { problem: { why: 'later' } };
  const file = z.safeParse(File, json);
  if (!file.success) return { problem: { why: 'field', field: nameField(file.error.issues[0]) } };
  return readHives(file.data.settings);
}

type Content = z.infer<typeof File>['settings'];

function readHives({ hives: listed, defaultHive: chosen, ...others }: Content): ReturnType<typeof readSettingsFile> {
  if (listed.length > maxHives) return { problem: { why: 'too-many' } };
  const hives: Settings['hives'] = [];
  for (const { url: address, name } of listed) {
    const read = parseHiveAddress(address);
    if ('problem' in read) return { problem: { why: 'address', address: brief(address), problem: read.problem } };
    const { url } = read;
    if (url.length > 300) return { problem: { why: 'address', address: brief(address), problem: 'host' } };
    if (hives.some((hive) => hive.url === url)) return { problem: { why: 'twice', address: brief(address) } };
    hives.push({ url, name: name.trim() });
  }
  if (chosen === undefined) return { settings: { schema: 1, ...others, hives } };
  const read = parseHiveAddress(chosen);
  const defaultHive = 'url' in read ? read.url : '';
  if (!hives.some(({ url }) => url === defaultHive)) {
    return { problem: { why: 'no-such-hive', address: brief(chosen) } };
  }
  return { settings: { schema: 1, ...others, hives, defaultHive } };
}

/** `settings.hives.0.name`. */
function nameField(issue: z.core.$ZodIssue | undefined): string {
  const inside = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return brief([...(issue?.path ?? []), ...inside].join('.'));
}

const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
