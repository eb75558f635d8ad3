import type { Page } from '@playwright/test';
import { hydrated } from '../site/probe.ts';
import { expectButtons } from './buttons.ts';
import { type Extension, expect, test } from './fixtures.ts';

const worker = '/workers/llm-worker-rbee';
const replaced = ['instead of "Install Worker" worker:llm-worker-rbee'];

const notice = (page: Page) => page.getByRole('status').filter({ hasText: 'rbee was updated or removed' });

async function expectRestored(page: Page): Promise<void> {
  await expect(page.locator('rbee-run')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Install Worker' })).toBeVisible();
  await expect(page.getByText('Installation coming soon')).toBeVisible();
  await expect(notice(page)).toHaveCount(1);
  await expect(notice(page)).toHaveAttribute('lang', 'en');
}

/** Runs `change` in chrome://extensions, as a click there does. */
async function manage(extension: Extension, change: (id: string) => Promise<unknown>): Promise<void> {
  extension.doNotReuse();
  const page = await extension.context.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(change, extension.extensionId);
  await page.close();
}

const disable = (extension: Extension) => manage(extension, (id) => chrome.management.setEnabled(id, false));
/** Has the effect of an update on open pages: their content scripts are disconnected, and the extension is started again. */
const update = async (extension: Extension) => {
  await disable(extension);
  await manage(extension, (id) => chrome.management.setEnabled(id, true));
};

test.beforeEach(async ({ page, site }) => {
  await page.goto(site.url + worker);
  await hydrated(page);
  await expectButtons(page, replaced);
  await expect(page.getByText('Installation coming soon')).toBeHidden();
});

test('after an update, a click on the button of an open page restores the page and shows one notice', async ({
  page,
  extension,
}) => {
  await update(extension);
  await page.getByRole('button', { name: 'Install with rbee' }).click();
  await expectRestored(page);
  await page.getByRole('heading', { level: 1 }).click();
  await expect(notice(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(notice(page)).toHaveCount(0);
  await page.reload();
  await expectButtons(page, replaced);
});

test('after an update, client navigation in an open page removes the button', async ({ page, extension }) => {
  await update(extension);
  await page.evaluate(() => history.pushState({}, '', '/workers/sd-worker-rbee'));
  await expectRestored(page);
});

test('a key press in an open page removes the button of a disabled extension', async ({ page, extension }) => {
  await disable(extension);
  await page.keyboard.press('Tab');
  await expectRestored(page);
});
