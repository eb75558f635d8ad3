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
  await expect(notice(page)).toHaveCount(1);
  await expect(notice(page)).toHaveAttribute('lang', 'en');
}

/** Does what the page of extensions does for a person. */
async function manage(extension: Extension, change: (id: string) => Promise<unknown>): Promise<void> {
  extension.keep();
  const page = await extension.context.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(change, extension.extensionId);
  await page.close();
}

const disable = (extension: Extension) => manage(extension, (id) => chrome.management.setEnabled(id, false));
/** For open pages an update is this: what runs in them belongs to no extension any more, and another one is there. */
const update = async (extension: Extension) => {
  await disable(extension);
  await manage(extension, (id) => chrome.management.setEnabled(id, true));
};

test.beforeEach(async ({ page, site }) => {
  await page.goto(site.url + worker);
  await hydrated(page);
  await expectButtons(page, replaced);
});

test('an open page gives up its button when the extension was updated, and says so once', async ({
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

test('after an update, client navigation leaves no button of ours', async ({ page, extension }) => {
  await update(extension);
  await page.evaluate(() => history.pushState({}, '', '/workers/sd-worker-rbee'));
  await expectRestored(page);
});

test('the button is removed when the extension is switched off', async ({ page, extension }) => {
  await disable(extension);
  await page.keyboard.press('Tab');
  await expectRestored(page);
});
