import type { Page } from '@playwright/test';

export type Observed = {
  /** The errors of React, or of its substitute on older pages. */
  errors: Window['__siteErrors'];
  /** Elements that were neither sent by the server nor inserted by the extension: React has recreated them. */
  rebuilt: string[];
  /** Sum of all layout shifts so far that were not caused by input. */
  shift: number;
};

/** Resolves once the page's own code has hydrated everything. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => window.__siteHydrated !== undefined);
}

/** Resolves once a client navigation has displayed the page at `path`. */
export async function displayed(page: Page, path: string): Promise<void> {
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
      // Buffered entries are delivered in a separate task, which has run after two frames.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    });
    return { errors: window.__siteErrors, rebuilt: rebuilt.map((element) => element.outerHTML.slice(0, 120)), shift };
  }, within);
}
