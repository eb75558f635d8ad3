/** HTML by authors, which the site displays unsanitised: it can imitate any element of the site. */
const authored = [
  '.markdown-content', // README and descriptions, 2025-11-10 to 2025-11-14
  '.prose', // CivitAI descriptions, 2025-11-10
  '.prose-sm', // CivitAI descriptions, 2025-11-14
].join();

/** Parts of the document that are not displayed. */
const hidden = [
  '[hidden]', // React streams parts of the page into such an element before it moves them
  '[style*="display:none"]', // Pages that Next.js keeps for back navigation, as the server writes it
  '[style*="display: none"]', // …and as the browser does
].join();

/** Whether the element belongs to the site and is displayed, and is not part of what an author wrote. */
export const isOwn = (element: Element): boolean =>
  !element.closest(authored) && !element.parentElement?.closest(hidden);

/** Own, and not hidden by the page itself. If our button follows it, we have hidden it. */
export const isUsable = (element: HTMLElement): boolean =>
  isOwn(element) && (!element.hidden || element.nextElementSibling?.localName === 'rbee-run');

/** The first usable element that matches the selector and passes the test. */
export const findOwn = (
  page: Document,
  selector: string,
  test: (element: HTMLElement) => boolean = () => true,
): HTMLElement | undefined =>
  [...page.querySelectorAll<HTMLElement>(selector)].find((element) => test(element) && isUsable(element));
