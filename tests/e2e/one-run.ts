import type { Locator, Page } from '@playwright/test';
import { isRunKey } from '../../lib/runs/keys.ts';
import type { Run, RunState } from '../../lib/runs/run.ts';
import { hostOf } from './buttons.ts';
import { type Extension, expect } from './fixtures.ts';

/** A model that every stand-in hive has room for: it shows what a click does, not what fits where. */
export const model = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF';
export const file = 'qwen2.5-0.5b-instruct-q4_k_m.gguf';
export const otherModel = 'bartowski/Llama-3.2-1B-Instruct-GGUF';

export const detailOf = (repo: string): string =>
  `https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(repo)}`;

/** Opens a model's page of today in front of all others and waits until its button can be clicked. */
export async function openModel(page: Page, repo = model): Promise<Locator> {
  await page.bringToFront();
  await page.goto(detailOf(repo));
  const host = hostOf(page);
  await clickable(host);
  return host;
}

/** Waits until a click on the button counts: visible, unchanged and in a focused window for half a second. */
export async function clickable(host: Locator): Promise<void> {
  await expect(host.getByRole('button')).toBeVisible({ timeout: 30_000 });
  await expect(host.getByRole('button')).not.toHaveClass(/\bnew\b/);
  const shownAt = await host.page().evaluate(() => performance.now());
  await host.page().waitForFunction((since) => performance.now() > since + 500, shownAt);
}

/** Clicks the button as a user does who looks at its page. */
export async function press(host: Locator, name = /./): Promise<void> {
  const button = host.getByRole('button', { name });
  await host.page().bringToFront();
  // Before the click: Playwright scrolls the page while a new label takes no pointer events, and a moved button is in doubt.
  await expect(button).toBeVisible({ timeout: 30_000 });
  await button.scrollIntoViewIfNeeded();
  await clickable(host);
  await button.click();
}

export type Shown = RunState | 'idle' | 'unsupported';

const names: Record<Shown, RegExp> = {
  idle: /^(?:Run|Install) with rbee/,
  queued: /^Cancel\b/,
  offline: /^Cancel\b/,
  resolving: /^Cancel\b/,
  downloading: /^Cancel\b/,
  installing: /^Cancel\b/,
  starting: /^Cancel\b/,
  cancelling: /^Cancelling/,
  running: /^Open/,
  installed: /^Open/,
  stopped: /^(?:Run|Install) with rbee/,
  failed: /^Retry/,
  cancelled: /^Retry/,
  choose: /^(?:Choose a file|Install the worker|Start the worker)/,
  unsupported: /^Not supported/,
};

/** The page's button says that it is so: for machines, and for people. */
export async function expectState(host: Locator, state: Shown, timeout = 30_000): Promise<void> {
  await expect(host).toHaveAttribute('data-state', state, { timeout });
  await expect(host.getByRole('button')).toHaveAccessibleName(names[state]);
}

/** The run as the popup shows it. */
export const runIn = (popup: Page, repo = model): Locator =>
  popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="hf:${repo}"]`);

/** A step of a run in the popup, in the state it is in. */
export const stepIn = (run: Locator, name: string): Locator => run.locator(`ol [data-step="${name}"]`);

/**
 * Every state that the first match shows from now on, in the order of its appearance. States that come and go between two
 * pictures are in it as well.
 */
export async function recordStates(page: Page, selector: string): Promise<() => Promise<string[]>> {
  const states = await page.evaluateHandle((wanted) => {
    const seen: string[] = [];
    const look = (): void => {
      const state = document.querySelector(wanted)?.getAttribute('data-state');
      if (state && seen.at(-1) !== state) seen.push(state);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ['data-state'] });
    look();
    return seen;
  }, selector);
  return () => states.jsonValue();
}

/** The stored runs, newest click first. Reads storage only: nobody is woken. */
export async function storedRuns(extension: Extension): Promise<Run[]> {
  const records = Object.entries(await extension.storage()).filter(([key]) => isRunKey(key));
  return records.map(([, run]) => run as Run).sort((a, b) => b.order - a.order);
}
