import { browser } from '../browser.ts';

/** Key of the settings in `storage.local`. */
export const settingsKey = 'settings';

/**
 * Calls back with the result of `read`, now and after each change of the stored settings, until the signal aborts. Rejects if the first
 * `read` does; if a later one does, the listener keeps what it was called with last.
 */
export async function watchStored<T>(
  read: () => Promise<T>,
  listener: (value: T) => void,
  signal: AbortSignal,
): Promise<void> {
  const notify = async () => {
    const value = await read();
    if (!signal.aborted) listener(value);
  };
  const onChanged = (changes: object) => {
    if (settingsKey in changes) notify().catch(() => {});
  };
  browser.storage.local.onChanged.addListener(onChanged);
  signal.addEventListener('abort', () => browser.storage.local.onChanged.removeListener(onChanged), { once: true });
  await notify();
}
