/** One line over the edge of the page, until it is dismissed. The browser's own look: ours may have left with the extension. */
export function showNotice(page: Document, text: string, dismiss: string): void {
  const notice = page.createElement('rbee-notice');
  const button = page.createElement('button');
  notice.role = 'status';
  notice.popover = 'manual';
  notice.style.cssText = 'inset:auto 16px 16px auto;padding:12px 16px;font:14px system-ui';
  button.textContent = dismiss;
  button.onclick = () => notice.remove();
  notice.append(text, ' ', button);
  page.documentElement.append(notice);
  notice.showPopover();
}
