import type { Page } from '@playwright/test';
import { inClosedRoot } from '../browser/closed-roots.ts';
import { hydrated } from '../site/probe.ts';
import { samples } from '../site/samples/index.ts';
import { expect, test } from './fixtures.ts';

/** Texts of a card that a button covers, and buttons that exceed their card or are too small to click. */
const defects = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('rbee-run[data-variant="compact"]')].flatMap((host) => {
      const card = host.parentElement;
      const own = host.getBoundingClientRect();
      if (!card || !host.checkVisibility({ visibilityProperty: true })) return [];
      const box = card.getBoundingClientRect();
      const named = `${host.dataset.subject} ${Math.round(own.width)}x${Math.round(own.height)}`;
      const found: string[] = [];
      if (own.width < 24 || own.height < 24) found.push(`${named} is too small`);
      if (own.left < box.left || own.right > box.right || own.top < box.top || own.bottom > box.bottom)
        found.push(`${named} exceeds its card`);
      const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      while (texts.nextNode()) {
        range.selectNode(texts.currentNode);
        const clip = texts.currentNode.parentElement?.closest('.truncate, .line-clamp-2')?.getBoundingClientRect();
        for (const text of range.getClientRects()) {
          const right = Math.min(text.right, clip?.right ?? text.right);
          const bottom = Math.min(text.bottom, clip?.bottom ?? text.bottom);
          const covered = text.left < own.right && right > own.left && text.top < own.bottom && bottom > own.top;
          if (covered && text.width > 0) found.push(`${named} covers "${texts.currentNode.nodeValue}"`);
        }
      }
      return found;
    }),
  );

/** Wraps every text in an element and makes it 50 % longer, as the browser's translation does. */
const translate = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      if (!text.nodeValue?.trim() || text.parentElement?.closest('script, style, [translate="no"]')) continue;
      const font = document.createElement('font');
      text.replaceWith(font);
      font.textContent = `${text.nodeValue} ${'ü'.repeat(text.nodeValue.length / 2)}`;
    }
  });

const widths = Array.from({ length: 33 }, (_, index) => 320 + 40 * index);
const lists = samples
  .filter(({ kind }) => /list|home|search/.test(kind))
  .filter(({ file }) => !file.includes('loading'));

for (const generation of new Set(lists.map((list) => list.generation))) {
  test(`buttons on cards cover no text from 320 to 1,600 px, nor on translated pages (${generation})`, async ({
    page,
    site,
  }) => {
    test.slow();
    await page.context().addCookies([{ name: 'generation', value: generation, url: site.url }]);
    for (const { file, url } of lists.filter((list) => list.generation === generation)) {
      await page.goto(site.url + url);
      await hydrated(page);
      const cards = await page.locator('main a h3, main tbody tr').count();
      if (cards > 0 && !/^gap|^g0/.test(generation)) await expect(page.locator('rbee-run').first()).toBeAttached();
      for (const look of ['original', 'translated']) {
        if (look === 'translated') await translate(page);
        for (const width of look === 'original' ? widths : [320, 800, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await expect.poll(() => defects(page), `${file}, ${look}, at ${width} px`).toEqual([]);
        }
      }
    }
  });
}

/** What is wrong with the texts of a detail page's button: its label has several lines, or a word after it is cut off. */
const cutTexts = (page: Page): Promise<string[]> =>
  inClosedRoot(page, (root) => {
    const found: string[] = [];
    const range = document.createRange();
    const label = root.querySelector('.label') as HTMLElement;
    range.selectNodeContents(label);
    if (range.getClientRects().length > 1) found.push(`"${label.textContent}" has several lines`);
    const detail = root.querySelector('.detail') as HTMLElement;
    const box = detail.getBoundingClientRect();
    const text = detail.firstChild;
    for (const { index, 0: word } of detail.textContent.matchAll(/[^\s-]+-?/g)) {
      if (!text) continue;
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const isCut = [...range.getClientRects()].some(({ top, right }) => top < box.bottom && right > box.right + 1);
      if (isCut) found.push(`"${word}" is cut off`);
    }
    return found;
  });

test('the button of a detail page shows its label in one line, and whole words after it', async ({ page, site }) => {
  for (const path of [
    'workers/llm-worker-rbee',
    'models/huggingface/google%2Fgemma-2-2b-it-GGUF',
    'models/huggingface/bartowski%2FLlama-3.2-1B-Instruct-GGUF',
  ]) {
    await page.goto(`${site.url}/${path}`);
    await expect(page.locator('rbee-run .detail')).not.toBeEmpty();
    for (const width of widths.filter((width) => width <= 1_120)) {
      await page.setViewportSize({ width, height: 900 });
      await page.locator('rbee-run').scrollIntoViewIfNeeded();
      await expect.poll(() => cutTexts(page), `${path} at ${width} px`).toEqual([]);
    }
  }
});
