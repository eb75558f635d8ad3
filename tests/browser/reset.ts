import type { Launched } from './launch.ts';

/** What the user has allowed, which decides whether a browser is as new. */
export async function permissionsOf({ openExtensionPage }: Pick<Launched, 'openExtensionPage'>): Promise<string> {
  const page = await openExtensionPage('manifest.json');
  const permissions = await page.evaluate(() => chrome.permissions.getAll());
  await page.close();
  return JSON.stringify(permissions);
}

/**
 * Puts a browser into the state of a new profile with the extension just installed: no pages, no stored data, no memory of the service
 * worker. What the user has allowed stays.
 */
export async function reset(launched: Launched): Promise<void> {
  const { context, console, killServiceWorker, openExtensionPage, serviceWorker } = launched;
  const page = await openExtensionPage('manifest.json');
  const others = context.pages().filter((other) => other !== page);
  await Promise.all([...others.map((other) => other.close()), launched.closePopups()]);
  const session = await context.newCDPSession(page);
  await Promise.all([
    context.clearCookies(),
    context.clearPermissions(),
    session.send('Network.clearBrowserCache'),
    session.send('Storage.clearDataForOrigin', { origin: 'https://marketplace.rbee.dev', storageTypes: 'all' }),
  ]);
  await killServiceWorker();
  // Clearing wakes the service worker, which may still have read something old.
  while (await page.evaluate(clear)) await killServiceWorker();
  await serviceWorker();
  await page.goto('about:blank');
  console.clear();
}

/** Runs in a page of the extension. Returns whether there was anything. */
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
