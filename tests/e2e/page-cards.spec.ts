import type { Page } from '@playwright/test';
import { hydrated, observe } from '../site/probe.ts';
import { samples } from '../site/samples/index.ts';
import { boxes, expectButtons, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';

const theBloke = 'hf:TheBloke/Llama-2-7B-Chat-GGUF';
const path = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';
const underWay = /^(queued|resolving|downloading|installing|starting|running)$/;

const cardButton = (page: Page) => hostOf(page, theBloke).getByRole('button');
/** Requests that opening the model's page causes, with or without loading a document. */
const visits = (requests: { path: string }[]) => requests.filter((request) => request.path.startsWith(path));

/** The elements that move when the extension's buttons are hidden. */
async function moved(page: Page): Promise<string[]> {
  const withButtons = await boxes(page);
  const hosts = await page.evaluateHandle(() => {
    const found = [...document.querySelectorAll<HTMLElement>('rbee-run[data-variant="compact"]')];
    for (const host of found) host.style.display = 'none';
    return found;
  });
  const without = await boxes(page);
  await hosts.evaluate((found) => {
    for (const host of found) host.style.display = '';
  });
  return withButtons.filter((box, index) => box !== without[index]);
}

test('any kind of click on the button of a card starts the model and opens no page', async ({ page, site }) => {
  await page.goto(site.url);
  await cardButton(page).click({ button: 'middle' });
  await cardButton(page).click({ modifiers: ['ControlOrMeta'] });
  await expect(hostOf(page, theBloke)).toHaveAttribute('data-state', underWay);
  await cardButton(page).dblclick();
  expect(
    page
      .context()
      .pages()
      .filter((one) => one.url().includes('/models/')),
  ).toEqual([]);
  expect(page.url()).toBe(`${site.url}/`);
  expect(visits(site.requests)).toEqual([]);
});

test('the link of a card with a button still opens the model’s page', async ({ page, site }) => {
  await page.goto(site.url);
  await expect(cardButton(page)).toBeVisible();
  await page.getByRole('heading', { name: 'TheBloke/Llama-2-7B-Chat-GGUF' }).click();
  await expect(page).toHaveURL(site.url + path);
});

test('the button in a table row starts the model and does not open the page of the row', async ({ page, site }) => {
  await page.goto(`${site.url}/models?generation=g2`);
  await cardButton(page).click();
  await expect(hostOf(page, theBloke)).toHaveAttribute('data-state', underWay);
  expect(page.url()).toBe(`${site.url}/models?generation=g2`);
  await page.getByRole('cell', { name: 'TheBloke', exact: true }).click();
  await expect(page).not.toHaveURL(`${site.url}/models?generation=g2`);
});

test('a list of CivitAI models has one disabled button, which explains that they are not supported', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}/models/civitai`);
  const button = hostOf(page, 'civitai:4384').getByRole('button', { name: 'Not supported CivitAI model 4384' });
  await expect(button).toBeDisabled();
  await expect(button).toHaveAccessibleDescription(/CivitAI/);
  await expect(button.getByText('rbee-hive cannot download from CivitAI.')).toBeVisible();
  await expect(page.locator('rbee-run')).toHaveCount(1);
  await button.click({ force: true });
  expect(page.url()).toBe(`${site.url}/models/civitai`);
});

test('after filtering, sorting and searching, each card has the button for its own model', async ({ page, site }) => {
  await page.goto(`${site.url}/models/huggingface?cards=8`);
  const ids = () =>
    page
      .locator('main main a')
      .evaluateAll((links) =>
        links.map(
          (link) => `card hf:${decodeURIComponent((link as HTMLAnchorElement).pathname.split('/').pop() ?? '')}`,
        ),
      );
  const expectOwnButtons = async (count: number) => {
    await expect(page.locator('main main a')).toHaveCount(count);
    await expectButtons(page, await ids());
  };
  await expectOwnButtons(8);
  await page.getByLabel('GGUF only').check();
  await expectOwnButtons(5);
  await page.getByLabel('GGUF only').uncheck();
  await expectOwnButtons(8);
  await page.getByLabel('Sort by').selectOption('name');
  await expect(page.locator('main main a').first()).toHaveAttribute('href', /bench%2Fmodel-0006/);
  await expectOwnButtons(8);
  await page.getByLabel('Search').fill('no such model');
  await expect(page.locator('main main a')).toHaveCount(0);
  await expectButtons(page, []);
});

test('buttons do not move cards or rows of any generation, at 1,280 and at 360 px', async ({ page, site }) => {
  test.slow();
  const lists = samples.filter(({ kind, generation }) => /list|home|search/.test(kind) && generation !== 'g10');
  const today = ['/', '/models/huggingface', '/models/civitai', '/workers'].map((url) => ({
    file: url,
    url,
    generation: 'g10',
  }));
  for (const { file, url, generation } of [...lists, ...today]) {
    await page.context().addCookies([{ name: 'generation', value: generation, url: site.url }]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(site.url + url);
    await hydrated(page);
    if (generation !== 'g0' && !generation.startsWith('gap'))
      await expect(page.locator('rbee-run').first()).toBeVisible();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await moved(page), `${file} at ${width} px`).toEqual([]);
    }
  }
});

test('inserting the buttons of cards causes no layout shift', async ({ page, site }) => {
  await page.goto(site.url);
  await expect(cardButton(page)).toBeVisible();
  expect((await observe(page)).shift).toBe(0);
});

test('placing the buttons of a thousand cards causes no error event in the page', async ({ page, site }) => {
  test.slow();
  await page.addInitScript(() => {
    const errors: string[] = [];
    Object.assign(window, { errors });
    window.addEventListener('error', ({ message }) => errors.push(message));
  });
  await page.goto(`${site.url}/models/huggingface?cards=1000`);
  await expect(page.locator('rbee-run.fitted')).toHaveCount(1_000, { timeout: 60_000 });
  expect(await page.evaluate(() => (window as unknown as { errors: string[] }).errors)).toEqual([]);
});
