import * as z from 'zod/mini';
import { browser } from '../browser.ts';
import { isHiveAddress } from '../hive/address.ts';
import { backends } from '../hive/types.ts';
import { fieldsOf, List, Text, Whole } from '../schemas.ts';
import { settingsKey, watchStored } from './watch-stored.ts';

export const maxHives = 20;

/** An address becomes requests and match patterns of permissions, so one that was not typed by the user is checked again. */
const HiveUrl = Text(300, 1).check(z.refine(isHiveAddress));

/** What the user may decide. */
export const settingsShape = {
  schema: z.literal(1),
  /** The hives that the user has added, in order. Empty: `localHives`. */
  hives: List(z.strictObject({ url: HiveUrl, name: Text(60) }), maxHives),
  /** Base URL of the hive a click goes to; absent: of several hives the one that the model fits best. */
  defaultHive: z.optional(Text(300)),
  /** Downloads at the same time on one hive. */
  downloadsAtOnce: Whole(1, 4),
  /** `auto`: from the hive's devices. */
  backend: z.literal(['auto', ...backends]),
  /** Notifications when a run has finished. */
  notifyFinished: z.boolean(),
  /** Notifications when a run has failed or needs the user. */
  notifyFailed: z.boolean(),
  keepAwake: z.boolean(),
};
export const Settings = z.strictObject(settingsShape);
export type Settings = z.infer<typeof Settings>;

export const defaultSettings: Settings = {
  schema: 1,
  hives: [],
  downloadsAtOnce: 1,
  backend: 'auto',
  notifyFinished: true,
  notifyFailed: true,
  keepAwake: false,
};

/** Reads stored settings. Each field that is invalid gets its default. Never throws. */
export function readSettings(stored: unknown): Settings {
  return { ...defaultSettings, ...fieldsOf(settingsShape, stored) };
}

/** The default hive, if there are several and it is still one of them. */
export const effectiveDefaultHive = ({ hives, defaultHive }: Settings): string | undefined =>
  hives.length > 1 && hives.some(({ url }) => url === defaultHive) ? defaultHive : undefined;

/** Reads the stored settings. */
export async function getSettings(): Promise<Settings> {
  const stored = await browser.storage.local.get(settingsKey);
  return readSettings(stored[settingsKey]);
}

/** Changes some settings. Throws a zod error if a value is invalid; then nothing is stored. */
export async function setSettings(changes: Partial<Settings>): Promise<Settings> {
  const settings = z.parse(Settings, { ...(await getSettings()), ...changes });
  await browser.storage.local.set({ [settingsKey]: settings });
  return settings;
}

/** Calls back with the settings when they were read and after each change, until the signal aborts. */
export const watchSettings = (listener: (settings: Settings) => void, signal: AbortSignal): Promise<void> =>
  watchStored(getSettings, listener, signal);
