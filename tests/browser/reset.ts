import type { Launched } from './launch.ts';

/** The granted permissions, which `reset` cannot restore. */
export const permissionsOf = async ({ serviceWorker }: Launched): Promise<string> =>
  JSON.stringify(await (await serviceWorker()).evaluate(() => chrome.permissions.getAll()));

/**
 * Puts a browser into the state of a new profile with the extension just installed: one blank page, no stored data, no state in the
 * service worker. Returns false and changes nothing if the granted permissions are not `permissions`.
 */
export async function reset(launched: Launched, permissions: string): Promise<boolean> {
  const { context, console, terminateServiceWorker, serviceWorker } = launched;
  if ((await permissionsOf(launched)) !== permissions) return false;
  const page = await context.newPage();
  const others = context.pages().filter((other) => other !== page);
  await Promise.all([...others.map((other) => other.close()), launched.closePopups()]);
  const session = await context.newCDPSession(page);
  await Promise.all([
    context.clearCookies(),
    context.clearPermissions(),
    session.send('Network.clearBrowserCache'),
    session.send('Storage.clearDataForOrigin', { origin: 'https://marketplace.rbee.dev', storageTypes: 'all' }),
  ]);
  await session.detach();
  // The service worker may still store what it has in memory, so this is repeated until nothing is found.
  do {
    await (await serviceWorker()).evaluate(clear);
    await terminateServiceWorker();
  } while (await (await serviceWorker()).evaluate(clear));
  console.clear();
  return true;
}

/** Runs in the service worker. Returns whether it has deleted stored data. */
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
