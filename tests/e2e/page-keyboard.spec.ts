import { inClosedRoot } from '../browser/closed-roots.ts';
import { hydrated } from '../site/probe.ts';
import { descriptionOf, expectButtons, focusByTab, hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';
import { clickable } from './one-run.ts';

const detail = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';
const theBloke = 'hf:TheBloke/Llama-2-7B-Chat-GGUF';
const stopped = /^(cancelling|cancelled)$/;
const underWay = /^(queued|resolving|downloading|installing|starting|running)$/;

test.beforeEach(async ({ page, site }) => {
  await page.goto(site.url + detail);
  await hydrated(page);
  await expectButtons(page, [`under "View on HuggingFace" ${theBloke}`]);
  await clickable(hostOf(page));
});

test('Tab reaches the button after the link above it, and shows where it is', async ({ page }) => {
  await page.getByRole('link', { name: 'View on HuggingFace' }).focus();
  await page.keyboard.press('Tab');
  const button = page.getByRole('button', { name: 'Run with rbee' });
  await expect(button).toBeFocused();
  await expect(button).toHaveCSS('outline-style', 'solid');
  await expect(button).toHaveCSS('outline-width', '2px');
});

for (const key of ['Enter', 'Space']) {
  test(`${key} starts the run, and focus stays while the label changes`, async ({ page }) => {
    await focusByTab(page);
    await page.keyboard.press(key);
    await expect(hostOf(page)).toHaveAttribute('data-state', underWay);
    await expect(hostOf(page).getByRole('button')).toBeFocused();
    await expect(hostOf(page).getByRole('button')).toHaveAccessibleName(/^(Cancel|Open)$/);
  });
}

test.describe('while a download lasts', () => {
  // One percent in about 4 s, so that there is always something new to say.
  test.use({ hubOptions: { bytesPerSecond: 10_000_000 }, hiveOptions: { progressMs: 1_000 } });

  test('holding Enter starts the run and does not cancel it', async ({ page }) => {
    await focusByTab(page);
    await page.keyboard.down('Enter');
    await expect(hostOf(page)).toHaveAttribute('data-state', 'downloading');
    // The label is old enough now for a press of its own, but this is still the first one, repeated.
    await hostOf(page).getByRole('button').click({ trial: true });
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await expect.poll(() => descriptionOf(hostOf(page))).toMatch(/^Downloading/);
    await expect(hostOf(page)).toHaveAttribute('data-state', 'downloading');
    await page.keyboard.press('Enter');
    await expect(hostOf(page)).toHaveAttribute('data-state', stopped);
  });

  test('a double click starts the run and does not cancel it', async ({ page }) => {
    await page.getByRole('button', { name: 'Run with rbee' }).dblclick();
    await expect.poll(() => descriptionOf(hostOf(page))).toMatch(/^Downloading/);
    await expect(hostOf(page)).toHaveAttribute('data-state', 'downloading');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(hostOf(page)).toHaveAttribute('data-state', stopped);
  });

  test('what happens is said politely, at most once in five seconds', async ({ page }) => {
    await inClosedRoot(page, (root) => {
      const times: number[] = [];
      const region = root.querySelector('[aria-live="polite"]') as Element;
      new MutationObserver(() => times.push(performance.now())).observe(region, { childList: true });
      Object.assign(globalThis, { times });
    });
    const said = () => inClosedRoot(page, () => (globalThis as unknown as { times: number[] }).times);
    await page.getByRole('button', { name: 'Run with rbee' }).click();
    await expect.poll(async () => (await said()).length, { timeout: 30_000 }).toBeGreaterThan(2);
    const times = await said();
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(4_900);
  });
});
