// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import type { ClickGuard } from '../../../../components/page/trust/click-guard.ts';
import { listenForClicks } from '../../../../components/page/trust/listen-for-clicks.ts';

const guard = { watch() {}, stillMs: () => 1_000, press: async () => true } as unknown as ClickGuard;
const space = (repeat = false) => new KeyboardEvent('keydown', { key: ' ', repeat });

/** Returns what is carried out of what the button offers: the number of the event. */
async function send(...events: Event[]): Promise<number[]> {
  const button = document.createElement('button');
  const taken: number[] = [];
  let at = 0;
  listenForClicks(button, button, { guard, offer: () => at, isNew: () => false, act: (offer) => taken.push(offer) });
  for (const event of events) {
    at += 1;
    button.dispatchEvent(Object.defineProperty(event, 'isTrusted', { value: true }));
  }
  await new Promise((resolve) => setTimeout(resolve));
  return taken;
}

it('a held Space clicks when it is released, unless it was pressed elsewhere', async () => {
  expect(await send(space(), space(true), new MouseEvent('click'))).toEqual([1]);
  expect(await send(space(true), new MouseEvent('click'))).toEqual([]);
});

it('a key press that ended elsewhere does not decide what a later click runs', async () => {
  expect(await send(space(), new FocusEvent('blur'), new MouseEvent('click'))).toEqual([3]);
});
