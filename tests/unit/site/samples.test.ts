import { readdirSync } from 'node:fs';
import { Window } from 'happy-dom';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSample, type Sample, samples } from '../../site/samples/index.ts';
import { renderSamples } from '../../site/save-samples.ts';

const of = (...kinds: Sample['kind'][]): Sample[] => samples.filter(({ kind }) => kinds.includes(kind));

function parse({ file, url }: Sample): Document {
  const window = new Window({ url: `https://marketplace.rbee.dev${url}` });
  window.document.write(readSample(file));
  return window.document as unknown as Document;
}

const ownTexts = (page: Document, selector: string): string[] =>
  [...page.querySelectorAll(selector)]
    .filter((element) => !element.closest('.markdown-content, .prose'))
    .map((element) => element.textContent?.trim() ?? '');

describe('saved pages', () => {
  let rendered: Map<string, string>;
  beforeAll(async () => {
    rendered = await renderSamples();
  }, 60_000);

  it('has a file for every entry of the table and no others', () => {
    const saved = readdirSync(new URL('../../site/samples/', import.meta.url)).filter((name) => name.endsWith('.html'));
    expect(saved.sort()).toEqual(samples.map(({ file }) => file).sort());
  });

  it.each(samples)('$file is what the site sends today; else run tests/site/save-samples.ts', ({ file }) => {
    expect(readSample(file)).toBe(rendered.get(file));
  });

  it('names every generation that ever offered something, and the gap between two of them', () => {
    expect([...new Set(samples.map(({ generation }) => generation))]).toEqual([
      'g0',
      'g1',
      'g2',
      'g3',
      'g4',
      'g5',
      'g5b',
      'g6',
      'g7a',
      'g7',
      'g8',
      'g8b',
      'gap',
      'gap-lists',
      'g9a',
      'g9',
      'g10',
    ]);
  });
});

describe('what the table says is on the page', () => {
  it.each(of('hf-detail'))(
    '$file carries its id in a card of its own and in a link outside of what authors wrote',
    (sample) => {
      const page = parse(sample);
      const [id] = ownTexts(page, 'code.font-mono');
      expect(id).toMatch(/^[\w.-]+\/[\w.-]+$/);
      expect(ownTexts(page, 'p')).toContain('Model ID');
      const links = [...page.querySelectorAll(`a[href="https://huggingface.co/${id}"]`)];
      expect(links.map((link) => link.textContent?.trim())).toEqual(['View on HuggingFace']);
    },
  );

  it.each(of('civitai-detail'))(
    '$file links to where the model comes from, once rightly and once wrongly',
    (sample) => {
      const texts = ownTexts(parse(sample), 'a[data-slot="button"]');
      const wrong = sample.generation === 'g5';
      expect(texts.includes('View on HuggingFace')).toBe(wrong);
      expect(texts.includes('View on CivitAI')).toBe(!wrong);
    },
  );

  it.each(of('worker-detail'))('$file has the action of its time', (sample) => {
    const actions = ownTexts(parse(sample), 'main button, main a').filter((text) => /^Install/.test(text));
    const action =
      { g3: 'Install with rbee', g9: 'Install Worker', g10: 'Install Worker' }[sample.generation] ?? 'Install';
    expect(actions).toEqual([action]);
  });

  it.each(samples.filter(({ hostile }) => hostile))('$file shows the imitations before the page itself', (sample) => {
    const page = parse(sample);
    const imitation = page.querySelector('a[href^="rbee://model"]');
    const own = [
      ...page.querySelectorAll(
        'a[href^="https://huggingface.co/"], a[href^="https://civitai.com/models/"], main button',
      ),
    ].filter((element) => !element.closest('.markdown-content, .prose'));
    const after = own.filter((element) => imitation && imitation.compareDocumentPosition(element) & 4);
    expect(after.length).toBeGreaterThan(0);
  });

  it.each(of('hf-list').filter(({ file }) => file !== 'g10-hf-list-loading.html'))(
    '$file lists the same six models',
    (sample) => {
      const page = parse(sample);
      const rows = page.querySelectorAll('tbody tr, a[href^="/models/huggingface/"] h3');
      expect(rows).toHaveLength(6);
    },
  );
});
