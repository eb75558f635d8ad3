import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isOwn } from '../../../lib/marketplace/own-content.ts';
import { clearLeftovers, placeButtons } from '../../../lib/marketplace/place-buttons.ts';
import type { Place } from '../../../lib/marketplace/read-places.ts';
import { readSample, samples } from '../../site/samples/index.ts';
import { expected } from './expected.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { translate } from './translate.ts';

const detail = '/models/huggingface/org%2Fname';
const link = '<a href="https://huggingface.co/org/name">View on HuggingFace</a>';
const card = (name: string) => `<a href="/models/huggingface/org%2F${name}"><div><h3>${name}</h3></div></a>`;

let lifetime: AbortController;
beforeEach(() => {
  lifetime = new AbortController();
});
afterEach(() => lifetime.abort());

function start({ page, location }: OpenPage, isSettled: (element: Element) => boolean = () => true) {
  const window = page.defaultView as unknown as typeof globalThis;
  vi.stubGlobal('MutationObserver', window.MutationObserver);
  vi.stubGlobal('HTMLElement', window.HTMLElement);
  const scans: string[][] = [];
  const scan = placeButtons({
    page,
    location,
    isSettled,
    create: () => {
      const host = page.createElement('rbee-run');
      return {
        host,
        update: (place: Place) => host.setAttribute('data-subject', place.subject),
        inserted: () => {},
        remove: () => host.remove(),
      };
    },
    onScanned: (subjects) => scans.push([...subjects]),
    signal: lifetime.signal,
  });
  return { scan, scans };
}

const body = (page: Document) => page.body.innerHTML;
const hosts = (page: Document) =>
  [...page.querySelectorAll('rbee-run')].map((host) => host.getAttribute('data-subject'));

