import { hydrated } from '../site/probe.ts';
import { descriptionOf, expectButtons, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';

const detail = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';
const underWay = /^(queued|resolving|downloading|installing|starting|running)$/;

test('a click that could not be stored is shown as failed and can be retried', async ({ page, site, extension }) => {
  await page.goto(site.url + detail);
  await hydrated(page);
  await expectButtons(page, ['under "View on HuggingFace" hf:TheBloke/Llama-2-7B-Chat-GGUF']);
  const serviceWorker = await extension.serviceWorker();
  // If nothing can be stored, nothing may be started.
  await serviceWorker.evaluate(() => {
    const { local } = chrome.storage;
    const set = local.set.bind(local);
    Object.assign(globalThis, { restoreSet: () => Object.assign(local, { set }) });
    Object.assign(local, { set: () => Promise.reject(new Error('QUOTA_BYTES quota exceeded')) });
  });
  await page.getByRole('button', { name: 'Run with rbee' }).click();
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(hostOf(page)).toHaveAttribute('data-state', 'failed');
  expect(await descriptionOf(hostOf(page))).toBe('The browser could not save the run.');
  await expect(hostOf(page).getByText('The browser could not save the run.', { exact: true })).toBeVisible();

  await serviceWorker.evaluate(() => (globalThis as unknown as { restoreSet(): void }).restoreSet());
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(hostOf(page)).toHaveAttribute('data-state', underWay);
});

test('while a click has no reply for a while, the button says that rbee is being contacted', async ({
  page,
  site,
  extension,
}) => {
  await page.goto(site.url + detail);
  await hydrated(page);
  const serviceWorker = await extension.serviceWorker();
  // The reply is sent after the run is stored.
  await serviceWorker.evaluate(() => {
    const { local } = chrome.storage;
    const set = local.set.bind(local);
    const { promise, resolve } = Promise.withResolvers<void>();
    Object.assign(globalThis, { store: resolve });
    Object.assign(local, { set: (items: object) => promise.then(() => set(items)) });
  });
  await page.getByRole('button', { name: 'Run with rbee' }).click();
  await expect.poll(() => descriptionOf(hostOf(page))).toBe('Contacting rbee.');

  await serviceWorker.evaluate(() => (globalThis as unknown as { store(): void }).store());
  await expect.poll(() => descriptionOf(hostOf(page))).not.toBe('Contacting rbee.');
  await expect(hostOf(page)).toHaveAttribute('data-state', underWay);
});
