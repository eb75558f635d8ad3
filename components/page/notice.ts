import { i18n } from '#i18n';
import { setLanguage } from '../../lib/i18n/language.ts';

/**
 * Returns a function that shows a line at the edge of the page, until it is dismissed: that the extension is gone. Its texts are read now,
 * because they cannot be read any more by then. It has the browser's default look, because our styles may be gone as well.
 */
export function prepareNotice(page: Document): () => void {
  const notice = page.createElement('rbee-notice');
  const button = page.createElement('button');
  setLanguage(notice);
  notice.translate = false;
  notice.role = 'status';
  notice.popover = 'manual';
  notice.style.cssText = 'inset:auto 16px 16px auto;padding:12px 16px;font:14px system-ui';
  button.textContent = i18n.t('settings.close');
  button.onclick = () => notice.remove();
  notice.append(i18n.t('page.updated'), ' ', button);
  return () => {
    page.documentElement.append(notice);
    notice.showPopover();
  };
}
