import { browser } from '../browser.ts';
import { settingsKey, watchStored } from './watch-stored.ts';

/** Names by address. */
export type HiveNames = Readonly<Record<string, string>>;

/** The names that a person gave to hives. Without the schema, for which the popup has no room: each is shown as text. */
export async function readHiveNames(): Promise<HiveNames> {
  const { [settingsKey]: settings } = await browser.storage.local.get(settingsKey);
  const { hives: list } = (settings ?? {}) as { hives?: unknown };
  const hives: unknown[] = Array.isArray(list) ? list : [];
  const named = hives.flatMap((hive) => {
    const { url, name } = (hive ?? {}) as { url?: unknown; name?: unknown };
    return typeof url === 'string' && typeof name === 'string' ? [[url, name.slice(0, 60)]] : [];
  });
  return Object.fromEntries(named);
}

/** Calls back with them, until the signal aborts: once when they were read, then after each change. */
export const watchHiveNames = (listener: (names: HiveNames) => void, signal: AbortSignal): Promise<void> =>
  watchStored(readHiveNames, listener, signal);
