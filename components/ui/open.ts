import { browser } from '../../lib/browser.ts';

export const openOptions = (): void => void browser.runtime.openOptionsPage();

/** The popup's page in a tab, where it stays open beside other work. */
export async function openInTab(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('/popup.html') });
  window.close();
}
