import { hydrated, observe } from '../site/probe.ts';
import { samples } from '../site/samples/index.ts';
import { todaysPages } from '../site/today.ts';
import { expected } from '../unit/marketplace/expected.ts';
import { expectButtons } from './buttons.ts';
import { expect, test } from './fixtures.ts';

/** What the page's own script makes of its action once it runs. */
const inBrowser = (words: string) =>
  words.replace('"Checking..."', '"Download Keeper"').replace('"Install"', '"Open in rbee App"');

// The browser's own lines about pages that are not there, and about the desktop app that the page of 2025-11-05 looks for.
test.use({ allowConsole: [/status of 404|localhost:9200/] });

const older = new Set(samples.map(({ generation }) => generation).filter((name) => name !== 'g10'));

for (const generation of older) {
  test(`${generation}: each page has its buttons, and nothing of it is disturbed`, async ({ page, site }) => {
    await page.context().addCookies([{ name: 'generation', value: generation, url: site.url }]);
    for (const { file, url } of samples.filter((sample) => sample.generation === generation)) {
      await test.step(file, async () => {
        await page.goto(site.url + url);
        await hydrated(page);
        await expectButtons(page, (expected[file.replace('.html', '')] ?? []).map(inBrowser));
        expect((await observe(page)).errors).toEqual([]);
      });
    }
  });
}

test.describe('today', () => {
  test.use({ siteOptions: { cards: 6 } });

  test('each page has its buttons, and nothing of it is disturbed', async ({ page, site }) => {
    for (const { file, path, variant, readme } of todaysPages.filter(({ file }) => !file.endsWith('-loading'))) {
      await test.step(file, async () => {
        const choices = new URLSearchParams({ ...(variant && { variant }), ...(readme && { readme }) });
        await page.goto(`${site.url}${path}${path.includes('?') ? '&' : '?'}${choices}`);
        await hydrated(page);
        await expectButtons(page, expected[file] ?? []);
        expect(await observe(page, 'nav')).toMatchObject({ errors: [], rebuilt: [] });
      });
    }
  });
});
