import type { Locator, Page } from '@playwright/test';
import { installationUrl } from '../../lib/links.ts';
import type { LogLine, Run, RunState } from '../../lib/runs/run.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { everyState, failed, job, logOf, progress, record, steps, stored } from './records.ts';

/** Stores runs that the service worker does not know, so that they do not change. */
async function show(extension: Extension, runs: readonly Run[], logs: Record<string, LogLine[]> = {}): Promise<void> {
  const serviceWorker = await extension.serviceWorker();
  await serviceWorker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored(runs, logs));
}

/** Stores runs for the next service worker to load. */
async function showAfterTermination(extension: Extension, runs: readonly Run[]): Promise<void> {
  await show(extension, runs);
  await extension.terminateServiceWorker();
}

const item = (page: Page, run: Run): Locator => page.locator(`[data-run="${run.id}"]`);

const buttons: Record<RunState, string[]> = {
  queued: ['Cancel'],
  offline: ['Cancel'],
  resolving: ['Cancel'],
  choose: ['Choose a file', 'Cancel'],
  downloading: ['Cancel'],
  installing: ['Cancel'],
  starting: ['Cancel'],
  cancelling: ['Cancelling'],
  running: ['Copy address'],
  installed: ['Dismiss'],
  stopped: ['Run with rbee', 'Dismiss'],
  failed: ['Retry', 'Dismiss'],
  cancelled: ['Retry', 'Dismiss'],
};
const busy: RunState[] = ['resolving', 'downloading', 'installing', 'starting', 'cancelling'];

test('every state of a run is shown with its steps and buttons', async ({ extension }) => {
  const runs = everyState(Date.now());
  await show(extension, Object.values(runs));
  const page = await extension.openExtensionPage('popup.html');
  const list = page.getByRole('list', { name: 'Runs' });
  await expect(list.locator('> li')).toHaveCount(Object.keys(runs).length);

  for (const [state, run] of Object.entries(runs) as [RunState, Run][]) {
    await test.step(state, async () => {
      const shown = item(page, run);
      await expect(shown).toHaveAttribute('data-state', state);
      await expect(shown).toHaveAttribute('data-subject', run.subject);
      await expect(shown.getByRole('heading', { level: 3 })).toContainText(run.subject.replace(/^\w+:/, ''));
      const closed = shown.getByRole('button', { name: /^Show / });
      if (await closed.isVisible()) await closed.click();
      for (const name of buttons[state]) {
        await expect(shown.getByRole('button', { name: new RegExp(`^${name}`) }).first()).toBeVisible();
      }
      await expect(shown.getByRole('progressbar')).toHaveCount(busy.includes(state) ? 1 : 0);
      for (const { name, state: step } of run.steps) {
        await expect(shown.locator(`ol [data-step="${name}"]`)).toHaveAttribute('data-state', step);
      }
    });
  }
  await expect(item(page, runs.cancelling).getByRole('button', { name: 'Cancelling' })).toBeDisabled();
  await expect(item(page, runs.running)).toContainText('http://localhost:8080');
});

test('a download shows bytes, speed and remaining time without layout shifts', async ({ extension }) => {
  const run = everyState(Date.now()).downloading;
  await show(extension, [run]);
  const page = await extension.openExtensionPage('popup.html');
  const bar = item(page, run).getByRole('progressbar');
  await expect(bar).toHaveAttribute('aria-valuenow', '36');
  await expect(item(page, run)).toContainText('295 MB of 808 MB');
  await expect(item(page, run)).toContainText('7 MB/s');
  await expect(item(page, run)).toContainText(/\d+ (s|min) left/);

  const before = { bar: await bar.elementHandle(), box: await item(page, run).boundingBox() };
  const further = {
    ...run,
    steps: steps('download', 'active', {
      job: job(Date.now()),
      progress: progress(Date.now(), { percent: 80, rate: 0.0009 }),
    }),
  };
  await show(extension, [further]);
  await expect(bar).toHaveAttribute('aria-valuenow', '80');
  expect(await bar.evaluate((now, then) => now === then, before.bar), 'the same element').toBe(true);
  expect(await item(page, run).boundingBox()).toEqual(before.box);
});

test('a download without a percentage has an indeterminate bar and reports a stall after 45 seconds', async ({
  extension,
}) => {
  const now = Date.now();
  const still = progress(now, { changedAt: now - 50_000 });
  const run = record(now, {
    state: 'downloading',
    steps: steps('download', 'active', { job: job(now), progress: still }),
  });
  await show(extension, [run]);
  const page = await extension.openExtensionPage('popup.html');
  const bar = item(page, run).getByRole('progressbar');
  await expect(bar).toBeVisible();
  expect(await bar.getAttribute('aria-valuenow')).toBeNull();
  await expect(item(page, run)).toContainText(/No progress for 5\d sec\./);
  await expect(item(page, run)).not.toContainText(/NaN|Infinity|undefined/);
});

test('a lost download can be checked now or started again', async ({ extension }) => {
  const now = Date.now();
  const lost = job(now, { lostAt: now - 60_000, checks: 2, nextCheckAt: now + 25_000 });
  const step = { job: lost, progress: progress(now, { percent: 41 }) };
  const run = record(now, { state: 'downloading', steps: steps('download', 'active', step) });
  await show(extension, [run]);
  const page = await extension.openExtensionPage('popup.html');
  const shown = item(page, run);
  await expect(shown).toContainText('The live log was lost. The hive may still be downloading.');
  await expect(shown).toContainText(/Next check in \d+ sec\./);
  await expect(shown).toContainText('Last known:  41%');
  expect(await shown.getByRole('progressbar').getAttribute('aria-valuenow')).toBeNull();
  await expect(shown.getByRole('button', { name: /^Check now/ })).toBeEnabled();
  await expect(shown.getByRole('button', { name: /^Start again/ })).toBeEnabled();
});

