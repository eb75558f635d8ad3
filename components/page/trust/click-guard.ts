import type { NewLabels } from '../new-labels.ts';
import { createFocus } from './focus.ts';
import { createStillness } from './stillness.ts';
import { createVisibility, isRendered, isTopmost } from './visibility.ts';

/** Nobody recognises a button and decides in less time. */
export const noticeMs = 400;

export type ClickGuard = ReturnType<typeof createClickGuard>;

/** Judges whether clicks on our buttons were meant: one guard for a page. */
export function createClickGuard(page: Document, newLabels: NewLabels, signal: AbortSignal) {
  // Calls back when layout is up to date, so that reading the position costs nothing.
  const placed = new ResizeObserver((entries) => {
    // All are read before the first one changes: a change in between would cost a layout for each.
    const moved = entries.filter(({ target }) => stillness.watch(target));
    for (const { target } of moved) newLabels.begin(target);
  });
  signal.addEventListener('abort', () => placed.disconnect());
  const stillness = createStillness(page, signal);
  const focus = createFocus(page, signal);
  const visibility = createVisibility(signal);
  let under: Element | undefined;

  /** Buttons are observed while the pointer is over them or they have focus. */
  function follow({ type, currentTarget }: Event): void {
    const button = currentTarget as Element;
    if (type === 'focus') focus.gained(button);
    else if (type === 'blur') focus.lost();
    else under = type === 'pointerenter' ? button : undefined;
    if (button === under || focus.isOn(button)) visibility.observe(button);
    else visibility.unobserve(button);
  }

  function isPressed(button: Element, host: Element, { clientX, clientY }: PointerEvent): boolean {
    return page.elementFromPoint(clientX, clientY) === host && stillness.stillMs(button) >= noticeMs;
  }

  return {
    expectFocus: focus.expectFocus,

    /** For how long the button has been where it is, in ms. */
    stillMs: stillness.stillMs,

    /** Follows whether a button is visible and has focus, from when the user gets to it. */
    watch(button: HTMLElement): void {
      placed.observe(button);
      for (const type of ['pointerenter', 'pointerleave', 'focus', 'blur']) button.addEventListener(type, follow);
    },

    forget(button: HTMLElement): void {
      placed.unobserve(button);
      visibility.unobserve(button);
      stillness.forget(button);
    },

    /**
     * Call at `pointerdown` or `keydown`, or at a click that neither preceded, as screen readers and voice control cause it. Resolves to whether
     * the click was meant for the button. Otherwise it may be clickjacking, and the user is asked, because honest pages can look the same: a
     * button under any transparent layer or in an animation does not count as visible (Chromium 156, 2026-11-29).
     */
    async press(button: HTMLElement, host: Element, event: Event): Promise<boolean> {
      const isPointer = event.type === 'pointerdown';
      const isMeant =
        focus.windowMs() >= noticeMs &&
        isRendered(button) &&
        isTopmost(button, host) &&
        // Tab scrolls a button into view, so for keys the time of its focus counts instead of its position.
        (isPointer ? isPressed(button, host, event as PointerEvent) : focus.byUserMs(button) >= noticeMs);
      if (isPointer) focus.expectFocus();
      // Asked now: what covers the button may be removed while it is pressed.
      return isMeant && visibility.isShown(button);
    },
  };
}
