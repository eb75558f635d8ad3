import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { type Extension, expect, test } from './fixtures.ts';
import { openModel } from './one-run.ts';
import { everyFailure, everyState, stored } from './records.ts';

const folder = fileURLToPath(new URL('../../lib/locales', import.meta.url));
const languages = globSync('*.yml', { cwd: folder }).map((file) => file.replace('.yml', '').replace('_', '-'));

/** The text of a locale file. */
function text(language: string, section: string, key: string): string {
  const yaml = readFileSync(`${folder}/${language.replace('-', '_')}.yml`, 'utf8');
  return new RegExp(`^${section}:\\n(?: .*\\n)*?  ${key}: (.*)$`, 'm').exec(yaml)?.[1] ?? '';
}

async function storeEveryRun(extension: Extension): Promise<void> {
  const now = Date.now();
  const runs = [...Object.values(everyState(now)), ...Object.values(everyFailure(now))];
  const serviceWorker = await extension.serviceWorker();
  await serviceWorker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored(runs));
}

/** Expands everything on the page, in a window that is 360 pixels wide. */
async function expand(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 800 });
  for (const selector of ['.toggle[aria-expanded="false"]', 'summary']) {
    await page.evaluate((closed) => {
      for (const element of document.querySelectorAll<HTMLElement>(closed)) element.click();
    }, selector);
  }
}

/** Elements that exceed the window's width, or whose text is cut off. */
const overflowing = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('#app *:not(.hidden)')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        const isCut = element.matches('button, a, h1, h2, h4, label, .steps li');
        return (
          left < -0.5 ||
          right > document.documentElement.clientWidth + 0.5 ||
          (isCut && element.scrollWidth > element.clientWidth + 1)
        );
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );

for (const language of languages) {
  test.describe(() => {
    test.use({ browserLanguage: language });

    test(`popup, options and the button on a page are written in ${language} and fit into 360 pixels`, async ({
      extension,
      page: modelPage,
    }) => {
      await storeEveryRun(extension);
      for (const file of ['popup.html', 'options.html']) {
        const page = await extension.openExtensionPage(file);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
        await expand(page);
        expect(await overflowing(page), file).toEqual([]);
        await page.close();
      }

      await modelPage.setViewportSize({ width: 360, height: 800 });
      // A model without a stored run.
      const host = await openModel(modelPage, 'Qwen/Qwen2.5-0.5B-Instruct-GGUF');
      await expect(host).toHaveAttribute('lang', language);
      const button = host.getByRole('button').first();
      await expect(button).toHaveAccessibleName(text(language, 'run', 'start'));
      await button.scrollIntoViewIfNeeded();
      const { left, right, isCut } = await button.evaluate((element) => ({
        ...(element.getBoundingClientRect().toJSON() as DOMRect),
        isCut: element.scrollWidth > element.clientWidth + 1,
      }));
      expect(isCut).toBe(false);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(360);
    });
  });
}

test.describe('in a right-to-left language', () => {
  /** A pseudo-locale: every text begins with a Hebrew letter. */
  async function openMirrored(extension: Extension, file: string): Promise<Page> {
    const page = await extension.context.newPage();
    await page.addInitScript(() => {
      const getMessage = chrome.i18n.getMessage as (name: string) => string;
      const fixed: Record<string, string> = { direction: 'rtl', language: 'he' };
      chrome.i18n.getMessage = (name: string) => fixed[name] ?? `א ${getMessage(name)}`;
    });
    await page.goto(`chrome-extension://${extension.extensionId}/${file}`);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    await expand(page);
    return page;
  }

  test('options and popup are mirrored and fit into 360 pixels, and “owner/” ends with its slash', async ({
    extension,
  }) => {
    await storeEveryRun(extension);
    const options = await openMirrored(extension, 'options.html');
    expect(await overflowing(options)).toEqual([]);
    const page = await openMirrored(extension, 'popup.html');
    expect(await overflowing(page)).toEqual([]);
    const crossed = await page.evaluate(() =>
      [...document.querySelectorAll('.steps li:not(:last-child)')].filter((item) => {
        const { left, right } = item.getBoundingClientRect();
        const icon = item.querySelector('svg')?.getBoundingClientRect() ?? new DOMRect();
        const line = getComputedStyle(item, '::after');
        return left + Number.parseFloat(line.left) < icon.right && right - Number.parseFloat(line.right) > icon.left;
      }),
    );
    expect(crossed, 'Lines between the steps do not cross the icons').toHaveLength(0);
    const slash = await page.evaluate(() => {
      const owner = document.querySelector('.owner')?.firstChild;
      const at = (index: number) => {
        const range = new Range();
        if (owner) range.setStart(owner, index);
        if (owner) range.setEnd(owner, index + 1);
        return range.getBoundingClientRect().left;
      };
      return { first: at(0), last: at((owner?.textContent?.length ?? 1) - 1) };
    });
    expect(slash.last, '“owner/” ends with its slash').toBeGreaterThan(slash.first);
  });
});
