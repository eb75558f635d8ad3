import { isOwn } from './own-content.ts';
import { type Place, readPlaces } from './read-places.ts';

/** A button that was made for a place. */
export type PlacedButton = {
  host: HTMLElement;
  /** The place was read again, and may offer something else now. */
  update(place: Place): void;
  /** The button was inserted into a card. */
  inserted(): void;
  /** Removes it from the page for good. */
  remove(): void;
};

type Options = {
  page: Document;
  location: Location;
  /** Whether a node may be added beside the element now. Asked again until it may. */
  isSettled(element: Element): boolean;
  create(place: Place): PlacedButton;
  /** Called after each complete scan with everything the page offers. */
  onScanned(subjects: Set<string>): void;
  signal: AbortSignal;
};

/** Part of a frame, in time rather than in elements: a slow machine handles fewer in one slice. */
const sliceMs = 8;
/**
 * How many cards get their buttons together: at least `batch`, and one more for every 40 links of the page. Creating a button costs no layout,
 * but after each insertion the whole page is styled and laid out again, so a large page must not be laid out more often than a small one.
 */
const batch = 8;
const linksPerExtraCard = 40;
/** The pause between two scans of a page that keeps changing: nine times as long as the last scan took, within these limits. */
const pauseMs = { min: 20, max: 1_000 };
/** How often an element that is not settled is asked again: less often the longer it takes. */
const retryMs = { first: 30, growth: 1.1, max: 500 };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Keeps one button at each place of the page through client navigation, new cards and rebuilt parts. Nothing runs while the page does not
 * change. Aborting removes the buttons and shows the page's own actions again. Returns a function that scans the page again now.
 */
export function placeButtons({ page, location, isSettled, create, onScanned, signal }: Options): () => void {
  /** By anchor. */
  const buttons = new Map<HTMLElement, Place & { button: PlacedButton }>();
  let changed = true;
  let wake = () => {};
  let sliceStart = 0;
  let spentMs = 0;

  const observer = new MutationObserver(check);
  observer.observe(page, { childList: true, subtree: true, characterData: true, attributeFilter: ['href'] });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    for (const anchor of buttons.keys()) remove(anchor);
  });
  void run();
  return check;

  function check(): void {
    changed = true;
    // Now rather than in the next scan: a page that replaced its action would be painted with both once.
    for (const anchor of buttons.keys()) if (!anchor.isConnected) remove(anchor);
    wake();
  }

  /** Resolves when the page changes, or after `ms`. */
  function pause(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
      if (ms !== undefined) setTimeout(resolve, ms);
    });
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      changed = false;
      spentMs = 0;
      const unsettled = await scan();
      await sleep(Math.min(Math.max(9 * spentMs, pauseMs.min), pauseMs.max));
      let ms = retryMs.first;
      while (!changed && !signal.aborted && !(unsettled && isReady(unsettled))) {
        await pause(unsettled && ms);
        ms = Math.min(ms * retryMs.growth, retryMs.max);
      }
    }
  }

  /** Adds missing buttons and removes those without a place. Returns the first place that is not settled yet. */
  async function scan(): Promise<Place | undefined> {
    const seen = new Set<HTMLElement>();
    const subjects = new Set<string>();
    const created: Place[] = [];
    let unsettled: Place | undefined;
    startSlice();
    const full = batch + page.links.length / linksPerExtraCard;
    for (const place of readPlaces(page, location, buttons)) {
      const isFull = created.length >= full;
      if (isFull || performance.now() > sliceStart + sliceMs) await nextSlice();
      if (signal.aborted) return undefined;
      if (isFull) created.splice(0).forEach(insert);
      const { anchor, kind } = place;
      if (!anchor.isConnected) continue;
      seen.add(anchor);
      subjects.add(place.subject);
      const known = buttons.get(anchor);
      if (!known && !isReady(place)) {
        unsettled ??= place;
        continue;
      }
      const button = known?.button ?? create(place);
      buttons.set(anchor, { ...place, button });
      button.update(place);
      if (!known && kind === 'card') created.push(place);
      else insert(place);
    }
    if (created.length > 4) await nextSlice();
    if (signal.aborted) return undefined;
    created.forEach(insert);
    for (const anchor of buttons.keys()) if (!seen.has(anchor)) remove(anchor);
    endSlice();
    onScanned(subjects);
    return unsettled;
  }

  async function nextSlice(): Promise<void> {
    endSlice();
    await sleep(0);
    startSlice();
  }

  function startSlice(): void {
    if (observer.takeRecords().length > 0) changed = true;
    sliceStart = performance.now();
  }

  function endSlice(): void {
    spentMs += performance.now() - sliceStart;
    // No script of the page runs within a slice, so these records are our own changes.
    observer.takeRecords();
  }

  /** Inserts the button of a place, unless it is there. */
  function insert({ anchor, kind }: Place): void {
    const known = buttons.get(anchor);
    if (!known) return;
    const { button } = known;
    const { host } = button;
    if (kind === 'card') {
      // Neither first nor last in a card of several parts, so that the page's rules for :first-child and :last-child match as before.
      if (host.parentElement !== anchor) {
        anchor.insertBefore(host, anchor.lastElementChild);
        excludeFromName(anchor, host);
        button.inserted();
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
    const known = buttons.get(anchor);
    buttons.delete(anchor);
    if (!known) return;
    if (known.kind === 'replace') anchor.hidden = false;
    if (known.kind === 'card') excludeFromName(anchor);
    known.button.remove();
  }
}

/** Removes what a terminated content script has left: Firefox terminates it without notice, and after an update starts a new one in open pages. */
export function clearLeftovers(root: ParentNode): void {
  for (const host of root.querySelectorAll<HTMLElement>('rbee-run, rbee-space')) {
    const action = host.previousElementSibling;
    if (!isOwn(host)) continue;
    if (action instanceof HTMLElement && host.dataset.variant === undefined) action.hidden = false;
    host.remove();
  }
}

/** Keeps the button out of the accessible name of the card's link, which is named by its other children. */
function excludeFromName(anchor: HTMLElement, host?: HTMLElement): void {
  if (anchor.localName !== 'a' || !('ariaLabelledByElements' in anchor)) return;
  anchor.ariaLabelledByElements = host ? [...anchor.children].filter((child) => child !== host) : null;
}
