/** Nobody reads a label and decides in less time, and the second click of a double click comes sooner. */
const readingMs = 500;

export type NewLabels = { begin(element: Element): void; has(element: Element): boolean };

/** Elements whose label is too new to have been read. They have the class `new`, and take no pointer events. */
export function createNewLabels(): NewLabels {
  const newUntil = new Map<Element, number>();
  const expire = (): void => {
    const now = performance.now();
    for (const [element, until] of newUntil) {
      if (until > now) {
        setTimeout(expire, until - now);
        return;
      }
      newUntil.delete(element);
      element.classList.remove('new');
    }
  };
  return {
    begin(element) {
      if (newUntil.size === 0) setTimeout(expire, readingMs);
      newUntil.delete(element);
      newUntil.set(element, performance.now() + readingMs);
      element.classList.add('new');
    },
    has: (element) => newUntil.has(element),
  };
}
