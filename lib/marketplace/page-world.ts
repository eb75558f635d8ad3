import { findAll } from './dom.ts';
import { isCommitted } from './react-marks.ts';
import { question } from './settled.ts';

/** Runs in the page's world, before its scripts, and answers the content script's question (`settled.ts`). */
export function answerFromPageWorld(): void {
  let parsed = document.readyState !== 'loading';
  let loaded = document.readyState === 'complete';
  let broken = false;
  addEventListener('DOMContentLoaded', () => (parsed = true), { once: true });
  addEventListener('load', () => (loaded = true), { once: true });
  addEventListener('error', ({ target }) => (broken ||= target instanceof HTMLScriptElement), true);

  addEventListener(
    question,
    (event) => {
      if (isSettled(event.target as Element)) event.preventDefault();
    },
    true,
  );

  function isSettled(element: Element): boolean {
    let committed: boolean | undefined;
    try {
      committed = isCommitted(element);
    } catch {
      return loaded;
    }
    if (committed !== undefined) return committed;
    // Next.js says in the first bytes it sends that it will come, however late. Not when its scripts did not arrive; and a
    // mark of any other name, or the element it adds once it is there, means that it has come and keeps its marks differently.
    const awaited = '__next_f' in window || '__NEXT_DATA__' in window;
    const came =
      Object.keys(element).some((key) => /react/i.test(key)) || findAll(document, 'next-route-announcer').length > 0;
    if (awaited && !broken && !came) return false;
    const scripted = findAll(document, 'script[src], script[type="module"]').length > 0;
    return scripted ? loaded : parsed;
  }
}
