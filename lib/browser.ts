// The only file that imports the extension API. Differences between browsers belong here.
import { browser } from 'wxt/browser';

export { browser };

/** Closes the toolbar popup after it has opened a page. Firefox leaves it open above that page. Does nothing in a tab. */
export function closePopup(): void {
  if (browser.extension.getViews({ type: 'popup' }).includes(window)) window.close();
}
