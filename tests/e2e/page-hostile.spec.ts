import { isRunKey } from '../../lib/runs/keys.ts';
import { hydrated } from '../site/probe.ts';
import { expectButtons, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';

const llama = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';
const detail = '/models/huggingface/Qwen%2FQwen2.5-0.5B-Instruct-GGUF';
const started = /^(queued|resolving|downloading|installing|starting|running|choose|failed)$/;

const subjects = (storage: Record<string, unknown>) =>
  Object.entries(storage).flatMap(([key, run]) => (isRunKey(key) ? [(run as { subject: string }).subject] : []));

test('a README that imitates the page’s actions and ids gets no button and cannot start a run by script', async ({
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

  // This click is handled after all attempts of the script.
  await page.locator('rbee-run:not(.markdown-content *)').getByRole('button', { name: 'Run with rbee' }).click();
  await expect(hostOf(page, llama)).toHaveAttribute('data-state', started);
  expect(subjects(await extension.storage())).toEqual([llama]);
});

test('events that are dispatched by a script of the page do not start a run', async ({ page, site, extension }) => {
  const theBloke = 'hf:TheBloke/Llama-2-7B-Chat-GGUF';
  await page.goto(site.url);
  const button = hostOf(page, theBloke).getByRole('button');
  // Waits until the button accepts clicks.
  await button.click({ trial: true });
  await page.evaluate(() => {
    for (const host of document.querySelectorAll('rbee-run')) {
      for (const target of [host, ...(host.shadowRoot?.querySelectorAll('button') ?? [])] as HTMLElement[]) {
        for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
          target.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, cancelable: true }));
        }
        target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
        target.click();
      }
      window.postMessage({ type: 'run/start', request: { subject: host.getAttribute('data-subject') } }, '*');
    }
  });
  // A message that those events had caused would be received before the one of this click.
  await button.click();
  await expect(hostOf(page, theBloke)).toHaveAttribute('data-state', started);
  expect(subjects(await extension.storage())).toEqual([theBloke]);
});

test('a click runs the model in the page’s address even if a script has changed names and links in the page', async ({
  page,
  site,
  extension,
}) => {
  await page.goto(site.url + detail);
  await expectButtons(page, [`under "View on HuggingFace" ${llama}`]);
  await page.evaluate(() => {
    for (const code of document.querySelectorAll('code')) code.textContent = 'other/model';
    for (const link of document.querySelectorAll<HTMLAnchorElement>('main a'))
      link.href = 'https://huggingface.co/other/model';
  });
  await page.getByRole('button', { name: 'Run with rbee' }).click();
  await expect.poll(async () => subjects(await extension.storage())).toEqual([llama]);
});

test('a marketplace page in a frame has no button', async ({ page, site }) => {
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

test('styles in a README can neither enlarge the button nor make a click on a hidden button start a run', async ({
  page,
  site,
  extension,
}) => {
  await page.goto(site.url + detail);
  await expectButtons(page, [`under "View on HuggingFace" ${llama}`]);
  const button = hostOf(page, llama).getByRole('button');
  const before = await button.boundingBox();
  const write = (style: string) =>
    page.evaluate((css) => {
      const element = document.createElement('style');
      element.textContent = css;
      document.querySelector('.markdown-content')?.append(element);
    }, style);
  const spread = ['position: fixed', 'inset: 0', 'z-index: 99999', 'transform: scale(60)', 'zoom: 9', 'opacity: 0'];
  await write(`rbee-run { ${spread.map((rule) => `${rule} !important`).join(';')} }`);
  expect(await button.boundingBox()).toEqual(before);
  await expect(hostOf(page, llama)).toHaveCSS('opacity', '1');

  // Ancestors of the button belong to the page, so the page can hide them.
  await write('.space-y-4:has(> rbee-run) { opacity: 0 }');
  await button.click();
  await write('.space-y-4:has(> rbee-run) { opacity: 1 }');
  expect(subjects(await extension.storage())).toEqual([]);
  await button.click();
  await expect(hostOf(page, llama)).toHaveAttribute('data-state', started);
});
