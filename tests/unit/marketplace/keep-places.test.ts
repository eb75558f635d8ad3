import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearLeftovers, keepPlaces } from '../../../lib/marketplace/keep-places.ts';
import type { Place } from '../../../lib/marketplace/read-places.ts';
import { type OpenPage, openPage } from './open-page.ts';

const detail = '/models/huggingface/org%2Fname';
const link = '<a href="https://huggingface.co/org/name">View on HuggingFace</a>';
const card = (name: string) => `<a href="/models/huggingface/org%2F${name}"><div><h3>${name}</h3></div></a>`;

let lifetime: AbortController;
beforeEach(() => {
  lifetime = new AbortController();
});
afterEach(() => lifetime.abort());

function keep({ page, location }: OpenPage, isSettled: (element: Element) => boolean = () => true) {
  const window = page.defaultView as unknown as typeof globalThis;
  vi.stubGlobal('MutationObserver', window.MutationObserver);
  vi.stubGlobal('HTMLElement', window.HTMLElement);
  const looks: string[][] = [];
  const check = keepPlaces({
    page,
    location,
    isSettled,
    put: () => {
      const host = page.createElement('rbee-run');
      return {
        host,
        update: (place: Place) => host.setAttribute('data-subject', place.subject),
        placed: () => {},
        remove: () => host.remove(),
      };
    },
    onLooked: (subjects) => looks.push([...subjects]),
    signal: lifetime.signal,
  });
  return { check, looks };
}

const body = (page: Document) => page.body.innerHTML;
const hosts = (page: Document) =>
  [...page.querySelectorAll('rbee-run')].map((host) => host.getAttribute('data-subject'));

describe('a page', () => {
  it('gets a button under its link', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    keep(opened);
    await expect.poll(() => body(opened.page)).toBe(`<p>${link}<rbee-run data-subject="hf:org/name"></rbee-run></p>`);
  });

  it('is left alone until its framework is done with the place', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    let settled = false;
    let asked = 0;
    keep(opened, () => {
      asked += 1;
      return settled;
    });
    await expect.poll(() => asked).toBeGreaterThan(3);
    expect(hosts(opened.page)).toEqual([]);
    settled = true;
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
  });

  it('has its own action hidden, and back when we go', async () => {
    const opened = openPage('<p><button>Run with rbee</button></p>', detail);
    keep(opened);
    await expect
      .poll(() => body(opened.page))
      .toMatch(/^<p><button hidden="">Run with rbee<\/button><rbee-run .*><\/rbee-run><\/p>$/);
    lifetime.abort();
    expect(body(opened.page)).toBe('<p><button>Run with rbee</button></p>');
  });

  it('keeps one button when it puts another action in the place of the first', async () => {
    const opened = openPage('<p><button>Checking...</button></p>', detail);
    keep(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    const { page } = opened;
    page.querySelector('button')?.remove();
    page.querySelector('p')?.insertAdjacentHTML('beforeend', '<a href="/releases">Download Keeper</a>');
    await expect
      .poll(() => body(page))
      .toMatch(/^<p><a href="\/releases" hidden="">Download Keeper<\/a><rbee-run [^>]*><\/rbee-run><\/p>$/);
  });

  it('has its button’s subject changed when the same elements show another model', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    keep(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.location.href = new URL('/models/huggingface/org%2Fother', opened.location.href).href;
    opened.page.querySelector('a')?.setAttribute('href', 'https://huggingface.co/org/other');
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/other']);
  });

  it('has none left over when it shows something else', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    keep(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('a')?.remove();
    await expect.poll(() => hosts(opened.page)).toEqual([]);
  });

  it('gets its button back where the page threw it away', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    keep(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('rbee-run')?.remove();
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
  });

  it('is looked at again when told so, for an address that changed alone', async () => {
    const opened = openPage('<p><a href="rbee://model/">Run</a></p>', '/');
    const { check } = keep(opened);
    expect(hosts(opened.page)).toEqual([]);
    opened.location.href = `${opened.location.origin}/#`;
    (opened.page.defaultView as unknown as { history: History }).history.pushState({}, '', detail);
    check();
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
  });
});

describe('a list', () => {
  it('has a button in each card, before its last part', async () => {
    const opened = openPage(card('a') + card('b'), '/');
    const { looks } = keep(opened);
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/a', 'hf:org/b']);
    expect(opened.page.querySelector('a')?.lastElementChild?.localName).toBe('div');
    expect(looks).toEqual([['hf:org/a', 'hf:org/b']]);
  });

  it('has the right ones after it was filtered', async () => {
    const opened = openPage(card('a') + card('b'), '/');
    const { looks } = keep(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('a')?.remove();
    opened.page.body.insertAdjacentHTML('beforeend', card('c'));
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/b', 'hf:org/c']);
    expect(looks.at(-1)).toEqual(['hf:org/b', 'hf:org/c']);
  });

  it('of many cards gets its buttons in many turns, so that the page stays responsive', async () => {
    const opened = openPage(Array.from({ length: 120 }, (_, index) => card(`m${index}`)).join(''), '/');
    keep(opened);
    const counts = [0];
    while (counts.at(-1) !== 120) {
      await new Promise((resolve) => setTimeout(resolve));
      counts.push(hosts(opened.page).length);
    }
    const added = counts.slice(1).map((count, index) => count - (counts[index] as number));
    expect(Math.max(...added)).toBeLessThan(60);
  });

  it('is not looked at again for what we put there ourselves', async () => {
    const opened = openPage(card('a') + card('b'), '/');
    const { looks } = keep(opened);
    await expect.poll(() => looks.length).toBe(1);
    opened.page.body.insertAdjacentHTML('beforeend', card('c'));
    await expect.poll(() => looks.length).toBe(2);
    opened.page.body.append('x');
    await expect.poll(() => looks.length).toBe(3);
  });
});

describe('what an earlier content script left behind', () => {
  it('is taken out, and the page’s own action shown again', () => {
    const { page } = openPage(
      '<p><button hidden>Install</button><rbee-run data-in-place-of></rbee-run></p>',
      '/workers/x',
    );
    vi.stubGlobal('HTMLElement', (page.defaultView as unknown as typeof globalThis).HTMLElement);
    clearLeftovers(page);
    expect(body(page)).toBe('<p><button>Install</button></p>');
  });

  it('is not what an author imitates', () => {
    const { page } = openPage(
      '<div class="markdown-content"><b hidden>x</b><rbee-run data-in-place-of></rbee-run></div>',
      '/',
    );
    const before = body(page);
    clearLeftovers(page);
    expect(body(page)).toBe(before);
  });
});
