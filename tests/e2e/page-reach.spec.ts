import type { Page } from '@playwright/test';
import { hydrated } from '../site/probe.ts';
import { boxes, holdFocus, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';
import { clickable, detailOf, model, press } from './one-run.ts';
import { expectRuns, openServicePage } from './service-page.ts';

test.use({ browserLanguage: 'de' });

/** Opens a model's page in a window so low that the README fills it. */
async function openAtReadme(page: Page, width: number, repo = model) {
  await page.setViewportSize({ width, height: 420 });
  await page.goto(detailOf(repo));
  await hydrated(page);
  await clickable(hostOf(page));
  return hostOf(page).locator('.main');
}

/** Links and buttons of the navigation bar that the button lies over. */
const coveredInNav = (page: Page, button: { x: number; y: number; width: number; height: number }) =>
  page.evaluate(
    ({ x, y, width, height }) =>
      [...document.querySelectorAll('nav a, nav button')]
        .filter((element) => {
          const box = element.getBoundingClientRect();
          return box.left < x + width && x < box.right && box.top < y + height && y < box.bottom;
        })
        .map((element) => element.textContent),
    button,
  );

test('the navigation bar holds the button of a page whose README fills the window, in the longest language', async ({
  page,
  hive,
}) => {
  const button = await openAtReadme(page, 900);
  const box = await button.boundingBox();
  expect(box?.y).toBeLessThan(64);
  await expect(button).toHaveAccessibleName('Mit rbee ausführen');
  expect(await coveredInNav(page, box ?? { x: 0, y: 0, width: 900, height: 64 })).toEqual([]);
  await press(hostOf(page));
  await hive.until(({ jobs }) => jobs.some(({ operation }) => operation === 'model_download'));
});

test('where the navigation bar is full, the button is in a bar below the page, which hides nothing for good', async ({
  page,
  hive,
}) => {
  const button = await openAtReadme(page, 390);
  // The page may become higher or lower below what is in view.
  const inView = async () =>
    (await boxes(page))
      .map((box) => box.replace(/,\d+$/, ''))
      .filter((box) => Number(/,(-?\d+),\d+$/.exec(box)?.[1]) < 420);
  const before = await inView();
  expect(before.length).toBeGreaterThan(10);
  const inBar = await button.boundingBox();
  expect(inBar?.y).toBeGreaterThan(420 - 49);
  await press(hostOf(page));
  await hive.until(({ jobs }) => jobs.some(({ operation }) => operation === 'model_download'));
  expect(await inView()).toEqual(before);

  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const end = () => page.evaluate(() => document.querySelector('main')?.getBoundingClientRect().bottom);
  await expect.poll(end).toBeLessThanOrEqual(420 - 49);
  await hostOf(page).evaluate((host) => host.scrollIntoView({ block: 'center' }));
  await expect.poll(async () => (await button.boundingBox())?.width).toBeGreaterThan(300);
});

test('the bar below the page shows a warning in one line above the button, and reserves the room for it', async ({
  page,
}) => {
  const button = await openAtReadme(page, 360, 'google/gemma-2-2b-it-GGUF');
  const line = hostOf(page).getByText(/^Dieses Modell ist zugangsbeschränkt/);
  await expect(line).toBeVisible();
  const [above, own] = [await line.boundingBox(), await button.boundingBox()];
  expect(above?.height).toBeLessThan(24);
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(own?.y ?? 0);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await expect(hostOf(page)).toHaveClass(/docked/);
  const end = () => page.evaluate(() => document.querySelector('main')?.getBoundingClientRect().bottom);
  await expect.poll(end).toBeLessThanOrEqual((above?.y ?? 0) - 8);
});

test('the place of a button that is in a bar stays reserved', async ({ page }) => {
  const button = await openAtReadme(page, 390);
  const height = () => page.evaluate(() => document.querySelector('main')?.getBoundingClientRect().height);
  const whileInBar = await height();
  expect((await button.boundingBox())?.y).toBeGreaterThan(420 - 49);
  await hostOf(page).evaluate((host) => host.scrollIntoView({ block: 'center' }));
  await expect.poll(async () => (await button.boundingBox())?.y).toBeLessThan(420 - 49);
  expect(await height()).toBe(whileInBar);
  await expect(page.locator('rbee-space')).toBeAttached();
});

test('the space below the page is gone once the button is not in the bar there', async ({ page }) => {
  await openAtReadme(page, 390);
  for (const width of [900, 390, 1200]) {
    await page.setViewportSize({ width, height: 420 });
    await expect(page.locator('rbee-space')).toHaveCount(width === 390 ? 1 : 0);
  }
});

for (const width of [390, 768]) {
  test(`the list of files opens beside a button that is in a bar, follows it, and can be used at ${width} px`, async ({
    page,
    extension,
  }) => {
    const button = await openAtReadme(page, width, 'Qwen/Qwen2.5-0.5B-Instruct');
    const panel = hostOf(page).getByRole('dialog');
    const isInView = async () => {
      const [list, own] = [await panel.boundingBox(), await button.boundingBox()];
      if (!list || !own) return false;
      const isBeside = list.y >= own.y + own.height || list.y + list.height <= own.y;
      return list.x >= 0 && list.x + list.width <= width && list.y >= 0 && list.y + list.height <= 420 && isBeside;
    };
    await expect(button).toHaveAccessibleName('Datei auswählen');
    await press(hostOf(page));
    const derivative = hostOf(page).getByRole('button', { name: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF' });
    await expect(derivative).toBeVisible();
    await expect.poll(isInView).toBe(true);

    await page.evaluate(() => scrollTo(0, 120));
    await expect.poll(isInView).toBe(true);
    await hostOf(page).evaluate((host) => host.scrollIntoView({ block: 'center' }));
    await expect(hostOf(page)).not.toHaveClass(/floating/);
    await expect.poll(isInView).toBe(true);
    await page.evaluate(() => scrollTo(0, 0));
    await expect(hostOf(page)).toHaveClass(/floating/);
    await expect.poll(isInView).toBe(true);

    await derivative.hover();
    await holdFocus(page);
    await derivative.click();
    await expect(hostOf(page)).toHaveAttribute('data-state', 'choose');
    await expectRuns(await openServicePage(extension), {
      choice: 'not-loadable',
      picked: { repo: 'bartowski/Qwen2.5-0.5B-Instruct-GGUF' },
    });
  });
}
