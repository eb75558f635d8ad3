import { browser } from '../../lib/browser.ts';

/** The popup's page is also shown in tabs, which stay open. */
const isPopup = (): boolean => document.documentElement.dataset.place === 'popup';

/** Opens a page in a new tab. Chromium closes the popup then, Firefox leaves it open above the page. */
export async function openTab(url: string): Promise<void> {
  await browser.tabs.create({ url });
  if (isPopup()) window.close();
}

export async function openOptions(): Promise<void> {
  await browser.runtime.openOptionsPage();
  if (isPopup()) window.close();
}

/** Opens the popup's page in a tab, where it stays open. */
export const openInTab = (): Promise<void> => openTab(browser.runtime.getURL('/popup.html'));
