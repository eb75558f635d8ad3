import { isOwn } from './own-content.ts';
import { type Place, readPlaces } from './read-places.ts';

/** What stands at a place. */
export type Placed = {
  host: HTMLElement;
  /** The place was read again; what it offers may be another thing now. */
  update(place: Place): void;
  /** It has been put into a card. */
  placed(): void;
  /** Takes it out of the page, for good. */
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
const turnMs = 8;
/**
 * Cards that get their buttons at once, at least, and one more for so many links on the page. Making a button costs the page nothing;
 * each time some are put in, all of it is styled and laid out anew, and a page with more on it must not be so more often.
 */
const batch = 8;
const linksForOneMore = 40;
/** Between two looks at a page that keeps changing: nine times as long as the last one took, within these bounds. */
const pauseMs = { min: 20, max: 1_000 };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Keeps one button at every place the page has, whatever the page does: client navigation, new cards, a part built anew.
 * Nothing runs while the page stays as it is. Aborting takes the buttons out and gives the page its own actions back.
 * Returns a function that looks again now.
 */
export function keepPlaces({ page, location, isSettled, put, onLooked, signal }: Options): () => void {
  const placed = new Map<HTMLElement, Placed>();
  let changed = true;
  let wake = () => {};
  let turnFrom = 0;
  let spent = 0;

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
    // At once: where the page has put another action in the place of one, the next look would be a picture too late.
    for (const anchor of placed.keys()) if (!anchor.isConnected) remove(anchor);
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
      spent = 0;
      const waiting = await look();
      await sleep(Math.min(Math.max(9 * spent, pauseMs.min), pauseMs.max));
      for (let ms = 30; !changed && !signal.aborted && !(waiting && isReady(waiting)); ms = Math.min(ms * 1.1, 500)) {
        await pause(waiting && ms);
      }
    }
  }

  /** Places what is missing and takes out what is left over; returns the first place that was not settled yet. */
  async function look(): Promise<Place | undefined> {
    const seen = new Set<HTMLElement>();
    const subjects = new Set<string>();
    const made: Place[] = [];
    let waiting: Place | undefined;
    startTurn();
    const full = batch + page.links.length / linksForOneMore;
    for (const place of readPlaces(page, location)) {
      const isFull = made.length >= full;
      if (isFull || performance.now() > turnFrom + turnMs) await nextTurn();
      if (signal.aborted) return undefined;
      if (isFull) made.splice(0).forEach(stand);
      const { anchor, kind } = place;
      if (!anchor.isConnected) continue;
      seen.add(anchor);
      subjects.add(place.subject);
      const known = placed.get(anchor);
      if (known) {
        known.update(place);
        stand(place);
      } else if (isReady(place)) {
        const ours = put(place);
        placed.set(anchor, ours);
        ours.update(place);
        if (kind === 'card') made.push(place);
        else stand(place);
      } else {
        waiting ??= place;
      }
    }
    if (made.length > 4) await nextTurn();
    if (signal.aborted) return undefined;
    made.forEach(stand);
    for (const anchor of placed.keys()) if (!seen.has(anchor)) remove(anchor);
    endTurn();
    onLooked(subjects);
    return waiting;
  }

  async function nextTurn(): Promise<void> {
    endTurn();
    await sleep(0);
    startTurn();
  }

  function startTurn(): void {
    if (observer.takeRecords().length > 0) changed = true;
    turnFrom = performance.now();
  }

  function endTurn(): void {
    spent += performance.now() - turnFrom;
    // No script of the page runs within a turn: all that the observer has seen is our own doing.
    observer.takeRecords();
  }

  /** Puts what was made for a place where it belongs, if it is not there. */
  function stand({ anchor, kind }: Place): void {
    const ours = placed.get(anchor);
    if (!ours) return;
    const { host } = ours;
    if (kind === 'card') {
      // Neither first nor last in a card of several parts, so that no rule for its first or last part changes hands.
      if (host.parentElement !== anchor) {
        anchor.insertBefore(host, anchor.lastElementChild);
        nameWithout(anchor, host);
        ours.placed();
      }
    } else if (anchor.nextElementSibling !== host) {
      anchor.after(host);
    }
    if (kind === 'replace') anchor.hidden = true;
  }

  function isReady({ anchor, kind }: Place): boolean {
    return !anchor.isConnected || isSettled((kind === 'card' && anchor.lastElementChild) || anchor);
  }

  function remove(anchor: HTMLElement): void {
    const ours = placed.get(anchor);
    placed.delete(anchor);
    if (!ours) return;
    if (isReplaced(ours.host)) anchor.hidden = false;
    if (ours.host.parentElement === anchor) nameWithout(anchor);
    ours.remove();
  }
}

/** Takes out what an earlier content script left in this page: Firefox starts a new one in open pages after an update. */
export function clearLeftovers(page: Document): void {
  for (const host of page.querySelectorAll<HTMLElement>('rbee-run')) {
    const native = host.previousElementSibling;
    if (!isOwn(host)) continue;
    if (isReplaced(host)) (native as HTMLElement).hidden = false;
    host.remove();
  }
}

/** Whether the element before ours is the page's own action, which is hidden for as long as ours is there. */
const isReplaced = ({ previousElementSibling: native, dataset }: HTMLElement): boolean =>
  native instanceof HTMLElement && native.hidden && dataset.variant === undefined;

/** Keeps our button out of the accessible name of the card's link: the link is named by its other children only. */
function nameWithout(anchor: HTMLElement, host?: HTMLElement): void {
  if (anchor.localName !== 'a' || !('ariaLabelledByElements' in anchor)) return;
  anchor.ariaLabelledByElements = host ? [...anchor.children].filter((child) => child !== host) : null;
}
