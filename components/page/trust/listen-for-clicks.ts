import type { ClickGuard } from './click-guard.ts';
import { ignorePointerAfterMove } from './moved-button.ts';

type Options<T> = {
  guard: ClickGuard;
  /** What the button offers at this moment; undefined if a click does nothing. */
  offer(): T | undefined;
  /** Whether its label is too new to have been read. */
  isNew(): boolean;
  /** A trusted click came for what was offered when it began. It may not have been meant. */
  act(offer: T, isMeant: boolean): void;
};

/** Listens for clicks of the user on a button in the closed shadow root of `host`. Clicks by scripts are ignored. */
export function listenForClicks<T>(button: HTMLElement, host: Element, { guard, offer, isNew, act }: Options<T>): void {
  let pressed: { offer: T; ignored: boolean; byKey: boolean; isMeant: Promise<boolean> } | undefined;
  let deciding = false;
  let ended: Event | undefined;

  function begin(event: Event): void {
    const { repeat = false } = event as Partial<KeyboardEvent>;
    // A held Space clicks once, when it is released; a held Enter clicks at each repetition.
    if (repeat && pressed?.byKey) return;
    const offered = event.isTrusted ? offer() : undefined;
    pressed = offered && {
      offer: offered,
      ignored: repeat || isNew(),
      byKey: event.type === 'keydown',
      isMeant: guard.press(button, host, event),
    };
  }

  guard.watch(button);
  button.addEventListener('pointerdown', begin);
  button.addEventListener('keydown', (event) => (event.key === 'Enter' || event.key === ' ') && begin(event));
  button.addEventListener('blur', () => {
    // The key is released elsewhere, and no click comes of it. A page's script may move focus in the middle of a press with the pointer.
    if (pressed?.byKey) pressed = undefined;
  });
  button.addEventListener('click', end);
  ignorePointerAfterMove(button, host, { stillMs: () => guard.stillMs(button), onPress: begin, onClick: end });

  async function end(event: Event): Promise<void> {
    // A click on the button arrives at the host as well.
    if (event === ended) return;
    ended = event;
    // Screen readers click without a press.
    if (!pressed || !((event as UIEvent).detail || pressed.byKey)) begin(event);
    const click = pressed;
    pressed = undefined;
    if (!event.isTrusted || !click || click.ignored || deciding) return;
    deciding = true;
    const isMeant = await click.isMeant;
    deciding = false;
    act(click.offer, isMeant);
  }
}
