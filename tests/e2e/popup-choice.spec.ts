import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { catalogue } from '../hub/catalogue.ts';
import { hubFaults } from '../hub/faults.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { runIn } from './one-run.ts';
import { record, stored } from './records.ts';

const gb = 1_000_000_000;
/** Nothing of it fits into 3 GB, and two of its files go by the same label. */
const large = 'org/Large-GGUF';
const files = [
  { path: 'large-base-Q4_K_M.gguf', size: 9 * gb },
  { path: 'large-chat-Q4_K_M.gguf', size: 9 * gb },
  { path: 'large-chat-Q8_0-00001-of-00002.gguf', size: 9 * gb },
  { path: 'large-chat-Q8_0-00002-of-00002.gguf', size: 9 * gb },
];

test.use({
  hiveOptions: { machine: 'small', progressMs: 40, models: [`${large}:large-base-Q4_K_M.gguf`] },
  hubOptions: { repos: [...catalogue, { id: large, files, gated: 'manual' }] },
});

async function openChoice(extension: Extension, repo = large): Promise<{ page: Page; run: Locator; choose: Locator }> {
  const page = await extension.openExtensionPage('popup.html');
  await page.evaluate(
    (subject) => chrome.runtime.sendMessage({ type: 'run/start', request: { subject } }),
    `hf:${repo}`,
  );
  const run = runIn(page, repo);
  await expect(run).toHaveAttribute('data-state', 'choose', { timeout: 30_000 });
  return { page, run, choose: run.getByRole('button', { name: /^(?:Choose a file|Try again)/ }) };
}

/** Presses Tab until the keyboard is there. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  const there = () => goal.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 20 && !(await there()); presses += 1) await page.keyboard.press('Tab');
  await expect(goal).toBeFocused();
}

test('each file is told apart, with its size, what it needs and why it cannot be taken', async ({ extension }) => {
  const { page, run, choose } = await openChoice(extension);
  await expect(choose).toHaveAttribute('aria-expanded', 'false');
  await choose.click();
  const list = run.getByRole('list', { name: 'File' });
  const [base, chat, split] = [/base/, /chat.*too large/, /in several parts/].map((text) =>
    list.getByRole('button', { name: text }),
  ) as [Locator, Locator, Locator];
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await expect(base).toContainText('Q4_K_M');
  await expect(base).toContainText('9.0 GB');
  await expect(base).toContainText('downloaded');
  await expect(chat).toContainText(/too large for this hive · needs about \d+\.\d GB, 1\.1 GB can be used/);
  await expect(chat).not.toContainText('downloaded');
  await expect(split).toContainText('Q8_0');
  await expect(split).toBeDisabled();
  await expect(chat).toContainText('18.0 GB on the disk');
  await expect(run).toContainText('accept a licence');
  await expect(run.getByRole('link', { name: 'Review the licence' })).toHaveAttribute(
    'href',
    `https://huggingface.co/${large}`,
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await choose.click();
  await expect(list).toHaveCount(0);
});

test('with the keyboard alone: open the list, pass by what cannot be taken, take a file', async ({
  extension,
  hive,
}) => {
  const { page, run, choose } = await openChoice(extension);
  await choose.focus();
  await page.keyboard.press('Enter');
  await expect(choose).toHaveAttribute('aria-expanded', 'true');
  await expect(choose).toBeFocused();
  await tabTo(page, run.getByRole('button', { name: /in several parts/ }));
  await page.keyboard.press('Enter');
  await expect(run).toHaveAttribute('data-state', 'choose');
  await tabTo(page, run.getByRole('button', { name: /chat.*too large/ }));
  await page.keyboard.press('Enter');
  await expect(run).not.toHaveAttribute('data-state', 'choose');
  await expect(run.getByRole('heading', { level: 3 }), 'and the keyboard is still at the run').toBeFocused();
  await hive.until(({ calls }) => calls().includes('POST model_download'));
});

test('what others made of a gated model is not gated itself', async ({ extension }) => {
  const { run, choose } = await openChoice(extension, 'meta-llama/Llama-3.2-1B-Instruct');
  await choose.click();
  await expect(run.getByRole('button', { name: /Downloads: 152K/ })).toBeEnabled();
  await expect(run).not.toContainText('gated');
});

test.describe('while the hub does not answer', () => {
  test.use({ allowConsole: [/net::ERR_|status of \d+/] });

  test('that is said, and it can be tried again', async ({ extension, hub }) => {
    hub.setFaults([hubFaults.rateLimited]);
    const waiting = record(Date.now(), { state: 'choose', choice: 'no-fit', subject: `hf:${large}` });
    const worker = await extension.serviceWorker();
    await worker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored([waiting]));
    const page = await extension.openExtensionPage('popup.html');
    const run = runIn(page, large);
    await run.getByRole('button', { name: /^Choose a file/ }).click();
    await expect(run.getByRole('alert')).toContainText('could not be loaded');
    hub.setFaults([]);
    // The service worker leaves the hub alone for as long as it asked for; a new one has not heard of that.
    await extension.killServiceWorker();
    await run.getByRole('button', { name: /^Try again/ }).click();
    await expect(run.getByRole('list', { name: 'File' })).toBeVisible();
    await expect(run.getByRole('button', { name: /^Choose a file/ })).toHaveAttribute('aria-expanded', 'true');
    await expect(run.getByRole('alert')).toHaveCount(0);
  });
});
