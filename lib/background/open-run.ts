import { browser } from '../browser.ts';

/** Shows a run in the popup. */
export const openRun = (id: string): Promise<void> => openPopup(`#run=${encodeURIComponent(id)}`);

/**
 * Opens the toolbar popup, or its page in a tab if the browser refuses: Chromium and Firefox do so while the window has no focus
 * (measured in Chromium 156 and Firefox 153, 2026-11-29).
 */
export async function openPopup(hash = ''): Promise<void> {
  const url = `/popup.html${hash}`;
  try {
    await browser.action.setPopup({ popup: url });
    await browser.action.openPopup();
  } catch {
    const { windowId } = await browser.tabs.create({ url });
    // The user may have clicked a notification while another program was in front.
    await browser.windows.update(windowId as number, { focused: true });
  } finally {
    await browser.action.setPopup({ popup: '/popup.html' });
  }
}
