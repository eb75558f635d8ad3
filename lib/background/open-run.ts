import { browser } from '../browser.ts';

const popup = (id?: string): string => (id ? `/popup.html#run=${encodeURIComponent(id)}` : '/popup.html');

/**
 * Shows a run in the toolbar popup, or in a tab where the browser refuses to open the popup without a click on it (Firefox, and
 * Chromium while the window has no focus).
 */
export async function openRun(id: string): Promise<void> {
  try {
    await browser.action.setPopup({ popup: popup(id) });
    await browser.action.openPopup();
  } catch {
    await browser.tabs.create({ url: popup(id) });
  } finally {
    await browser.action.setPopup({ popup: popup() });
  }
}
