import { useEffect } from 'preact/hooks';

/**
 * Keeps the keyboard's place on the page. When the focused element is removed, focus moves to the heading of the neighbouring list
 * item, or else of the enclosing run or section (`tabindex="-1"`); when it is only moved, it is focused again.
 */
export function useRestoreFocus(): void {
  useEffect(() => {
    const controller = new AbortController();
    let focused: Element | undefined;

    const restore = (records: MutationRecord[]) => {
      const removal = records.find(({ removedNodes }) =>
        [...removedNodes].some((node) => focused && node.contains(focused)),
      );
      if (!focused || !removal || document.activeElement !== document.body) return;
      const goal = focused.isConnected ? focused : findHeading(removal);
      if (goal instanceof HTMLElement) goal.focus();
    };
    const observer = new MutationObserver(restore);
    observer.observe(document.body, { childList: true, subtree: true });
    controller.signal.addEventListener('abort', () => observer.disconnect());

    document.addEventListener(
      'focusin',
      ({ target }) => {
        if (target instanceof Element) focused = target;
      },
      controller,
    );
    document.addEventListener(
      'focusout',
      () =>
        // Removal fires this event too, in some browsers.
        queueMicrotask(() => {
          restore(observer.takeRecords());
          if (focused?.isConnected && document.activeElement === document.body) focused = undefined;
        }),
      controller,
    );
    return () => controller.abort();
  }, []);
}

function findHeading({ target, removedNodes, nextSibling, previousSibling }: MutationRecord): Element | undefined {
  const wasItem = [...removedNodes].some(({ nodeName }) => nodeName === 'LI');
  const places = wasItem ? [nextSibling, previousSibling] : [];
  for (let place: Node | null = target; place; place = place.parentNode) places.push(place);
  for (const place of places) {
    const heading = place instanceof Element && place.querySelector('[tabindex="-1"]');
    if (heading) return heading;
  }
  return undefined;
}
