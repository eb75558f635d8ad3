import { Window } from 'happy-dom';
import { createElement, Suspense, use } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isCommitted } from '../../../lib/marketplace/react-marks.ts';

const window = new Window({ url: 'https://marketplace.rbee.dev/' });
const page = window.document as unknown as Document;
const element = (selector: string) => {
  const found = page.querySelector(selector);
  if (!found) throw new Error(`Nothing is at ${selector}`);
  return found;
};

beforeEach(() => {
  for (const name of ['window', 'document', 'HTMLIFrameElement', 'Element', 'Node'] as const) {
    vi.stubGlobal(name, window[name as never] ?? window);
  }
});
afterEach(() => {
  page.body.innerHTML = '';
});

const load = () => import('react-dom/client');

it('an element without React’s marks is unknown', () => {
  page.body.innerHTML = '<main><p>x</p></main>';
  expect(isCommitted(element('p'))).toBeUndefined();
});

it('a root is pending until it has hydrated', async () => {
  const { hydrateRoot } = await load();
  page.body.innerHTML = '<div id="root"><main><a href="/x">x</a></main></div>';
  hydrateRoot(element('#root'), createElement('main', null, createElement('a', { href: '/x' }, 'x')));
  expect(isCommitted(element('a'))).toBe(false);
  await expect.poll(() => isCommitted(element('a'))).toBe(true);
});

it('a boundary that hydrates later is pending until then', async () => {
  const { hydrateRoot } = await load();
  const gate = Promise.withResolvers<void>();
  function Late() {
    use(gate.promise);
    return createElement('b', null, 'x');
  }
  page.body.innerHTML = '<div id="root"><main><i>x</i><!--$--><b>x</b><!--/$--></main></div>';
  const late = createElement(Suspense, { fallback: null }, createElement(Late));
  hydrateRoot(element('#root'), createElement('main', null, createElement('i', null, 'x'), late));
  await expect.poll(() => isCommitted(element('i'))).toBe(true);
  expect(isCommitted(element('b'))).toBe(false);
  gate.resolve();
  await expect.poll(() => isCommitted(element('b'))).toBe(true);
});

it('raw HTML in a hydrated part is settled, because React does not hydrate it', async () => {
  const { createRoot } = await load();
  page.body.innerHTML = '<div id="root"></div>';
  // biome-ignore lint/security/noDangerouslySetInnerHtml: what the page does is what is tested.
  createRoot(element('#root')).render(createElement('main', { dangerouslySetInnerHTML: { __html: '<p>x</p>' } }));
  await expect.poll(() => page.querySelector('p') !== null).toBe(true);
  expect(isCommitted(element('p'))).toBe(true);
});

it('marks of another shape are reported as such', () => {
  page.body.innerHTML = '<p>x</p>';
  Object.assign(element('p'), { __reactFiber$abc: { return: {} } });
  expect(() => isCommitted(element('p'))).toThrow(TypeError);
});
