import { describe, expect, it } from 'vitest';
import type { Place } from '../../../lib/marketplace/read-places.ts';
import { readSample, samples } from '../../site/samples/index.ts';
import { expected } from './expected.ts';
import { describePlace, openPage } from './open-page.ts';
import { translate } from './translate.ts';

const detail = '/models/huggingface/org%2Fname';
const link = '<a href="https://huggingface.co/org/name">View on HuggingFace</a>';
const main = (inner: string) => `<html><body><main>${inner}</main></body></html>`;
const read = (inner: string, path = detail) => inWords(openPage(main(inner), path).places());
const inWords = (places: Place[]) => places.map((place) => describePlace(place));
const modelId = (id: string) => `<div><div><p>Model ID</p></div><code>${id}</code></div>`;

describe('a saved page of each generation', () => {
  it.each(samples)('$file', ({ file, url }) => {
    expect(inWords(openPage(readSample(file), url).places())).toEqual(expected[file.replace('.html', '')]);
  });

  it.each(samples)('$file, translated by the browser', ({ file, url }) => {
    const { page, places } = openPage(readSample(file), url);
    const words = new Map(places().map(({ anchor }) => [anchor, anchor.textContent.trim()]));
    // The rows of a table have nothing but the names to be identified by.
    translate(page, 'script, style, tbody');
    const found = places().map((place) => describePlace(place, words.get(place.anchor) ?? 'another element'));
    expect(found).toEqual(expected[file.replace('.html', '')]);
  });

  it('has expectations, and there are none for deleted samples', () => {
    expect(Object.keys(expected).toSorted()).toEqual(samples.map(({ file }) => file.replace('.html', '')).toSorted());
  });
});

describe('the subject of a model page', () => {
  it.each([
    ['what the address says', '<h1>name</h1>', ['under "name" hf:org/name']],
    [
      'not what a Model ID or a link says',
      `${modelId('other/model')}${link}`,
      ['under "View on HuggingFace" hf:org/name'],
    ],
    [
      'not the link of another model',
      '<h1>name</h1><a href="https://huggingface.co/x/y">Docs</a>',
      ['under "name" hf:org/name'],
    ],
    [
      'the same for a link that spells it differently',
      '<h1>name</h1><a href="https://huggingface.co/Org/Name">Auf HuggingFace ansehen</a>',
      ['under "Auf HuggingFace ansehen" hf:org/name'],
    ],
  ])('is %s', (_name, inner, places) => expect(read(inner)).toEqual(places));

  it('is not guessed from an address that lost its case and dots', () => {
    expect(read('<h1>Llama-3.2-1B</h1>', '/models/huggingface/meta-llama--llama-3-2-1b')).toEqual([]);
  });

  it.each([
    ['the Model ID', modelId('Org/Na.me_1'), 'org--na-me-1', ['under "Na.me_1" hf:Org/Na.me_1']],
    [
      'the link',
      '<a href="https://huggingface.co/Org/Na.me">View on HuggingFace</a>',
      'org--na-me',
      ['under "View on HuggingFace" hf:Org/Na.me'],
    ],
    [
      'the Model ID of a name that the server guesses',
      modelId('org/na.me_1'),
      'org-na-me-1',
      ['under "Na.me_1" hf:org/na.me_1'],
    ],
    ['no Model ID of another model', modelId('evil/model'), 'org--na-me', []],
    ['no link of another model', '<a href="https://huggingface.co/a/b">View on HuggingFace</a>', 'org--na-me', []],
  ])('is taken from %s if the address has lost case and dots', (_name, inner, name, places) => {
    expect(read(`<h1>Na.me_1</h1>${inner}`, `/models/huggingface/${name}`)).toEqual(places);
  });
});

describe('an unknown kind of page', () => {
  it('has the button below its heading and the lines that follow it', () => {
    const { places } = openPage(main('<div><h1>Name</h1><p>by org</p><p>v1</p><table></table></div>'), detail);
    expect(places()[0]?.anchor.textContent).toBe('v1');
  });

  it.each([
    ['an error page', detail, '<h1>404</h1><p>This page could not be found.</p>'],
    ['a missing worker', '/workers/llm-worker-rbee', '<h1>404</h1>'],
    ['a page still loading', detail, '<p>Loading…</p>'],
    ['a heading that an author wrote', detail, '<div class="markdown-content"><h1>org/name</h1></div>'],
    ['a list', '/models/huggingface', '<h1>HuggingFace Models</h1>'],
    ['a page about something else', '/docs', '<h1>Docs</h1>'],
  ])('has no button if it is %s', (_name, path, inner) => expect(read(inner, path)).toEqual([]));
});

