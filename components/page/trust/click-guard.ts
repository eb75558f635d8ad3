import type { NewLabels } from '../new-labels.ts';
import { createFocus } from './focus.ts';
import { type ClickFacts, type Doubt, doubtsAbout } from './judge-click.ts';
import { createStillness } from './stillness.ts';
import { createVisibility, isRendered, isTopmost } from './visibility.ts';

type Measured = Omit<ClickFacts, 'visible' | 'shownRatio'>;

export type Press = {
  /** Why the press may not have been meant for the button; empty if it was. */
  doubts(): Promise<Doubt[]>;
};

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

  function measure(button: HTMLElement, host: Element, event: Event): Measured {
    const pointer = event instanceof PointerEvent && event.type === 'pointerdown' ? event : undefined;
    const input = pointer ? 'pointer' : event instanceof KeyboardEvent ? 'keyboard' : 'assistive';
    return {
      input,
      pressedHere: pointer !== undefined && page.elementFromPoint(pointer.clientX, pointer.clientY) === host,
      rendered: isRendered(button),
      topmost: isTopmost(button, host),
      stillMs: stillness.stillMs(button),
      windowFocusMs: focus.windowMs(),
      ...focus.of(button),
    };
  }

  return {
    expectFocus: focus.expectFocus,

    /** For how long the button has been where it is, in ms. */
    stillMs: stillness.stillMs,

    /** Follows whether a button is visible and has focus, from when the user gets to it. */
    watch(button: HTMLElement): void {
      placed.observe(button);
      let over = false;
      let focused = false;
      const update = (): void => (over || focused ? visibility.observe(button) : visibility.unobserve(button));
      button.addEventListener('pointerenter', () => {
        over = true;
        update();
      });
      button.addEventListener('pointerleave', () => {
        over = false;
        update();
      });
      button.addEventListener('focus', () => {
        focused = true;
        focus.gained(button);
        update();
      });
      button.addEventListener('blur', () => {
        focused = false;
        focus.lost(button);
        update();
      });
    },

    forget(button: HTMLElement): void {
      placed.unobserve(button);
      visibility.unobserve(button);
      stillness.forget(button);
    },

    /** Call at `pointerdown` or `keydown`, or at a click that neither preceded. */
    press(button: HTMLElement, host: Element, event: Event): Press {
      const measured = measure(button, host, event);
      if (measured.input === 'pointer') focus.expectFocus();
      return { doubts: async () => doubtsAbout({ ...measured, ...(await visibility.read(button)) }) };
    },
  };
}
