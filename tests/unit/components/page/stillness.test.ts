// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';
import { createStillness } from '../../../../components/page/trust/stillness.ts';

it('an element that is no longer in the page is forgotten', () => {
  const [row, read] = [document.createElement('button'), vi.fn(() => new DOMRect())];
  row.getBoundingClientRect = read;
  createStillness(document, new AbortController().signal).watch(row);
  document.dispatchEvent(Object.defineProperty(new Event('keydown'), 'isTrusted', { value: true }));
  expect(read).toHaveBeenCalledTimes(1);
});
