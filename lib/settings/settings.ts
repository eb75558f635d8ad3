import * as z from 'zod/mini';
import { browser } from '../browser.ts';
import { backends } from '../hive/types.ts';
import { fieldsOf, List, Text, Whole } from '../schemas.ts';
import { settingsKey, watchStored } from './watch-stored.ts';

export const maxHives = 20;

/** What a person may decide. */
export const settingsShape = {
  schema: z.literal(1),
  /** Hives the person named, in order. Empty: look on this machine. */
  hives: List(z.strictObject({ url: Text(300, 1), name: Text(60) }), maxHives),
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

/** Settings out of whatever was stored. Each field that does not parse takes its default; nothing throws. */
export function readSettings(stored: unknown): Settings {
  return { ...defaultSettings, ...fieldsOf(settingsShape, stored) };
}

/** The hive that a person chose for every click, if it is still one of several. */
export const firstChoice = ({ hives, defaultHive }: Settings): string | undefined =>
  hives.length > 1 && hives.some(({ url }) => url === defaultHive) ? defaultHive : undefined;

export async function getSettings(): Promise<Settings> {
  const stored = await browser.storage.local.get(settingsKey);
  return readSettings(stored[settingsKey]);
}

/** Changes the named settings and keeps the others. Throws a zod error where a value is not allowed; nothing is stored then. */
export async function setSettings(changes: Partial<Settings>): Promise<Settings> {
  const settings = z.parse(Settings, { ...(await getSettings()), ...changes });
  await browser.storage.local.set({ [settingsKey]: settings });
  return settings;
}

/** Calls back with the settings, until the signal aborts: once when they were read, then after each change. */
export const watchSettings = (listener: (settings: Settings) => void, signal: AbortSignal): Promise<void> =>
  watchStored(getSettings, listener, signal);
