import { create } from '../../lib/marketplace/dom.ts';

/** One line at the edge of the page, until it is dismissed. Styled here: what came with the extension may be gone. */
export function showNotice(page: Document, text: string, dismiss: string): void {
  const notice = create(page, 'div');
  const button = create(page, 'button');
  notice.role = 'status';
  notice.style.cssText =
    'position:fixed;inset:auto 16px 16px auto;z-index:2147483647;max-width:320px;padding:12px 16px;border:1px solid #64748b;border-radius:4px;background:#0f172a;color:#fff;font:14px/20px system-ui';
  button.style.cssText = 'margin:-6px -10px -6px 8px;padding:6px 10px;color:#fff;font-size:18px;float:right';
  button.textContent = '×';
  button.ariaLabel = dismiss;
  button.onclick = () => notice.remove();
  notice.append(button, text);
  page.documentElement.append(notice);
}
