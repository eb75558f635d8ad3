type Box = { left: number; top: number; right: number; bottom: number };
type Size = { width: number; height: number };

const insetPx = 8;
/** Rows of a table are low: their lines may be as close to the button as they are to each other. */
const rowInsetPx = 1;
const gapPx = 4;
const stepPx = 8;
/** Icon alone, then the smallest target that a finger can hit (WCAG 2.2, 2.5.8). */
const iconSizes = [28, 24] as const;

/** A picture that fills this much of a card is its background. */
const backgroundShare = 0.4;

const hits = (a: Box, b: Box, gap: number): boolean =>
  a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;

/**
 * Where a button of one of the sizes fits into a card without covering what is in it: in an upper or lower corner at the end, otherwise
 * wherever there is room along the edges, at the end first. Undefined if there is no room at all.
 */
export function findRoom(
  card: Box,
  content: readonly Box[],
  sizes: readonly Size[],
  rtl = false,
  inset = insetPx,
): (Box & { size: number }) | undefined {
  const left = card.left + inset;
  const right = card.right - inset;
  const top = card.top + inset;
  const bottom = card.bottom - inset;
  for (const [size, { width, height }] of sizes.entries()) {
    if (left + width > right || top + height > bottom) continue;
    const [start, end] = rtl ? [right - width, left] : [left, right - width];
    const lowest = bottom - height;
    // The upper corner first: in a row of cards it is at the same height in all of them.
    const places: [x: number, y: number][] = [
      [end, top],
      [end, lowest],
    ];
    // On a card, a label in one line is only worth a corner; everything else may go anywhere.
    if (size > 0 || height > iconSizes[0]) {
      for (let y = lowest; y >= top; y -= stepPx) places.push([end, y]);
      for (let x = right - width; x >= left; x -= stepPx) places.push([x, lowest], [x, top]);
      for (let y = lowest; y >= top; y -= stepPx) places.push([start, y]);
    }
    for (const [x, y] of places) {
      const place = { left: x, top: y, right: x + width, bottom: y + height };
      if (!content.some((box) => hits(place, box, Math.min(gapPx, inset)))) return { ...place, size };
    }
  }
  return undefined;
}

/** Part of a frame, so that a list of a thousand cards does not block the page. */
const sliceMs = 8;

/**
 * Gives each card's button the size and place that cover nothing. Cards are measured when the browser has laid them out, so reading costs
 * no layout of its own, and what is in view is in place before it is painted.
 */
export function createCardFit(signal: AbortSignal) {
  const hosts = new Map<Element, HTMLElement>();
  const texts = new WeakMap<Element, string>();
  /** Sizes with the label. */
  const labelled = new WeakMap<Element, Size>();
  const queue = new Set<Element>();
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) queue.add(target);
    fitSlice();
    // The remaining cards in the next frame, when layout is up to date. Observing it in this frame would cause an error event in the page.
    if (queue.size > 0) requestAnimationFrame(() => observeAgain(document.documentElement));
  });
  signal.addEventListener('abort', () => observer.disconnect());

  function fitSlice(): void {
    const end = performance.now() + sliceMs;
    const found: { host: HTMLElement; room: Room | undefined }[] = [];
    for (const card of queue) {
      if (performance.now() > end) break;
      queue.delete(card);
      const host = hosts.get(card);
      if (!host) continue;
      const size = labelled.get(host) ?? { width: host.offsetWidth, height: host.offsetHeight };
      labelled.set(host, size);
      found.push({ host, room: measure(card, host, size) });
    }
    for (const { host, room } of found) place(host, room);
  }

  /** Calls back in the next frame, also if the size is the same. */
  function observeAgain(element: Element): void {
    observer.unobserve(element);
    observer.observe(element);
  }

  return {
    /** Fits the button in a card now, and again when the card's size changes. */
    watch(card: Element, host: HTMLElement): void {
      texts.set(card, card.textContent);
      hosts.set(card, host);
      observeAgain(card);
    },
    /** The page has changed: fits the button again if the card's text is another one. */
    update(card: Element): void {
      const text = card.textContent;
      if (!hosts.has(card) || texts.get(card) === text) return;
      texts.set(card, text);
      observeAgain(card);
    },
    /** The button has a new label. */
    relabel(card: Element, host: HTMLElement): void {
      labelled.delete(host);
      host.hidden = false;
      host.classList.remove('icon', 'tiny');
      if (hosts.get(card) === host) observeAgain(card);
    },
    forget(card: Element): void {
      hosts.delete(card);
      observer.unobserve(card);
    },
  };
}

/** Relative to the card. */
type Room = { left: number; top: number; size: number };

function measure(card: Element, host: HTMLElement, labelled: Size): Room | undefined {
  const box = card.getBoundingClientRect();
  const sizes = [labelled, ...iconSizes.map((size) => ({ width: size, height: size }))];
  const room = findRoom(
    box,
    measureContent(card, box, host),
    sizes,
    host.dir === 'rtl',
    card.localName === 'td' ? rowInsetPx : insetPx,
  );
  return (
    room && { left: room.left - box.left - card.clientLeft, top: room.top - box.top - card.clientTop, size: room.size }
  );
}

/** What a button must not cover: texts, icons and small pictures. */
export function measureContent(card: Element, box: DOMRect, host: Element): Box[] {
  const boxes: Box[] = [];
  for (const picture of card.querySelectorAll('svg, img')) {
    const own = picture.getBoundingClientRect();
    if (own.width * own.height <= backgroundShare * box.width * box.height) boxes.push(own);
  }
  const page = card.ownerDocument;
  const range = page.createRange();
  const texts = page.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  let measured: Element | undefined;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!element || element === host || element === measured || !text.nodeValue?.trim()) continue;
    measured = element;
    const own = element.getBoundingClientRect();
    range.selectNodeContents(element);
    const { left, top, right, bottom } = range.getBoundingClientRect();
    // A badge is larger than its text, and a text that is cut off is longer than what shows of it.
    boxes.push(own.width - (right - left) < 40 ? own : { left, top, right: Math.min(right, own.right), bottom });
  }
  return boxes;
}

function place(host: HTMLElement, room: Room | undefined): void {
  host.hidden = !room;
  host.classList.add('fitted');
  if (!room) return;
  host.classList.toggle('icon', room.size > 0);
  host.classList.toggle('tiny', room.size > 1);
  host.style.setProperty('--rbee-inset', `${room.top}px auto auto ${room.left}px`);
}
