import { clearLeftovers } from './place-buttons.ts';
import { isCommitted } from './react-marks.ts';
import { isContentScriptPresent, question } from './settled.ts';

/**
 * Runs in the MAIN world, before the page's scripts: answers the content script's question (`settled.ts`), and takes the buttons out of the
 * page once the content script is gone.
 */
export function answerFromPageWorld(): void {
  let loaded = document.readyState === 'complete';
  addEventListener('load', () => (loaded = true));
  addEventListener(
    question,
    (event) => {
      if (isSettled(event.target as Element)) event.preventDefault();
    },
    true,
  );
  // When the user comes back from the page of extensions, and before a button that does nothing any more is used.
  for (const type of ['visibilitychange', 'focus', 'pointerdown', 'keydown']) {
    addEventListener(type, removeDeadButtons, true);
  }

  function removeDeadButtons(): void {
    const root = find('html');
    if (root && !isContentScriptPresent(document)) clearLeftovers(root);
  }

  function isSettled(element: Element): boolean {
    try {
      return isCommitted(element) ?? (loaded && !isNextMissing());
    } catch {
      return loaded && !isNextMissing();
    }
  }

  /**
   * Next.js is recognisable in the first bytes of a page, and adds a route announcer once it has started. If its scripts never load, nothing
   * is placed: without them the site's own elements cannot be distinguished from README markup that closes the site's elements.
   */
  function isNextMissing(): boolean {
    const expected = '__next_f' in window || find('script[src*="/_next/"]') !== null;
    const { next } = window as { next?: { version?: unknown } };
    // Markup cannot make the version a string.
    const started = find('next-route-announcer') !== null && typeof next?.version === 'string';
    return expected && !started;
  }
}

/** Not `document.querySelector`, which an author's `<img name="querySelector">` replaces in the MAIN world. */
const find = (selector: string): Element | null => Document.prototype.querySelector.call(document, selector);
