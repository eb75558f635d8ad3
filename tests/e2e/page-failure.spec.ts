import { hydrated } from '../site/probe.ts';
import { descriptionOf, expectButtons, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';

const detail = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';
const underWay = /^(queued|resolving|downloading|installing|starting|running)$/;

test('a failed request is shown on the button and can be repeated', async ({ page, site, extension }) => {
  await page.goto(site.url + detail);
  await hydrated(page);
  await expectButtons(page, ['under "View on HuggingFace" hf:TheBloke/Llama-2-7B-Chat-GGUF']);
  const background = await extension.serviceWorker();
  // As when the disk is full: nothing can be stored, so nothing may be started.
  await background.evaluate(() => {
    const { local } = chrome.storage;
    const set = local.set.bind(local);
    Object.assign(globalThis, { mend: () => Object.assign(local, { set }) });
    Object.assign(local, { set: () => Promise.reject(new Error('QUOTA_BYTES quota exceeded')) });
  });
  await page.getByRole('button', { name: 'Run with rbee' }).click();
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(hostOf(page)).toHaveAttribute('data-state', 'failed');
  expect(await descriptionOf(hostOf(page))).toBe('The browser could not save the run.');
  await expect(hostOf(page).getByText('The browser could not save the run.', { exact: true })).toBeVisible();

  await background.evaluate(() => (globalThis as unknown as { mend(): void }).mend());
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(hostOf(page)).toHaveAttribute('data-state', underWay);
});