describe('on a detail page', () => {
  it('the button is inserted below the external link', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    start(opened);
    await expect.poll(() => body(opened.page)).toBe(`<p>${link}<rbee-run data-subject="hf:org/name"></rbee-run></p>`);
  });

  it('nothing is inserted before the element is settled', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    let settled = false;
    let asked = 0;
    start(opened, () => {
      asked += 1;
      return settled;
    });
    await expect.poll(() => asked).toBeGreaterThan(3);
    expect(hosts(opened.page)).toEqual([]);
    settled = true;
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
  });

  it('the page’s own action is hidden, and shown again after an abort', async () => {
    const opened = openPage('<p><button>Run with rbee</button></p>', detail);
    start(opened);
    await expect
      .poll(() => body(opened.page))
      .toMatch(/^<p><button hidden="">Run with rbee<\/button><rbee-run .*><\/rbee-run><\/p>$/);
    lifetime.abort();
    expect(body(opened.page)).toBe('<p><button>Run with rbee</button></p>');
  });

  it('there is one button after the page has replaced its action by another one', async () => {
    const opened = openPage('<p><button>Checking...</button></p>', detail);
    start(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    const { page } = opened;
    page.querySelector('button')?.remove();
    page.querySelector('p')?.insertAdjacentHTML('beforeend', '<a href="/releases">Download Keeper</a>');
    await expect
      .poll(() => body(page))
      .toMatch(/^<p><a href="\/releases" hidden="">Download Keeper<\/a><rbee-run [^>]*><\/rbee-run><\/p>$/);
  });

  it('the subject is updated when the same elements show another model', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    start(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.location.href = new URL('/models/huggingface/org%2Fother', opened.location.href).href;
    opened.page.querySelector('a')?.setAttribute('href', 'https://huggingface.co/org/other');
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/other']);
  });

  it('the button is removed when the page no longer offers anything', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    start(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('a')?.remove();
    await expect.poll(() => hosts(opened.page)).toEqual([]);
  });

  it('the button is inserted again after the page has removed it', async () => {
    const opened = openPage(`<p>${link}</p>`, detail);
    start(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('rbee-run')?.remove();
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
  });

  it('the button is inserted again after the page has removed it from beside its action', async () => {
    const opened = openPage('<p><button>Run with rbee</button></p>', detail);
    start(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('rbee-run')?.remove();
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
    lifetime.abort();
    expect(body(opened.page)).toBe('<p><button>Run with rbee</button></p>');
  });

  it('a requested scan finds a subject after only the address has changed', async () => {
    const opened = openPage('<p><a href="rbee://model/">Run</a></p>', '/');
    const { scan } = start(opened);
    expect(hosts(opened.page)).toEqual([]);
    opened.location.href = `${opened.location.origin}/#`;
    (opened.page.defaultView as unknown as { history: History }).history.pushState({}, '', detail);
    scan();
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
  });
});

describe('after the browser has translated a page that has its buttons', () => {
  /** Where each button is, by the elements that the page had at first. */
  const inPlaces = (page: Document, elements: readonly (Element | null)[]) =>
    [...page.querySelectorAll<HTMLElement>('rbee-run')].filter(isOwn).map((host) => {
      const before = host.previousElementSibling as HTMLElement | null;
      return [host.dataset.subject, elements.indexOf(before), elements.indexOf(host.parentElement), before?.hidden];
    });
  const withButtons = samples.filter(({ file }) => expected[file.replace('.html', '')]?.length);

  it.each(withButtons)('the buttons are where they were: $file', async ({ file, url }) => {
    const opened = openPage(readSample(file), url);
    const { page } = opened;
    const elements = [...page.querySelectorAll('*')];
    const { scans } = start(opened);
    await expect.poll(() => scans.length, { interval: 5 }).toBe(1);
    const before = inPlaces(page, elements);
    expect(before).toHaveLength(expected[file.replace('.html', '')]?.length as number);
    translate(page);
    await expect.poll(() => scans.length, { interval: 5 }).toBe(2);
    expect(inPlaces(page, elements)).toEqual(before);
  });

  it.each([
    ['an action', '<p><button>Run with rbee</button></p>'],
    ['a link', '<p><a href="https://huggingface.co/renamed/model">View on HuggingFace</a></p>'],
    ['a heading', '<div><h1>name</h1></div>'],
  ])('a button stays at %s that only its words identified', async (_name, markup) => {
    const opened = openPage(markup, detail);
    const { scans } = start(opened);
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
    const host = opened.page.querySelector('rbee-run');
    translate(opened.page);
    await expect.poll(() => scans.length).toBeGreaterThan(1);
    expect(opened.page.querySelector('rbee-run')).toBe(host);
  });

  it('a button leaves its element when the address names another model', async () => {
    const opened = openPage('<div><h1>name</h1></div>', detail);
    const { scan } = start(opened);
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/name']);
    (opened.page.defaultView as unknown as { history: History }).history.pushState({}, '', `${detail}-other`);
    scan();
    await expect.poll(() => hosts(opened.page)).toEqual([]);
  });
});

describe('on a list', () => {
  it('each card gets a button before its last element', async () => {
    const opened = openPage(card('a') + card('b'), '/');
    const { scans } = start(opened);
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/a', 'hf:org/b']);
    expect(opened.page.querySelector('a')?.lastElementChild?.localName).toBe('div');
    expect(scans).toEqual([['hf:org/a', 'hf:org/b']]);
  });

  it('the buttons match the cards after the list was filtered', async () => {
    const opened = openPage(card('a') + card('b'), '/');
    const { scans } = start(opened);
    await expect.poll(() => hosts(opened.page).length).toBeGreaterThan(0);
    opened.page.querySelector('a')?.remove();
    opened.page.body.insertAdjacentHTML('beforeend', card('c'));
    await expect.poll(() => hosts(opened.page)).toEqual(['hf:org/b', 'hf:org/c']);
    expect(scans.at(-1)).toEqual(['hf:org/b', 'hf:org/c']);
  });

  it('120 cards get their buttons in several slices, so that the page stays responsive', async () => {
    const opened = openPage(Array.from({ length: 120 }, (_, index) => card(`m${index}`)).join(''), '/');
    start(opened);
    const counts = [0];
    while (counts.at(-1) !== 120) {
      await new Promise((resolve) => setTimeout(resolve));
      counts.push(hosts(opened.page).length);
    }
    const added = counts.slice(1).map((count, index) => count - (counts[index] as number));
    expect(Math.max(...added)).toBeLessThan(60);
  });

  it('our own changes cause no further scan', async () => {
    const opened = openPage(card('a') + card('b'), '/');
    const { scans } = start(opened);
    await expect.poll(() => scans.length).toBe(1);
    opened.page.body.insertAdjacentHTML('beforeend', card('c'));
    await expect.poll(() => scans.length).toBe(2);
    opened.page.body.append('x');
    await expect.poll(() => scans.length).toBe(3);
  });
});

describe('clearing the buttons of an earlier content script', () => {
  const clear = (page: Document) => {
    const { HTMLElement, Document } = page.defaultView as unknown as typeof globalThis;
    vi.stubGlobal('HTMLElement', HTMLElement);
    vi.stubGlobal('Document', Document);
    clearLeftovers(page);
  };

  it('removes them and shows the page’s own action again', () => {
    const { page } = openPage('<p><button hidden>Install</button><rbee-run></rbee-run></p>', '/workers/x');
    clear(page);
    expect(body(page)).toBe('<p><button>Install</button></p>');
  });

  it('leaves imitations in an author’s text alone', () => {
    const { page } = openPage('<div class="markdown-content"><b hidden>x</b><rbee-run></rbee-run></div>', '/');
    const before = body(page);
    clear(page);
    expect(body(page)).toBe(before);
  });
});
