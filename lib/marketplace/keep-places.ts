import { isOwn } from './chrome.ts';
import { findAll } from './dom.ts';
import { type Place, readPlaces } from './read-places.ts';

/** What stands at a place. */
export type Placed = {
  host: HTMLElement;
  /** The place was read again; what it offers may be another thing now. */
  update(place: Place): void;
  /** It is out of the page, for good. */
  remove(): void;
};

type Options = {
  page: Document;
  location: Location;
  /** Whether a node may be added beside the element now. Asked again and again until it may. */
  isSettled(element: Element): boolean;
  put(place: Place): Placed;
  /** After each whole look at the page, with all that it offers. */
  onLooked(subjects: Set<string>): void;
  signal: AbortSignal;
};

// Part of a frame, by the clock: a slow machine does less at a time.
const sliceMs = 6;
/** Between two looks at a page that keeps changing, at least; and nine times as long as the last one took. */
const pauseMs = 20;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const inPlaceOf = 'data-in-place-of';

/**
 * Keeps one button at every place the page has, whatever the page does: client navigation, new cards, a part built anew.
 * Nothing runs while the page stays as it is. Aborting takes the buttons out and gives the page its own actions back.
 * Returns a function that looks again now.
 */
export function keepPlaces({ page, location, isSettled, put, onLooked, signal }: Options): () => void {
  const placed = new Map<HTMLElement, Placed & { kind: Place['kind'] }>();
  let changed = true;
  let wake = () => {};

  const observer = new MutationObserver(check);
  observer.observe(page, { childList: true, subtree: true, characterData: true, attributeFilter: ['href'] });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    for (const anchor of placed.keys()) remove(anchor);
  });
  void keep();
  return check;

  function check(): void {
    changed = true;
    wake();
  }

  /** Until something changes, or for so long. */
  function pause(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
      if (ms !== undefined) setTimeout(resolve, ms);
    });
  }

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      changed = false;
      const from = performance.now();
      const waiting = await look();
      await sleep(Math.max(pauseMs, 9 * (performance.now() - from)));
      for (let ms = 30; !changed && !signal.aborted && !(waiting && isReady(waiting)); ms = Math.min(ms * 1.1, 500)) {
        await pause(waiting && ms);
      }
    }
  }

  /** Places what is missing and takes out what is left over; returns the first place that was not settled yet. */
  async function look(): Promise<Place | undefined> {
    const seen = new Set<HTMLElement>();
    const subjects = new Set<string>();
    let waiting: Place | undefined;
    let until = startSlice();
    for (const place of readPlaces(page, location)) {
      if (performance.now() > until) {
        observer.takeRecords();
        await sleep(0);
        if (signal.aborted) return undefined;
        until = startSlice();
      }
      if (!place.anchor.isConnected) continue;
      seen.add(place.anchor);
      subjects.add(place.subject);
      if (!settle(place)) waiting ??= place;
    }
    for (const anchor of placed.keys()) if (!seen.has(anchor)) remove(anchor);
    // Of a slice, which page scripts cannot interrupt, all that the observer has seen is our own doing.
    observer.takeRecords();
    onLooked(subjects);
    return waiting;
  }

  function startSlice(): number {
    if (observer.takeRecords().length > 0) changed = true;
    return performance.now() + sliceMs;
  }

  function settle(place: Place): boolean {
    const { anchor, kind } = place;
    const known = placed.get(anchor);
    const ours = known?.kind === kind ? known : isReady(place) && { ...put(place), kind };
    if (!ours) return false;
    if (ours !== known) {
      remove(anchor);
      placed.set(anchor, ours);
    }
    ours.update(place);

    const { host } = ours;
    if (kind === 'card') {
      // Neither first nor last in a card of several parts, so that no rule for its first or last part changes hands.
      if (host.parentElement !== anchor) anchor.insertBefore(host, anchor.lastElementChild);
    } else if (anchor.nextElementSibling !== host) {
      anchor.after(host);
    }
    if (kind === 'replace' && !anchor.hidden) {
      anchor.hidden = true;
      host.setAttribute(inPlaceOf, '');
    }
    return true;
  }

  function isReady({ anchor, kind }: Place): boolean {
    return !anchor.isConnected || isSettled((kind === 'card' && anchor.lastElementChild) || anchor);
  }

  function remove(anchor: HTMLElement): void {
    const ours = placed.get(anchor);
    placed.delete(anchor);
    ours?.host.remove();
    ours?.remove();
    if (ours?.kind === 'replace') anchor.hidden = false;
  }
}

/** Takes out what an earlier content script left in this page: Firefox starts a new one in open pages after an update. */
export function clearLeftovers(page: Document): void {
  for (const host of findAll(page, 'rbee-run')) {
    const native = host.previousElementSibling;
    if (!isOwn(host)) continue;
    if (host.hasAttribute(inPlaceOf) && native instanceof HTMLElement) native.hidden = false;
    host.remove();
  }
}
