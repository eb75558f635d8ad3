import { browser } from '../browser.ts';
import type { Facts } from './diagnostics.ts';

/** What the browser says of itself and of this extension. `hives` is the service worker's to tell. */
export async function collectFacts(): Promise<Omit<Facts, 'hives'>> {
  const { local } = browser.storage;
  const [platform, permissions, stored, bytes] = await Promise.all([
    browser.runtime.getPlatformInfo(),
    browser.permissions.getAll(),
    local.get(null),
    local.getBytesInUse(null),
  ]);
  return {
    now: Date.now(),
    version: browser.runtime.getManifest().version,
    browser: {
      userAgent: navigator.userAgent,
      language: navigator.language,
      os: platform.os,
      arch: platform.arch,
    },
    permissions: { permissions: permissions.permissions ?? [], origins: permissions.origins ?? [] },
    stored,
    bytes,
  };
}
