import { isCommitted } from './react-marks.ts';
import { question } from './settled.ts';

/** Runs in the page's world, before its scripts, and answers the content script's question (`settled.ts`). */
export function answerFromPageWorld(): void {
  let loaded = document.readyState === 'complete';
  let broken = false;
  addEventListener('load', () => (loaded = true));
  addEventListener('error', ({ target }) => (broken ||= target instanceof HTMLScriptElement), true);
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
      return loaded;
    }
  }

  /**
   * Next.js says in the first bytes it sends that it will come, however late. Not where its scripts did not arrive, and not
   * any more once it has added its announcer: then it is there, and keeps its marks under another name.
   */
  function isAwaited(): boolean {
    // Not by the document's own method: an author's `<img name="querySelector">` takes its name in this world.
    const there = Document.prototype.querySelector.call(document, 'next-route-announcer');
    return '__next_f' in window && !broken && !there;
  }
}
