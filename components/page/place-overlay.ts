const gapPx = 4;
const marginPx = 8;
const widthPx = 460;
const wantedHeightPx = 420;

/**
 * Places a popover below an element, or above it if there is more room. It scrolls with the page if the element does, and nothing in the page
 * moves for it.
 */
export function placeOverlay(panel: HTMLElement, anchor: Element): void {
  const page = anchor.ownerDocument;
  const view = page.defaultView;
  if (!view) return;
  const { right, top, bottom } = anchor.getBoundingClientRect();
  const isFixed = getComputedStyle(anchor).position === 'fixed';
  const [scrollX, scrollY] = isFixed ? [0, 0] : [view.scrollX, view.scrollY];
  const { clientWidth, clientHeight } = page.documentElement;
  const width = Math.min(widthPx, clientWidth - 2 * marginPx);
  const start = Math.min(Math.max(marginPx, right - width), clientWidth - width - marginPx);
  const below = clientHeight - bottom - gapPx - marginPx;
  const above = top - gapPx - marginPx;
  const isBelow = below >= Math.min(wantedHeightPx, above);
  const height = Math.max(120, Math.min(wantedHeightPx, isBelow ? below : above));
  Object.assign(panel.style, {
    position: isFixed ? 'fixed' : 'absolute',
    width: `${width}px`,
    maxHeight: `${height}px`,
    left: `${start + scrollX}px`,
    top: isBelow ? `${bottom + gapPx + scrollY}px` : 'auto',
    bottom: isBelow ? 'auto' : `${clientHeight - top + gapPx - scrollY}px`,
  });
}
