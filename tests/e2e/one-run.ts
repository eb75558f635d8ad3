import type { Locator, Page } from '@playwright/test';
import { isRunKey } from '../../lib/runs/keys.ts';
import type { Run, RunState } from '../../lib/runs/run.ts';
import { hostOf } from './buttons.ts';
import { type Extension, expect } from './fixtures.ts';

/** A model that fits into the memory of every stand-in hive. */
export const model = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF';
export const file = 'qwen2.5-0.5b-instruct-q4_k_m.gguf';
export const otherModel = 'bartowski/Llama-3.2-1B-Instruct-GGUF';

export const detailOf = (repo: string): string =>
  `https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(repo)}`;

/** Opens a model's page of the newest generation in the foreground and waits until its button accepts a click. */
export async function openModel(page: Page, repo = model): Promise<Locator> {
  await page.bringToFront();
  await page.goto(detailOf(repo));
  const host = hostOf(page);
  await clickable(host);
  return host;
}

/** Waits until a click is accepted: the button is visible and unchanged in a focused window for half a second. */
export async function clickable(host: Locator): Promise<void> {
  await expect(host.getByRole('button')).toBeVisible({ timeout: 30_000 });
  await expect(host.getByRole('button')).not.toHaveClass(/\bnew\b/);
  const shownAt = await host.page().evaluate(() => performance.now());
  await host.page().waitForFunction((since) => performance.now() > since + 500, shownAt);
}

/** Clicks the button with its page in the foreground. */
export async function press(host: Locator, name = /./): Promise<void> {
  const button = host.getByRole('button', { name });
  await host.page().bringToFront();
  // Scrolled before the click, because a click on a button that has just moved would have to be confirmed.
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
  choose: /^(?:Choose a file|Continue in rbee)/,
  unsupported: /^Not supported/,
};

/** Expects the button to have this state, and the accessible name that belongs to it. */
export async function expectState(host: Locator, state: Shown, timeout = 30_000): Promise<void> {
  await expect(host).toHaveAttribute('data-state', state, { timeout });
  await expect(host.getByRole('button')).toHaveAccessibleName(names[state]);
}

/** The run as the popup shows it. */
export const runIn = (popup: Page, repo = model): Locator =>
  popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="hf:${repo}"]`);

export const stepIn = (run: Locator, name: string): Locator => run.locator(`ol [data-step="${name}"]`);

/**
 * Records every state that the first matching element has from now on, in order, including states that are too short to be
 * seen.
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

/** The stored runs, newest click first. Does not start the service worker. */
export async function storedRuns(extension: Extension): Promise<Run[]> {
  const records = Object.entries(await extension.storage()).filter(([key]) => isRunKey(key));
  return records.map(([, run]) => run as Run).sort((a, b) => b.order - a.order);
}
