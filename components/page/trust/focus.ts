import { trustedListener } from './trusted-listener.ts';

/** Between a key or pointer press and the focus that it moves. */
const causeMs = 250;

/** Since when the window has had focus, and whether it was the user who moved focus to one of our buttons. */
export function createFocus(page: Document, signal: AbortSignal) {
  const { defaultView: view } = page;
  const buttons = new WeakMap<Element, { since: number; byUser: boolean }>();
  let windowSince = page.hasFocus() ? performance.now() : undefined;
  let movedByUserAt = Number.NEGATIVE_INFINITY;

  const listen = trustedListener(signal);

  const lookAtWindow = (): void => {
    // Focus that moves into a frame of the page blurs the window object, too.
    if (!page.hasFocus()) windowSince = undefined;
    else windowSince ??= performance.now();
  };
  for (const type of ['focus', 'blur']) listen(view, type, ({ target }) => target === view && lookAtWindow());
  listen(page, 'visibilitychange', () => {
    windowSince = undefined;
    lookAtWindow();
  });
  listen(page, 'keydown', (event) => {
    if ((event as KeyboardEvent).key === 'Tab') movedByUserAt = performance.now();
  });

  return {
    /** Focus that follows is the user's doing: a press on our button, or focus that our own list gives back. */
    expectFocus(): void {
      movedByUserAt = performance.now();
    },
    gained(button: Element): void {
      const now = performance.now();
      buttons.set(button, { since: now, byUser: now - movedByUserAt < causeMs });
    },
    lost(button: Element): void {
      buttons.delete(button);
    },
    windowMs(): number {
      lookAtWindow();
      return windowSince === undefined ? 0 : performance.now() - windowSince;
    },
    of(button: Element): { focusMs: number; focusedByUser: boolean } {
      const focus = buttons.get(button);
      return { focusMs: focus ? performance.now() - focus.since : 0, focusedByUser: focus?.byUser ?? false };
    },
  };
}
