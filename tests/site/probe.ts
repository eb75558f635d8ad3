import type { Page } from '@playwright/test';

export type Observed = {
  /** The errors of React, or of its substitute on older pages. */
  errors: Window['__siteErrors'];
  /** Elements that neither the server sent nor the extension put there: React has made them anew. */
  rebuilt: string[];
  /** Sum of all layout shifts so far that no input explains. */
  shift: number;
};

/** Resolves once the page's own code has hydrated everything. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => window.__siteHydrated !== undefined);
}

/** Resolves once a client navigation to `path` is on screen. */
export async function shows(page: Page, path: string): Promise<void> {
  await page.waitForFunction((expected) => window.__siteShows === expected, path);
}

/** Observes changes to the server's page. Pass `within` to exclude parts that are fetched or navigated to. */
export function observe(page: Page, within = 'nav, main'): Promise<Observed> {
  return page.evaluate(async (selector) => {
    const areas = [...document.querySelectorAll(selector)];
    const elements = areas.flatMap((area) => [area, ...area.querySelectorAll('*')]);
    const rebuilt = elements.filter((element) => !('__served' in element) && !element.closest('rbee-run'));
    const shift = await new Promise<number>((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          if (!('hadRecentInput' in entry && entry.hadRecentInput)) sum += 'value' in entry ? Number(entry.value) : 0;
      }).observe({ type: 'layout-shift', buffered: true });
      // Buffered entries arrive in a task of their own; two frames are past it.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    });
    return { errors: window.__siteErrors, rebuilt: rebuilt.map((element) => element.outerHTML.slice(0, 120)), shift };
  }, within);
}
