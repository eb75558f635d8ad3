// The only file that imports the extension API. Differences between browsers belong here.
import { browser } from 'wxt/browser';

export { browser };

/** Closes the toolbar popup when another tab becomes active. Firefox leaves it open above a page that was opened from it. */
export function closeOnTabChange(): void {
  browser.tabs.onActivated.addListener(() => window.close());
}
