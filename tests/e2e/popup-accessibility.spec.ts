import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { Run } from '../../lib/runs/run.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { everyFailure, everyState, job, logOf, manualStart, record, steps, stored } from './records.ts';

/** One run for each kind of content that the popup can show. */
function everyView(now: number): Run[] {
  const { gated, 'no-ports': noPorts, 'download-locked': locked } = everyFailure(now);
  const lost = job(now, { lostAt: now - 60_000, checks: 2, nextCheckAt: now + 25_000 });
  const retry = { count: 1, at: now + 10_000, code: 'network' as const };
  return [
    ...Object.values(everyState(now)),
    ...[gated, noPorts, locked, manualStart(now)],
    record(now, { state: 'downloading', steps: steps('download', 'active', { job: lost }) }),
    record(now, { state: 'downloading', steps: steps('download', 'active', { retry }) }),
    record(now, { state: 'choose', choice: 'install', steps: steps('install', 'active') }),
    record(now, {
      subject: `hf:organisation-with-a-long-name/${'Model-Name-'.repeat(8)}x`,
      state: 'running',
      worker: { address: 'http://localhost:8080', port: 8080 },
      steps: steps('spawn', 'done'),
    }),
  ];
}

/** Opens the popup with everything in it expanded and with a click to confirm. */
async function openEverything(extension: Extension): Promise<Page> {
  const now = Date.now();
  const runs = everyView(now);
  const serviceWorker = await extension.serviceWorker();
  const logs = Object.fromEntries(runs.map(({ id }) => [id, logOf(now, 5)]));
  const confirmation = { at: now, request: { subject: 'hf:org/model:model-Q4_K_M.gguf', backend: 'cuda' } };
  await serviceWorker.evaluate(
    ([items, session]) =>
      Promise.all([chrome.storage.local.set(items as never), chrome.storage.session.set(session as never)]),
    [stored(runs, logs), { confirmation }] as const,
  );
  const page = await extension.openExtensionPage('popup.html');
  await expect(page.locator('[data-run]')).toHaveCount(runs.length);
  await page.evaluate(() => {
    for (const button of document.querySelectorAll<HTMLElement>('.toggle[aria-expanded="false"]')) button.click();
  });
  await expect(page.locator('.run-body')).toHaveCount(runs.length);
  await page.evaluate(() => {
    for (const summary of document.querySelectorAll('summary')) summary.click();
  });
  await expect(page.locator('.console')).toHaveCount(runs.length);
  return page;
}

async function expectNoOverflow(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 600 });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('#app *:not(.hidden)')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < -0.5 || right > document.documentElement.clientWidth + 0.5;
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(wide).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
}

/** Presses Tab until the element is focused. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  const isFocused = () => goal.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 40 && !(await isFocused()); presses += 1) await page.keyboard.press('Tab');
  await expect(goal).toBeFocused();
}

test('axe finds no violation in the popup with everything expanded, in light and dark', async ({ extension }) => {
  test.slow();
  const page = await openEverything(extension);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, colorScheme).toEqual([]);
  }
});

test('no text of the popup is cut off if it is narrow, zoomed to 400 % or widely spaced', async ({ extension }) => {
  const page = await openEverything(extension);
  // A window of 1280 pixels at 400 % zoom.
  await expectNoOverflow(page, 320);

  // WCAG 2.2, success criterion 1.4.12.
  await page.addStyleTag({
    content: '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }',
  });
  await expectNoOverflow(page, 360);
});

test('every control of the popup is at least 24 pixels high and wide', async ({ extension }) => {
  const page = await openEverything(extension);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, summary, select, textarea, a.button')]
      .filter((control) => {
        const { width, height } = control.getBoundingClientRect();
        return width < 24 || height < 24;
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
  expect(small).toEqual([]);
});

test('progress is visible with forced colours, and nothing is animated with reduced motion', async ({ extension }) => {
  const page = await openEverything(extension);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const bar = page.getByRole('progressbar').and(page.locator('[aria-valuenow]')).first();
  const [track, fill] = await bar.evaluate((element) =>
    [element, element.firstElementChild as Element].map((part) => getComputedStyle(part).backgroundColor),
  );
  expect(fill).not.toBe(track);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('runs in the popup can be expanded, collapsed and dismissed with the keyboard alone', async ({ extension }) => {
  const now = Date.now();
  const cancelled = () => record(now, { state: 'cancelled', steps: steps('download', 'cancelled') });
  const [oldest, middle, newest] = [cancelled(), cancelled(), cancelled()];
  const serviceWorker = await extension.serviceWorker();
  await serviceWorker.evaluate((items) => chrome.storage.local.set(items as never), stored([oldest, middle, newest]));
  await extension.terminateServiceWorker();
  const page = await extension.openExtensionPage('popup.html');
  const item = (run: Run) => page.locator(`[data-run="${run.id}"]`);
  await expect(page.locator('[data-run]')).toHaveCount(3);

  const toggle = item(middle).getByRole('button', { name: /^(?:Show|Hide) / });
  await tabTo(page, toggle);
  await page.keyboard.press('Enter');
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');

  const details = item(middle).locator('summary').last();
  await tabTo(page, details);
  await page.keyboard.press('Enter');
  await tabTo(page, item(middle).getByRole('log'));
  await page.keyboard.press('Escape');
  await expect(details).toBeFocused();
  await expect(item(middle).getByRole('log')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(toggle).toBeFocused();
  await expect(toggle).toHaveAttribute('aria-expanded', 'false');

  await page.keyboard.press('Enter');
  await tabTo(page, item(middle).getByRole('button', { name: /^Dismiss/ }));
  await page.keyboard.press('Enter');
  await expect(item(middle)).toHaveCount(0);
  await expect(item(oldest).getByRole('heading')).toBeFocused();
});
