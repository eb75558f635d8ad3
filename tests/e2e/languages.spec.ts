import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { everyFailure, everyState, stored } from './records.ts';

const folder = fileURLToPath(new URL('../../lib/locales', import.meta.url));
const languages = globSync('*.yml', { cwd: folder }).map((file) => file.replace('.yml', '').replace('_', '-'));

/** Elements that reach beyond the window, or whose text is cut off. */
const misfits = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('#app *:not(.hidden)')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        const isCut =
          element.matches('button, a, h1, h2, h4, label, .steps li') && element.scrollWidth > element.clientWidth + 1;
        return left < -0.5 || right > document.documentElement.clientWidth + 0.5 || isCut;
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );

for (const language of languages) {
  test.describe(() => {
    test.use({ browserLanguage: language });

    test(`popup and options in ${language} fit into 360 pixels`, async ({ extension }, testInfo) => {
      const now = Date.now();
      const runs = [...Object.values(everyState(now)), ...Object.values(everyFailure(now))];
      const worker = await extension.serviceWorker();
      await worker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored(runs));
      for (const file of ['popup.html', 'options.html']) {
        const page = await extension.openExtensionPage(file);
        await page.setViewportSize({ width: 360, height: 800 });
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
        await page.evaluate(() => {
          for (const closed of document.querySelectorAll<HTMLElement>('.toggle[aria-expanded="false"]')) closed.click();
        });
        await page.evaluate(() => {
          for (const summary of document.querySelectorAll<HTMLElement>('summary')) summary.click();
        });
        await page.screenshot({ path: testInfo.outputPath(`${file}.png`), fullPage: true });
        expect(await misfits(page), file).toEqual([]);
      }
    });
  });
}
