import { trustedListener } from './trusted-listener.ts';

type Position = { box: DOMRect; since: number };

const sides = ['left', 'top', 'right', 'bottom'] as const;
/** Cards of the site lift by a few pixels under the pointer. */
const tolerancePx = 8;
/** Reading a thousand positions at every movement of the pointer would cost a tenth of a slow processor. */
const samplesPerMs = 8;

/**
 * Remembers since when elements have been where they are. Positions are read when the user does something, before any script of the
 * page hears of it: an element that a page moves under the pointer in response has a new position at the next event.
 */
export function createStillness(page: Document, signal: AbortSignal) {
  const positions = new Map<Element, Position>();
  const listen = trustedListener(signal);
  let sampledAt = 0;

  function sample(element: Element, now: number): Position {
    const box = element.getBoundingClientRect();
    const before = positions.get(element);
    if (before && sides.every((side) => Math.abs(before.box[side] - box[side]) <= tolerancePx)) return before;
    const position = { box, since: now };
    positions.set(element, position);
    return position;
  }

  function sampleAll(): void {
    sampledAt = performance.now();
    for (const element of positions.keys()) {
      if (element.isConnected) sample(element, sampledAt);
      // A row of a list that was read again.
      else positions.delete(element);
    }
  }

  const sampleRarely = (): void => {
    if (performance.now() >= sampledAt + positions.size / samplesPerMs) sampleAll();
  };
  for (const type of ['pointermove', 'pointerover']) listen(page, type, sampleRarely);
  for (const type of ['pointerdown', 'keydown', 'scrollend']) listen(page, type, sampleAll);

  // Content that arrives late moves everything below it.
  const pageSize = new ResizeObserver(sampleAll);
  pageSize.observe(page.documentElement);
  signal.addEventListener('abort', () => pageSize.disconnect());

  return {
    /** Reads where an element is, and watches it from now on. Returns whether it has moved. */
    watch: (element: Element): boolean => positions.get(element) !== sample(element, performance.now()),
    forget(element: Element): void {
      positions.delete(element);
    },
    /** For how long it has been where it is now, in ms. */
    stillMs(element: Element): number {
      const now = performance.now();
      return now - sample(element, now).since;
    },
  };
}
