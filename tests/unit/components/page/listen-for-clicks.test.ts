// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import type { ClickGuard } from '../../../../components/page/trust/click-guard.ts';
import { listenForClicks } from '../../../../components/page/trust/listen-for-clicks.ts';

function listen() {
  const button = document.createElement('button');
  const taken: string[] = [];
  const shown = { offer: 'start' };
  listenForClicks(button, document.body, {
    guard: { watch() {}, stillMs: () => 1_000, press: () => ({ doubts: async () => [] }) } as unknown as ClickGuard,
    offer: () => shown.offer,
    isNew: () => false,
    act: (offer) => taken.push(offer),
  });
  const send = (event: Event) => button.dispatchEvent(Object.defineProperty(event, 'isTrusted', { value: true }));
  return {
    taken,
    shown,
    down: (key: string, repeat = false) => send(new KeyboardEvent('keydown', { key, repeat })),
    blur: () => send(new FocusEvent('blur')),
    async click() {
      send(new MouseEvent('click'));
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

it('a held Space clicks when it is released, unless it was pressed elsewhere', async () => {
  const { taken, down, click } = listen();
  down(' ', true);
  await click();
  expect(taken).toEqual([]);
  down(' ');
  down(' ', true);
  await click();
  expect(taken).toEqual(['start']);
});
