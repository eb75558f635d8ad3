import { textOf } from './text.ts';

/** HTML that other people wrote and the site shows unsanitised: it can imitate every place and every id. */
const foreign = [
  '.markdown-content', // README and descriptions, 2025-11-10 to 2025-11-14
  '.prose', // CivitAI descriptions, 2025-11-10
  '.prose-sm', // CivitAI descriptions, 2025-11-14
].join();

/** Parts that are in the document and not on the page. */
const unseen = [
  '[hidden]', // What a React server streams waits in such an element until it is moved to its place
  '[style*="display:none"]', // Pages that a React router keeps for the way back, as the server writes it
  '[style*="display: none"]', // …and as the browser does
].join();

/** Whether the element is the page's own and in use, not part of what somebody else wrote into it. */
export const isOwn = (element: Element): boolean =>
  !element.closest(foreign) && !element.parentElement?.closest(unseen);

/** The first of the page's own elements that match, and whose text is one of `texts` where there are any. */
export function findOwn(page: Document, selector: string, texts?: readonly string[]): HTMLElement | undefined {
  for (const element of page.querySelectorAll<HTMLElement>(selector)) {
    if ((!texts || texts.includes(textOf(element))) && isOwn(element)) return element;
  }
  return undefined;
}
