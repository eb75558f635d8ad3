import { browser } from '../browser.ts';

/** Where settings are in `storage.local`. */
export const settingsKey = 'settings';

/** Calls back with what `read` makes of the stored settings, until the signal aborts: once now, then after each change of them. */
export async function watchStored<T>(
  read: () => Promise<T>,
  listener: (value: T) => void,
  signal: AbortSignal,
): Promise<void> {
  const tell = async () => {
    const value = await read();
    if (!signal.aborted) listener(value);
  };
  const onChanged = (changes: object) => {
    if (settingsKey in changes) void tell();
  };
  browser.storage.local.onChanged.addListener(onChanged);
  signal.addEventListener('abort', () => browser.storage.local.onChanged.removeListener(onChanged), { once: true });
  await tell();
}
