import { browser } from '../browser.ts';

type Restrictable = { setAccessLevel?(options: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void> };

/**
 * Denies content scripts all access to stored data. The browser persists this, and they cannot undo it. Chromium only: Firefox 153 has no
 * `setAccessLevel` for `storage.local`, and its `storage.session` does not exist in content scripts (measured 2026-11-29).
 */
export async function restrictStorage(): Promise<void> {
  const areas: Restrictable[] = [browser.storage.local, browser.storage.session];
  await Promise.all(areas.map((area) => area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })));
}
