import { isRunKey } from '../../lib/runs/keys.ts';
import { hydrated } from '../site/probe.ts';
import { expectButtons, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';

const llama = 'hf:meta-llama/Llama-3.2-1B';
const detail = '/models/huggingface/meta-llama%2FLlama-3.2-1B';
const started = /^(queued|resolving|downloading|installing|starting|running|choose|failed)$/;

const subjects = (storage: Record<string, unknown>) =>
  Object.entries(storage).flatMap(([key, run]) => (isRunKey(key) ? [(run as { subject: string }).subject] : []));

test('an author who imitates every action and id gets no button, and starts nothing by script', async ({
  page,
  site,
  extension,
}) => {
  await page.goto(`${site.url}${detail}?readme=hostile`);
  await hydrated(page);
  await expectButtons(page, [`under "View on HuggingFace" ${llama}`]);
  const inside = page.locator('.markdown-content rbee-run');
  await expect(inside).toHaveCount(1);
  expect(await inside.evaluate((imitation) => imitation.shadowRoot)).toBeNull();
  expect(await page.locator('.markdown-content [hidden]').count()).toBe(0);

  // The same by hand: once everything stands, and with every event a script can make.
  await page.evaluate(() => {
    for (const host of document.querySelectorAll('rbee-run')) {
      for (const button of [host, ...(host.shadowRoot?.querySelectorAll('button') ?? [])] as HTMLElement[]) {
        for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click']) {
          button.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true }));
        }
        button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
        button.click();
      }
    }
    for (const type of ['run/start', 'run/sync']) window.postMessage({ type, request: { subject: 'hf:evil/model' } }, '*');
  });

  // A person's click comes after all of that, so nothing of it can still be on its way.
  await page.getByRole('button', { name: 'Run with rbee' }).and(page.locator('rbee-run:not(.markdown-content *) *')).click();
  await expect(hostOf(page, llama)).toHaveAttribute('data-state', started);
  expect(subjects(await extension.storage())).toEqual([llama]);
});

test('a click acts on the model that is on the page when it comes', async ({ page, site, extension }) => {
  await page.goto(site.url + detail);
  await expectButtons(page, [`under "View on HuggingFace" ${llama}`]);
  await page.evaluate(() => {
    const code = [...document.querySelectorAll('code')].find((one) => one.textContent === 'meta-llama/Llama-3.2-1B');
    addEventListener('pointerup', () => code && (code.textContent = 'other/model'), { capture: true });
  });
  await page.getByRole('button', { name: 'Run with rbee' }).click();
  await expect.poll(async () => subjects(await extension.storage())).toEqual(['hf:other/model']);
  await expectButtons(page, ['under "View on HuggingFace" hf:other/model']);
});

test('an author’s pictures named like the document’s own methods keep nobody from running the model', async ({
  page,
  site,
}) => {
  const button = [`under "View on HuggingFace" ${llama}`];
  await page.goto(site.url + detail);
  await expectButtons(page, button);
  await page.evaluate(() => {
    const content = document.querySelector('.markdown-content');
    document.querySelector('rbee-run')?.remove();
    for (const name of ['createElement', 'createElementNS', 'documentElement', 'querySelectorAll', 'readyState']) {
      content?.append(Object.assign(new Image(), { name }));
    }
  });
  expect(await page.evaluate(() => String(document.querySelectorAll))).toBe('[object HTMLImageElement]');
  // Not by a locator: Playwright's own search is lost on such a page.
  const count = () => page.evaluate(() => Document.prototype.querySelectorAll.call(document, 'main rbee-run').length);
  await expect.poll(count).toBe(1);
});

test('a page in a frame has no button', async ({ page, site }) => {
  await page.goto(`${site.url}/workers`);
  await expect(page.locator('rbee-run')).toHaveCount(2);
  await page.evaluate((src) => {
    const frame = document.createElement('iframe');
    frame.src = src;
    document.body.append(frame);
    return new Promise((resolve) => frame.addEventListener('load', resolve));
  }, site.url + detail);
  const frame = page.frameLocator('iframe');
  await expect(frame.locator('next-route-announcer')).toBeAttached();
  await page.reload();
  await expect(page.locator('rbee-run')).toHaveCount(2);
  await expect(frame.locator('rbee-run')).toHaveCount(0);
});
