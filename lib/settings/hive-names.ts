import { browser } from '../browser.ts';

/** Names by address. */
export type HiveNames = Readonly<Record<string, string>>;

/** The names that a person gave to hives. Without the schema, for which the popup has no room: each is shown as text. */
export async function readHiveNames(): Promise<HiveNames> {
  const { settings } = (await browser.storage.local.get('settings')) as { settings?: { hives?: unknown } };
  const hives = Array.isArray(settings?.hives) ? (settings.hives as unknown[]) : [];
  const named = hives.flatMap((hive) => {
    const { url, name } = (hive ?? {}) as { url?: unknown; name?: unknown };
    return typeof url === 'string' && typeof name === 'string' ? [[url, name.slice(0, 60)]] : [];
  });
  return Object.fromEntries(named);
}

/** Calls back with them, until the signal aborts: once when they were read, then after each change. */
export async function watchHiveNames(listener: (names: HiveNames) => void, signal: AbortSignal): Promise<void> {
  const tell = async () => {
    const names = await readHiveNames();
    if (!signal.aborted) listener(names);
  };
  const onChanged = (changes: object) => {
    if ('settings' in changes) void tell();
  };
  browser.storage.local.onChanged.addListener(onChanged);
  signal.addEventListener('abort', () => browser.storage.local.onChanged.removeListener(onChanged), { once: true });
  await tell();
}
