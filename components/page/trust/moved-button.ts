import { noticeMs } from './click-guard.ts';

type Options = {
  /** For how long the button has been where it is, in ms. */
  stillMs(): number;
  /** The user pressed, or clicked, where the button is. */
  onPress(event: Event): void;
  onClick(event: Event): void;
};

/**
 * Lets a button that has just moved take no pointer events for a moment. Software that clicks for users checks what it would hit, and waits
 * until a click counts instead of making one in doubt. What a user does there meanwhile arrives at the host and is passed on.
 */
export function ignorePointerAfterMove(
  button: HTMLElement,
  host: Element,
  { stillMs, onPress, onClick }: Options,
): void {
  let marked: AbortController | undefined;

  function settle(): void {
    const remaining = noticeMs - stillMs();
    if (remaining > 0 && button.isConnected) {
      setTimeout(settle, remaining);
      return;
    }
    marked?.abort();
    marked = undefined;
    button.classList.remove('moved');
  }

  function isAbove({ clientX, clientY }: PointerEvent): boolean {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    return clientX >= left && clientX < right && clientY >= top && clientY < bottom;
  }

  function pass(event: Event): void {
    if (!isAbove(event as PointerEvent)) return;
    onPress(event);
    // The button may be back before the pointer is released; then the click arrives at what both have in common.
    host.addEventListener('click', onClick, { once: true });
  }

  function look(event: PointerEvent): void {
    // In the middle of a press, and for touch, where both come at once, the click would be lost.
    if (marked || !event.isTrusted || event.buttons || event.pointerType !== 'mouse' || stillMs() >= noticeMs) return;
    marked = new AbortController();
    button.classList.add('moved');
    host.addEventListener('pointerdown', pass, marked);
    settle();
  }
  button.addEventListener('pointerenter', look);
  button.addEventListener('pointermove', look);
}
