import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** The extension's buttons in page order, each in the format of `tests/unit/marketplace/expected.ts`. */
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

/** The element of the button for a subject. Without a subject: the first one, which is the only one on a detail page. */
export const hostOf = (page: Page, subject?: string): Locator =>
  subject ? page.locator(`rbee-run[data-subject="${subject}"]`) : page.locator('rbee-run').first();

/** The button's accessible description, which a screen reader reads after its name. */
export const descriptionOf = async (host: Locator): Promise<string> =>
  (await host.locator('#description').textContent()) ?? '';

/** Moves focus with Tab from the link above to the button, and waits until a key press on it is accepted. */
export async function focusByTab(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'View on HuggingFace' }).focus();
  await page.keyboard.press('Tab');
  await holdFocus(page);
}

/** Waits until the focused element has had focus for long enough that a key press is accepted. */
export async function holdFocus(page: Page): Promise<void> {
  const focusedAt = await page.evaluate(() => performance.now());
  await page.waitForFunction((since) => performance.now() > since + 450, focusedAt);
}

/** Slows down the processor for this page only. */
export async function throttle(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/** Waits until the page has these buttons: they are inserted once the page is hydrated. */
export async function expectButtons(page: Page, expected: readonly string[]): Promise<void> {
  await expect.poll(() => describeButtons(page), { timeout: 30_000 }).toEqual(expected);
}

/** The position and size of every element of the page, to detect movements. */
export const boxes = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('nav, main, main *, footer')]
      .filter((element) => !element.closest('rbee-run'))
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return `${element.localName}.${element.className} ${[x, y, width, height].map(Math.round)}`;
      }),
  );
