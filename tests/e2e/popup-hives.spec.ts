import AxeBuilder from '@axe-core/playwright';
import type { Run } from '../../lib/runs/run.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { file, model, runIn } from './one-run.ts';
import { failed, record, stored } from './records.ts';

/** Two addresses of one stand-in hive, which the extension treats as two hives. */
const first = 'http://localhost:7835';
const second = 'http://127.0.0.1:7835';

async function storeHives(extension: Extension, ...hives: (string | { url: string; name: string })[]): Promise<void> {
  const serviceWorker = await extension.serviceWorker();
  const settings = {
    schema: 1,
    hives: hives.map((hive) => (typeof hive === 'string' ? { url: hive, name: '' } : hive)),
  };
  await serviceWorker.evaluate((value) => chrome.storage.local.set({ settings: value as never }), settings);
}

/** Stores a run that the service worker does not know, so that it does not change. */
async function show(extension: Extension, run: Run): Promise<void> {
  const serviceWorker = await extension.serviceWorker();
  await serviceWorker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored([run]));
}

test.use({ hiveOptions: { progressMs: 40, machine: 'gpu24' } });

test('with a single hive, the popup has no choice of the default hive', async ({ extension }) => {
  const page = await extension.openExtensionPage('popup.html');
  await expect(page.getByRole('region', { name: 'Hive' })).toContainText('Connected');
  await expect(page.getByLabel('Default hive')).toHaveCount(0);
});

test('one of two hives, or the best one for the model, can be chosen as the default hive', async ({ extension }) => {
  await storeHives(extension, first, second);
  const page = await extension.openExtensionPage('popup.html');
  const picker = page.getByRole('region', { name: 'Hive' }).getByLabel('Default hive');
  await expect(picker.getByRole('option')).toHaveText(['Best hive for the model', 'localhost:7835', '127.0.0.1:7835']);
  const defaultHive = async () => ((await extension.storage()).settings as { defaultHive?: string }).defaultHive;
  await picker.selectOption('127.0.0.1:7835');
  await expect.poll(defaultHive).toBe(second);
  await expect(picker).toHaveValue(second);
  await picker.selectOption('Best hive for the model');
  await expect.poll(defaultHive).toBeUndefined();
});

test('hives have the names from the options, and a changed name is shown at once', async ({ extension }) => {
  await storeHives(extension, { url: first, name: 'Laptop' }, second);
  const stuck = failed(Date.now(), 'network', 'download', 'connection reset', { subject: `hf:${model}`, hive: first });
  await show(extension, stuck);
  const page = await extension.openExtensionPage('popup.html');
  const region = page.getByRole('region', { name: 'Hive' });
  const names = region.getByLabel('Default hive').getByRole('option');
  await expect(names).toHaveText(['Best hive for the model', 'Laptop · localhost:7835', '127.0.0.1:7835']);
  await expect(region.locator('.hive-host').first()).toHaveText('Laptop · localhost:7835');
  await expect(page.locator(`[data-run="${stuck.id}"]`)).toContainText('Hive: Laptop · localhost:7835');
  await storeHives(extension, { url: first, name: 'Old laptop' }, second);
  await expect(names.nth(1)).toHaveText('Old laptop · localhost:7835');
});

test('a failed run shows its hive and can be started on another one', async ({ extension }) => {
  await storeHives(extension, first, second);
  const stuck = failed(Date.now(), 'network', 'download', 'connection reset', { subject: `hf:${model}`, hive: first });
  await show(extension, stuck);
  const page = await extension.openExtensionPage('popup.html');
  const run = page.locator(`[data-run="${stuck.id}"]`);
  await expect(run).toContainText('Hive: localhost:7835');
  await run.getByText('Other ways to run it').click();
  await run.getByLabel('Hive').selectOption('127.0.0.1:7835');
  await run.getByRole('button', { name: /^Run Qwen/ }).click();
  await expect(runIn(page)).toHaveCount(2);
  const other = runIn(page).filter({ hasText: 'Hive: 127.0.0.1:7835' });
  await expect(other.getByRole('heading', { level: 3 })).toBeFocused();
  await expect(other).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
  await expect(run).toHaveAttribute('data-state', 'failed');
});

test('a run that waits for an offline hive can be started on another one', async ({ extension }) => {
  await storeHives(extension, first, second);
  const waiting = record(Date.now(), { state: 'offline', hive: 'http://gpu-box:7835' });
  await show(extension, waiting);
  const page = await extension.openExtensionPage('popup.html');
  const run = page.locator(`[data-run="${waiting.id}"]`);
  await run.getByText('Run on another hive').click();
  await expect(run.getByLabel('Hive').getByRole('option')).toHaveText(['localhost:7835', '127.0.0.1:7835']);
  await expect(run.getByLabel('Backend')).toHaveCount(0);
});

test('a failed run offers other backends, Metal only on a Mac', async ({ extension }) => {
  const run = failed(Date.now(), 'spawn-timeout', 'spawn', 'Start daemon timed out after 120 seconds');
  await show(extension, run);
  const page = await extension.openExtensionPage('popup.html');
  const shown = page.locator(`[data-run="${run.id}"]`);
  await shown.getByText('Other ways to run it').click();
  const kinds = shown.getByLabel('Backend');
  const names = await kinds.getByRole('option').allTextContents();
  const mac = await page.evaluate(() => navigator.userAgent.includes('Mac'));
  expect(names.some((name) => name.includes('Apple GPU (Metal)'))).toBe(mac);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test.describe('with a model on the hive', () => {
  test.use({ hiveOptions: { progressMs: 40, machine: 'gpu24', models: [`${model}:${file}`] } });

  test('the model can be run with a chosen backend, and its run gets the focus', async ({ extension, hive }) => {
    const page = await extension.openExtensionPage('popup.html');
    await expect(page.getByRole('region', { name: 'Hive' })).toContainText('Connected');
    await page.getByRole('heading', { name: 'Models' }).click();
    await page.getByLabel('Run with').selectOption('CPU');
    await page.getByRole('button', { name: /^Run Qwen/ }).click();
    await expect(runIn(page).getByRole('heading', { level: 3 })).toBeFocused();
    await expect(runIn(page)).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
    expect(hive.workers.map(({ worker }) => worker)).toEqual(['cpu']);
  });
});
