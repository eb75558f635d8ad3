type Position = { x: number; y: number; width: number; height: number; since: number };

/** Cards of the site lift by a few pixels under the pointer. */
const tolerancePx = 8;
/** Reading a thousand positions at every movement of the pointer would cost a tenth of a slow processor. */
const samplesPerMs = 8;

/**
 * Remembers since when elements have been where they are. Positions are read when the user does something, before any script of the
 * page hears of it: an element that a page moves under the pointer in response has a new position at the next event.
 */
export function createStillness(page: Document, signal: AbortSignal) {
  const positions = new Map<Element, Position | undefined>();
  let sampledAt = 0;

  function sample(element: Element, now: number): { position: Position; moved: boolean } {
    const { x, y, width, height } = element.getBoundingClientRect();
    const before = positions.get(element);
    const moved =
      !before ||
      Math.abs(before.x - x) > tolerancePx ||
      Math.abs(before.y - y) > tolerancePx ||
      Math.abs(before.x + before.width - x - width) > tolerancePx ||
      Math.abs(before.y + before.height - y - height) > tolerancePx;
    if (!moved) return { position: before, moved };
    const position = { x, y, width, height, since: now };
    positions.set(element, position);
    return { position, moved };
  }

  function sampleAll(rarely: boolean): void {
    const now = performance.now();
    if (rarely && now < sampledAt + positions.size / samplesPerMs) return;
    sampledAt = now;
    for (const element of positions.keys()) {
      if (element.isConnected) sample(element, now);
      // A row of a list that was read again.
      else positions.delete(element);
    }
  }

  const options = { capture: true, passive: true, signal };
  for (const type of ['pointermove', 'pointerover']) {
    page.addEventListener(type, (event) => event.isTrusted && sampleAll(true), options);
  }
  for (const type of ['pointerdown', 'keydown', 'scrollend']) {
    page.addEventListener(type, (event) => event.isTrusted && sampleAll(false), options);
  }

  // Content that arrives late moves everything below it.
  const pageSize = new ResizeObserver(() => sampleAll(false));
  pageSize.observe(page.documentElement);
  signal.addEventListener('abort', () => pageSize.disconnect());

  return {
    /** Reads where an element is, and watches it from now on. Returns whether it has moved. */
    watch: (element: Element): boolean => sample(element, performance.now()).moved,
    forget(element: Element): void {
      positions.delete(element);
    },
    /** For how long it has been where it is now, in ms. */
    stillMs(element: Element): number {
      const now = performance.now();
      return now - sample(element, now).position.since;
    },
  };
}
