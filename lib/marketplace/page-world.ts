import { isCommitted } from './react-marks.ts';
import { question } from './settled.ts';

/** Runs in the page's world, before its scripts, and answers the content script's question (`settled.ts`). */
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

  function isSettled(element: Element): boolean {
    try {
      return isCommitted(element) ?? (loaded && !isAwaited());
    } catch {
      return loaded && !isAwaited();
    }
  }

  /**
   * Next.js announces itself in the first bytes that the server sends, and adds its announcer once it has started. Where its scripts never
   * arrive, nothing is placed: without them the site's own elements cannot be told from markup in a README that closes them.
   */
  function isAwaited(): boolean {
    // Not by the document's own method: an author's `<img name="querySelector">` takes its name in this world.
    const find = (selector: string): Element | null => Document.prototype.querySelector.call(document, selector);
    const expected = '__next_f' in window || find('script[src*="/_next/"]') !== null;
    const { next } = window as { next?: { version?: unknown } };
    // Markup cannot make the version a string.
    const started = find('next-route-announcer') !== null && typeof next?.version === 'string';
    return expected && !started;
  }
}
