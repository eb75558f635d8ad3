import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { catalogue } from '../hub/catalogue.ts';
import { hubFaults } from '../hub/faults.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { runIn } from './one-run.ts';
import { record, steps, stored } from './records.ts';

const gb = 1_000_000_000;
/** No file of this model fits into 3 GB, and two of them have the same quantization. */
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

/** Presses Tab until the element is focused. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  const isFocused = () => goal.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 20 && !(await isFocused()); presses += 1) await page.keyboard.press('Tab');
  await expect(goal).toBeFocused();
}

test('files are listed with size and fit, and a file that cannot be chosen shows why', async ({ extension }) => {
  const { page, run, choose } = await openChoice(extension);
  await expect(choose).toHaveAttribute('aria-expanded', 'false');
  await choose.click();
  const rows = run.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(4);
  const [base, chat, split] = [/base/, /chat/, /Q8_0/].map((text) => rows.filter({ hasText: text })) as [
    Locator,
    Locator,
    Locator,
  ];
  await expect(base).toContainText(/Q4_K_M · large-base.*Downloaded.*9\.0 GB.*Too large.*\d+\.\d GB of \d+\.\d GB/);
  await expect(chat).not.toContainText('Downloaded');
  await expect(split).toContainText(/Split into parts.*18\.0 GB/);
  await expect(split.getByRole('button')).toBeDisabled();
  await expect(run.getByRole('link', { name: 'Review the licence' })).toHaveAttribute(
    'href',
    `https://huggingface.co/${large}`,
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await base.getByRole('button').focus();
  await page.keyboard.press('Escape');
  await expect(rows).toHaveCount(0);
  await expect(choose).toBeFocused();
});

test('a file can be chosen with the keyboard alone', async ({ extension, hive }) => {
  const { page, run, choose } = await openChoice(extension);
  await choose.focus();
  await page.keyboard.press('Enter');
  await expect(choose).toHaveAttribute('aria-expanded', 'true');
  await expect(choose).toBeFocused();
  await tabTo(page, run.getByRole('button', { name: /chat/ }));
  await page.keyboard.press('Enter');
  await expect(run).not.toHaveAttribute('data-state', 'choose');
  await expect(run.getByRole('heading', { level: 3 })).toBeFocused();
  await hive.until(({ calls }) => calls().includes('POST model_download'));
});

test('derivatives of a gated model are not presented as gated', async ({ extension }) => {
  const { run, choose } = await openChoice(extension, 'meta-llama/Llama-3.2-1B-Instruct');
  await choose.click();
  await expect(run.getByRole('row', { name: /152K/ }).getByRole('button')).toBeEnabled();
  await expect(run).not.toContainText('gated');
});

test.describe('if the hub refuses the request for the files', () => {
  test.use({ allowConsole: [/net::ERR_|status of \d+/] });

  test('the list of files can be loaded again', async ({ extension, hub }) => {
    hub.setFaults([hubFaults.rateLimited]);
    const waiting = record(Date.now(), {
      state: 'choose',
      choice: 'no-fit',
      subject: `hf:${large}`,
      steps: steps('resolve', 'active'),
    });
    const serviceWorker = await extension.serviceWorker();
    await serviceWorker.evaluate((items) => chrome.storage.local.set(items as never), stored([waiting]));
    const page = await extension.openExtensionPage('popup.html');
    const run = runIn(page, large);
    await run.getByRole('button', { name: /^Choose a file/ }).click();
    await expect(run.getByRole('alert')).toContainText('could not be loaded');
    hub.setFaults([]);
    // The service worker waits as long as the hub asked for; a new one has no record of that.
    await extension.terminateServiceWorker();
    await run.getByRole('button', { name: /^Try again/ }).click();
    await expect(run.getByRole('table')).toBeVisible();
    await expect(run.getByRole('button', { name: /^Choose a file/ })).toHaveAttribute('aria-expanded', 'true');
    await expect(run.getByRole('alert')).toHaveCount(0);
  });
});
