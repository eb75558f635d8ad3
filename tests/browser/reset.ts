import type { Page } from '@playwright/test';
import type { Launched } from './launch.ts';

/** The granted permissions, which `reset` cannot restore. `page` is a page of the extension. */
export const permissionsOf = async (page: Page): Promise<string> =>
  JSON.stringify(await page.evaluate(() => chrome.permissions.getAll()));

/**
 * Puts a browser into the state of a new profile with the extension just installed: no pages, no stored data, no state in the
 * service worker. Returns false and changes nothing if the granted permissions are not `permissions`.
 */
export async function reset(launched: Launched, permissions: string): Promise<boolean> {
  const { context, console, terminateServiceWorker, openExtensionPage, serviceWorker } = launched;
  const page = await openExtensionPage('manifest.json');
  if ((await permissionsOf(page)) !== permissions) return false;
  const others = context.pages().filter((other) => other !== page);
  await Promise.all([...others.map((other) => other.close()), launched.closePopups()]);
  const session = await context.newCDPSession(page);
  await Promise.all([
    context.clearCookies(),
    context.clearPermissions(),
    session.send('Network.clearBrowserCache'),
    session.send('Storage.clearDataForOrigin', { origin: 'https://marketplace.rbee.dev', storageTypes: 'all' }),
  ]);
  // The service worker may still store what it has in memory, so this is repeated until nothing is found.
  do {
    await page.evaluate(clear);
    await terminateServiceWorker();
  } while (await page.evaluate(clear));
  await serviceWorker();
  await page.goto('about:blank');
  console.clear();
  return true;
}

/** Runs in a page of the extension. Returns whether it has deleted stored data. */
async function clear(): Promise<boolean> {
  const { local, session } = chrome.storage;
  const [stored, kept, notifications] = await Promise.all([local.get(), session.get(), chrome.notifications.getAll()]);
  await Promise.all([
    local.clear(),
    session.clear(),
    chrome.alarms.clearAll(),
    chrome.action.setBadgeText({ text: '' }),
    chrome.action.setTitle({ title: chrome.runtime.getManifest().action?.default_title ?? '' }),
    ...Object.keys(notifications).map((id) => chrome.notifications.clear(id)),
  ]);
  return Object.keys(stored).length + Object.keys(kept).length > 0;
}
