import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Our buttons in words, in the order of the page, as `tests/unit/marketplace/expected.ts` has them. */
export function describeButtons(page: Page): Promise<string[]> {
  return page.locator('rbee-run:not(.markdown-content *, .prose *)').evaluateAll((hosts) =>
    hosts.map((host) => {
      const { subject, variant } = (host as HTMLElement).dataset;
      if (variant === 'compact') return `card ${subject}`;
      const before = host.previousElementSibling as HTMLElement | null;
      return `${before?.hidden ? 'instead of' : 'under'} "${before?.textContent.trim()}" ${subject}`;
    }),
  );
}

/** The button for a subject; on a page of one model, its only one. */
export const hostOf = (page: Page, subject?: string): Locator =>
  subject ? page.locator(`rbee-run[data-subject="${subject}"]`) : page.locator('rbee-run').first();

/** Its accessible description, as a screen reader reads it after the name. */
export const descriptionOf = async (host: Locator): Promise<string> =>
  (await host.locator('#description').textContent()) ?? '';

/** Moves focus from the link above to the button with Tab, and waits until a key press there counts. */
export async function focusByTab(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'View on HuggingFace' }).focus();
  await page.keyboard.press('Tab');
  await holdFocus(page);
}

/** Waits until what has focus has had it for long enough for a key press to count. */
export async function holdFocus(page: Page): Promise<void> {
  const focusedAt = await page.evaluate(() => performance.now());
  await page.waitForFunction((since) => performance.now() > since + 450, focusedAt);
}

/** Slows the page's processor down. Measured for this page alone; other pages keep their speed. */
export async function throttle(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/** Waits until the page says what it should: buttons come when the page's framework is ready for them. */
export async function expectButtons(page: Page, expected: readonly string[]): Promise<void> {
  await expect.poll(() => describeButtons(page), { timeout: 30_000 }).toEqual(expected);
}

/** Where every element of the page is: whatever moves shows in it. */
export const boxes = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('nav, main, main *, footer')]
      .filter((element) => !element.closest('rbee-run'))
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return `${element.localName}.${element.className} ${[x, y, width, height].map(Math.round)}`;
      }),
  );
