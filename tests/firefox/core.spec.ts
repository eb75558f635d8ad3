import { callsOf, wholeRun } from '../e2e/calls.ts';
import { detailOf, model } from '../e2e/one-run.ts';
import { button, expect, expectState, test } from './fixtures.ts';

const page = detailOf(model);
const halfway = [{ path: /\/resolve\//, holdAt: 0.5 }];

test('one click downloads the model and starts a worker, and popup and badge show it', async ({
  firefox,
  hive,
  hub,
}) => {
  hub.setFaults(halfway);
  await firefox.goto(page);
  await expectState(firefox, 'idle');
  expect(await firefox.nameOf(...button)).toMatch(/^Run with rbee/);
  await firefox.click(...button);
  await expectState(firefox, 'downloading');
  await expect.poll(() => firefox.badgeText()).toMatch(/^\d+%$/);
  hub.release();
  await expectState(firefox, 'running');
  expect(await firefox.nameOf(...button)).toMatch(/^Open/);
  expect(callsOf(hive)).toEqual(expect.arrayContaining(wholeRun));
  expect(hive.calls().filter((call) => call === 'POST model_download')).toHaveLength(1);

  await firefox.openExtensionPage('popup.html');
  const run = `[data-subject^="hf:${model}"][data-state="running"]`;
  await expect.poll(() => firefox.textOf(run).catch(() => '')).toContain(`:${hive.workers[0]?.port}`);
});

test('a download continues after the event page was terminated', async ({ firefox, hive, hub }) => {
  hub.setFaults(halfway);
  await firefox.goto(page);
  await expectState(firefox, 'idle');
  await firefox.click(...button);
  await hub.until(({ held }) => held());

  expect(await firefox.suspendBackground()).toBe('stopped');
  hub.release();
  await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  await firefox.openExtensionPage('popup.html');
  const run = `[data-subject^="hf:${model}"][data-state="running"]`;
  await expect.poll(() => firefox.exists(run), { timeout: 45_000 }).toBe(true);
  expect(hive.calls().filter((call) => call.startsWith('POST model_download'))).toHaveLength(1);
  expect(hive.workers).toHaveLength(1);
});

test('a download continues after a restart of the browser', async ({ launch, hive, hub }) => {
  hub.setFaults(halfway);
  const before = await launch();
  await before.goto(page);
  await expectState(before, 'idle');
  await before.click(...button);
  await hub.until(({ held }) => held());
  await before.close();
  hub.release();
  await hive.until(({ jobs }) => jobs[0]?.state === 'completed');

  const after = await launch();
  await after.goto(page);
  await expectState(after, 'running');
  expect(hive.calls().filter((call) => call.startsWith('POST model_download'))).toHaveLength(1);
  expect(hive.workers).toHaveLength(1);
  expect(await after.errors()).toEqual([]);
});

test.describe('with a short idle timeout', () => {
  test.use({ prefs: { 'extensions.background.idle.timeout': 2_000 } });

  test('the event page is suspended while nothing runs, and a click starts it again', async ({ firefox, hive }) => {
    await firefox.goto(page);
    await expectState(firefox, 'idle');
    await expect.poll(() => firefox.backgroundState(), { timeout: 30_000 }).toBe('stopped');
    expect(hive.calls().filter((call) => /download|spawn/.test(call))).toEqual([]);
    await firefox.click(...button);
    await hive.until(({ jobs }) => jobs.some(({ operation }) => operation === 'model_download'));
  });
});

test('without the permission for local hosts no request is sent, and a click runs the model once it is granted', async ({
  firefox,
  hive,
}) => {
  const origins = ['http://localhost/*', 'http://127.0.0.1/*'];
  await firefox.permit('remove', origins);
  const before = hive.requests.length;
  await firefox.openExtensionPage('popup.html');
  await expect.poll(() => firefox.textOf('body')).toContain('Not allowed');
  expect(hive.requests.length).toBe(before);

  await firefox.permit('add', origins);
  await firefox.openExtensionPage('popup.html');
  await expect.poll(() => firefox.textOf('body')).toContain('Connected');
  await firefox.goto(page);
  await expectState(firefox, 'idle');
  await firefox.click(...button);
  await expectState(firefox, 'running');
});

test('the popup explains the missing buttons while access to the marketplace is withheld', async ({ firefox }) => {
  const missingButtons = 'add its buttons to marketplace.rbee.dev';
  const site = ['https://marketplace.rbee.dev/*'];
  await firefox.openExtensionPage('popup.html');
  await expect.poll(() => firefox.textOf('body')).toContain('Connected');
  expect(await firefox.textOf('body')).not.toContain(missingButtons);
  await firefox.permit('remove', site);
  await expect.poll(() => firefox.textOf('body')).toContain(missingButtons);
  await firefox.permit('add', site);
  await expect.poll(() => firefox.textOf('body')).not.toContain(missingButtons);
});

test('the extension has a toolbar button, and its popup closes when it opens a page', async ({ firefox, hive }) => {
  await hive.kill();
  expect(await firefox.toolbarArea()).toBe('nav-bar');
  await firefox.openPopup();
  await expect.poll(() => firefox.popupText()).toContain('rbee');
  await firefox.clickInPopup('header button[aria-label]:last-of-type');
  await expect.poll(() => firefox.popupText()).toBe('');
});

test('after the extension was uninstalled, a click in an open page restores the page’s own button', async ({
  firefox,
}) => {
  await firefox.goto(new URL('/workers/llm-worker-rbee', page).href);
  // With this label no message is pending any more.
  await expect.poll(() => firefox.textOf(...button).catch(() => '')).toContain('installed');
  await firefox.uninstall();
  expect(await firefox.exists('rbee-run')).toBe(true);
  await firefox.click('h1');
  expect(await firefox.exists('rbee-run')).toBe(false);
  expect(await firefox.exists('[data-slot="button"]:disabled:not([hidden])')).toBe(true);
});