test('the log of a run is loaded when opened, updated while open, and can be copied', async ({ extension }) => {
  const now = Date.now();
  const run = failed(now, 'file-missing', 'download', 'HuggingFace download failed: <b>status code 404</b>');
  const lines = logOf(now, 4);
  await show(extension, [run], { [run.id]: lines.slice(0, 3) });
  const page = await extension.openExtensionPage('popup.html');
  await expect(item(page, run)).not.toContainText('Still downloading');
  await item(page, run).getByText('Details').click();
  const log = item(page, run).getByRole('log', { name: /^Hive log for/ });
  await expect(log).toContainText(lines[2]?.message ?? '');
  await expect(log, 'not parsed as HTML').toContainText('<b>status code 404</b>');
  await show(extension, [run], { [run.id]: lines });
  await expect(log).toContainText(lines[3]?.message ?? '');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await item(page, run).getByRole('button', { name: 'Copy details' }).click();
  await expect(item(page, run).getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(lines[3]?.message ?? '');
});

test('the first rendering of the popup contains every run', async ({ extension }) => {
  const now = Date.now();
  const runs = Array.from({ length: 200 }, () =>
    record(now, { state: 'cancelled', steps: steps('download', 'cancelled') }),
  );
  await show(extension, runs);
  const page = await extension.context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const list = document.querySelector('#app ul[aria-label="Runs"]');
      if (!list) return;
      document.documentElement.dataset.first = String(list.children.length);
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`chrome-extension://${extension.extensionId}/popup.html`);
  await expect(page.locator('html')).toHaveAttribute('data-first', '200');
  await expect(page.locator('.run-body')).toHaveCount(1);
});

test('a reply of the hive after the first rendering does not shift the popup’s layout', async ({ extension, hive }) => {
  hive.setFaults([{ on: 'capabilities', delayMs: 500 }]);
  await show(extension, [everyState(Date.now()).running]);
  const page = await extension.context.newPage();
  await page.addInitScript(() => {
    const moved: string[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources } = entry as unknown as { sources: { node?: Element }[] };
        moved.push(...sources.map(({ node }) => node?.className ?? '?'));
      }
    }).observe({ type: 'layout-shift', buffered: true });
    Object.assign(globalThis, { moved });
  });
  await page.goto(`chrome-extension://${extension.extensionId}/popup.html`);
  const region = page.getByRole('region', { name: 'Hive' });
  await expect(region).toContainText('Looking for a hive');
  await expect(region).toContainText('Connected');
  // After two frames the browser has reported the layout shifts of the first one.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await page.evaluate(() => Reflect.get(globalThis, 'moved'))).toEqual([]);
});

test('the popup focuses the run that its address names', async ({ extension }) => {
  const now = Date.now();
  const runs = Array.from({ length: 60 }, () =>
    record(now, { state: 'cancelled', steps: steps('download', 'cancelled') }),
  );
  await show(extension, runs);
  const [oldest] = runs as [Run];
  const page = await extension.openExtensionPage(`popup.html#run=${oldest.id}`);
  await expect(item(page, oldest).getByRole('heading')).toBeFocused();
  await expect(item(page, oldest)).toBeInViewport();
  await expect(item(page, oldest).locator('.run-body')).toBeVisible();
});

test('the popup shows how to start a hive and is updated when one starts', async ({ extension, hive }) => {
  await hive.kill();
  const page = await extension.openExtensionPage('popup.html');
  const region = page.getByRole('region', { name: 'Hive' });
  await expect(region).toContainText('Not running');
  await expect(region.locator('code')).toHaveText('rbee-hive --port 7835');
  await expect(region.getByRole('link', { name: 'How to install rbee-hive' })).toHaveAttribute('href', installationUrl);
  await hive.restart();
  await expect(region).toContainText('Connected');
  await expect(region.getByRole('list', { name: 'Devices' }).getByRole('listitem').last()).toContainText('RAM');
});

test('before the first run, the popup explains how to start one', async ({ extension }) => {
  const page = await extension.openExtensionPage('popup.html');
  const hive = page.getByRole('region', { name: 'Hive' });
  await expect(hive).toContainText('Connected');
  await expect(page.getByText('Run your first model')).toBeVisible();
  await expect(page.getByRole('link', { name: 'marketplace.rbee.dev' })).toHaveAttribute(
    'href',
    'https://marketplace.rbee.dev/',
  );
});

test('the badge for a failed run is removed after the popup has shown the failure', async ({ extension }) => {
  const run = failed(Date.now(), 'network', 'download', 'connection reset');
  await showAfterTermination(extension, [run]);
  const serviceWorker = await extension.serviceWorker();
  const badge = () => serviceWorker.evaluate(() => chrome.action.getBadgeText({}));
  await expect.poll(badge).toBe('!');
  const page = await extension.openExtensionPage('popup.html');
  await expect(item(page, run)).toBeVisible();
  await expect.poll(badge).toBe('');
  await expect(item(page, run).locator('.run-body'), 'stays open').toBeVisible();
});
