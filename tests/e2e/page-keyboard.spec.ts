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

test('Tab moves focus from the link above to the button, which shows a focus ring', async ({ page }) => {
  await page.getByRole('link', { name: 'View on HuggingFace' }).focus();
  await page.keyboard.press('Tab');
  const button = page.getByRole('button', { name: 'Run with rbee' });
  await expect(button).toBeFocused();
  await expect(button).toHaveCSS('outline-style', 'solid');
  await expect(button).toHaveCSS('outline-width', '2px');
});

for (const key of ['Enter', 'Space']) {
  test(`${key} starts the run, and the button stays focused while its label changes`, async ({ page }) => {
    await focusByTab(page);
    await page.keyboard.press(key);
    await expect(hostOf(page)).toHaveAttribute('data-state', underWay);
    await expect(hostOf(page).getByRole('button')).toBeFocused();
    await expect(hostOf(page).getByRole('button')).toHaveAccessibleName(/^(Cancel|Open)$/);
  });
}

test.describe('a long download', () => {
  // One percent in about 4 s, so that each announcement has a new text.
  test.use({ hubOptions: { bytesPerSecond: 10_000_000 }, hiveOptions: { progressMs: 1_000 } });

  test('is started and not cancelled by holding Enter', async ({ page }) => {
    await focusByTab(page);
    await page.keyboard.down('Enter');
    await expect(hostOf(page)).toHaveAttribute('data-state', 'downloading');
    // The new label would accept a press by now, but this is a repetition of the first press.
    await hostOf(page).getByRole('button').click({ trial: true });
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await expect.poll(() => descriptionOf(hostOf(page))).toMatch(/^Downloading/);
    await expect(hostOf(page)).toHaveAttribute('data-state', 'downloading');
    await page.keyboard.press('Enter');
    await expect(hostOf(page)).toHaveAttribute('data-state', stopped);
  });

  test('is started and not cancelled by a double click', async ({ page }) => {
    await page.getByRole('button', { name: 'Run with rbee' }).dblclick();
    await expect.poll(() => descriptionOf(hostOf(page))).toMatch(/^Downloading/);
    await expect(hostOf(page)).toHaveAttribute('data-state', 'downloading');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(hostOf(page)).toHaveAttribute('data-state', stopped);
  });

  test('is announced in a polite live region, at most once in five seconds', async ({ page }) => {
    await inClosedRoot(page, (root) => {
      const times: number[] = [];
      const note = ({ target }: MutationRecord) =>
        (target as Element).matches?.('[aria-live="polite"]') && times.push(performance.now());
      new MutationObserver((records) => records.forEach(note)).observe(root, { childList: true, subtree: true });
      Object.assign(globalThis, { times });
    });
    const announcedAt = () => inClosedRoot(page, () => (globalThis as unknown as { times: number[] }).times);
    await page.getByRole('button', { name: 'Run with rbee' }).click();
    await expect.poll(async () => (await announcedAt()).length, { timeout: 30_000 }).toBeGreaterThan(2);
    const times = await announcedAt();
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(4_900);
  });
});
