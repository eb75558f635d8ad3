import { browser, closePopup } from '../../lib/browser.ts';

export const openOptions = (): void => void browser.runtime.openOptionsPage().then(closePopup); // It may replace an empty tab.

/** Opens the popup's page in a tab, where it stays open. */
export const openInTab = (): void => void browser.tabs.create({ url: browser.runtime.getURL('/popup.html') });
