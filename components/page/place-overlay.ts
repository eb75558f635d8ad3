const gapPx = 4;
const marginPx = 8;
const widthPx = 460;
const wantedHeightPx = 420;

/**
 * Places a popover below an element, or above it if there is more room. Popovers are laid out in the page's coordinates, so it scrolls with
 * the page, and nothing in the page moves for it.
 */
export function placeOverlay(panel: HTMLElement, anchor: Element): void {
  const page = anchor.ownerDocument;
  const view = page.defaultView;
  if (!view) return;
  const { right, top, bottom } = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = page.documentElement;
  const width = Math.min(widthPx, clientWidth - 2 * marginPx);
  const start = Math.min(Math.max(marginPx, right - width), clientWidth - width - marginPx);
  const below = clientHeight - bottom - gapPx - marginPx;
  const above = top - gapPx - marginPx;
  const isBelow = below >= Math.min(wantedHeightPx, above);
  const height = Math.max(120, Math.min(wantedHeightPx, isBelow ? below : above));
  Object.assign(panel.style, {
    width: `${width}px`,
    maxHeight: `${height}px`,
    left: `${start + view.scrollX}px`,
    top: isBelow ? `${bottom + gapPx + view.scrollY}px` : 'auto',
    bottom: isBelow ? 'auto' : `${clientHeight - top + gapPx - view.scrollY}px`,
  });
}
