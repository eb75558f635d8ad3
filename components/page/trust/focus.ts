import { trustedListener } from './trusted-listener.ts';

/** Between a key or pointer press and the focus that it moves. */
const causeMs = 250;

/** Since when the window has had focus, and whether it was the user who moved focus to one of our buttons. */
export function createFocus(page: Document, signal: AbortSignal) {
  const { defaultView: view } = page;
  const listen = trustedListener(signal);
  let focused: { button: Element; since: number; byUser: boolean } | undefined;
  let windowSince = page.hasFocus() ? performance.now() : undefined;
  let movedByUserAt = Number.NEGATIVE_INFINITY;

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
  const expectFocus = (): void => {
    movedByUserAt = performance.now();
  };
  listen(page, 'keydown', (event) => (event as KeyboardEvent).key === 'Tab' && expectFocus());

  return {
    /** Focus that follows is the user's doing: Tab, a press on our button, or focus that our own list gives back. */
    expectFocus,
    gained(button: Element): void {
      const since = performance.now();
      focused = { button, since, byUser: since - movedByUserAt < causeMs };
    },
    lost(): void {
      focused = undefined;
    },
    isOn: (button: Element): boolean => focused?.button === button,
    /** For how long the window has had focus; 0 if it has none. */
    windowMs(): number {
      lookAtWindow();
      return windowSince === undefined ? 0 : performance.now() - windowSince;
    },
    /** For how long the button has had focus that the user moved there; 0 if it has none. */
    byUserMs: (button: Element): number =>
      focused?.button === button && focused.byUser ? performance.now() - focused.since : 0,
  };
}