describe('links to the desktop app', () => {
  it.each([
    ['/', '<a href="rbee://model/a/b">Go</a>', ['instead of "Go" hf:a/b']],
    ['/', '<a href="rbee://install/model?id=a%2Fb&worker=cpu">Go</a>', ['instead of "Go" hf:a/b']],
    ['/', '<a href="rbee://worker/cpu-llm">Go</a>', ['instead of "Go" worker:llm-worker-rbee-cpu']],
    [detail, '<a href="rbee://model?id=a/b">Go</a>', ['under "name" hf:org/name']],
    [detail, '<a href="rbee://model/org/name">Go</a>', ['instead of "Go" hf:org/name']],
    // A detail page is about the model of its address.
    [detail, '<a href="rbee://model/a/b">Go</a>', ['under "name" hf:org/name']],
    // Names nothing that can be read, so it means what its page is about.
    [detail, '<a href="rbee://model/">Go</a>', ['instead of "Go" hf:org/name']],
  ])('on %s, %s gives %j', (path, anchor, places) => expect(read(`<h1>name</h1>${anchor}`, path)).toEqual(places));

  it('get no button on a page without a subject if they name none either', () => {
    expect(read('<a href="rbee://marketplace">Open</a>', '/')).toEqual([]);
  });

  it('are ignored in an author’s text', () => {
    expect(read('<div class="prose"><a href="rbee://model?id=evil/model">Run with rbee</a></div>', '/')).toEqual([]);
  });
});

describe('an element that is not displayed', () => {
  it.each([
    ['a part that is streamed later', `<div hidden id="S:1">${link}</div>`],
    ['a page kept for Back', `<div style="display: none !important">${link}</div>`],
    ['a page kept for Back, as the server writes it', `<div style="display:none">${link}</div>`],
  ])('is not read: %s', (_name, inner) => expect(read(inner)).toEqual([]));

  it('is no action if the page hid it, but is one if we hid it', () => {
    const action = (more: string) => `<button hidden>Run with rbee</button>${more}${link}`;
    expect(read(action(''))).toEqual(['under "View on HuggingFace" hf:org/name']);
    expect(read(action('<rbee-run></rbee-run>'))).toEqual(['instead of "Run with rbee" hf:org/name']);
  });
});

describe('README markup that closes the elements of the site', () => {
  it('gets no button on a detail page beside the one of its address', () => {
    const forged = '<a href="/workers/evil"><h3>x</h3></a><a href="rbee://model/evil/model">Go</a>'.repeat(3);
    expect(read(`${forged}<h1>name</h1>${link}`)).toEqual(['under "View on HuggingFace" hf:org/name']);
  });
});

describe('cards', () => {
  it('have one notice for all models that are not supported', () => {
    const cards = [1, 2, 3].map((id) => `<a href="/models/civitai/${id}"><h3>x</h3></a>`);
    expect(read(cards.join(''), '/models/civitai')).toEqual(['card civitai:1']);
  });

  const card = (href: string, title = 'x') => `<a href="${href}"><div><h3>${title}</h3></div></a>`;

  it.each([
    ['another site', 'https://example.com/models/huggingface/a%2Fb'],
    ['a list', '/models/huggingface'],
    ['a narrowed list', '/models/civitai/filter/month'],
    ['no model', '/models/huggingface/%E0%A4%A'],
  ])('that lead to %s have no button', (_name, href) => expect(read(card(href), '/')).toEqual([]));

  it('are identified by their title if the address is a slug', () => {
    expect(read(card('/models/huggingface/a--b-1', 'A/b.1'), '/')).toEqual(['card hf:A/b.1']);
  });

  it('have no button if the title is not what the slug can mean', () => {
    expect(read(card('/models/huggingface/a--b-1', 'A/other'), '/')).toEqual([]);
  });

  it('follow their link when a list gives one card’s element to another model', () => {
    const { page, places } = openPage(main(card('/models/huggingface/a%2Fb')), '/');
    const [place] = places();
    page.querySelector('a')?.setAttribute('href', '/models/huggingface/c%2Fd');
    expect(place?.read()).toBe('hf:c/d');
  });
});
