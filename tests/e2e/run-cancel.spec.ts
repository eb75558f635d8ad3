import type { Page } from '@playwright/test';
import { inClosedRoot } from '../browser/closed-roots.ts';
import { hiveFaults } from '../hive/faults.ts';
import { descriptionOf } from './buttons.ts';
import { askedFor, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectState, file, model, openModel, otherModel, press, runIn, stepIn, storedRuns } from './one-run.ts';

const [postDownload, getDownload] = wholeRun as [string, string];
const deleteDownload = 'DELETE model_download';

test.use({ hiveOptions: { progressMs: 40, lockWaitMs: 200 } });

/** Every label of the page's button from now on. */
async function recordLabels(page: Page): Promise<() => Promise<string[]>> {
  await inClosedRoot(page, (root) => {
    const label = root.querySelector('.label') as Element;
    const labels: string[] = [];
    const record = () => labels.push(label.textContent);
    new MutationObserver(record).observe(label, { childList: true, characterData: true, subtree: true });
    Object.assign(globalThis, { labels });
  });
  return () => inClosedRoot(page, () => (globalThis as unknown as { labels: string[] }).labels);
}

test('a run that waits for its turn is cancelled at once, and the hive never hears of it', async ({
  page,
  context,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const first = await openModel(page);
  await press(first);
  await hub.until(({ held }) => held());
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await expectState(second, 'queued');
  await press(second, /^Cancel/);
  await expectState(second, 'cancelled');
  expect(askedFor(hive)).toEqual([postDownload, getDownload]);
  await expectState(first, 'downloading');
});

test('while the file is being looked for, nothing has to be told to the hive', async ({
  page,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: '/api/', hang: true }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'resolving');
  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  expect(askedFor(hive)).toEqual([]);
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'cancelled');
  await expect(stepIn(runIn(popup), 'resolve')).toHaveAttribute('data-state', 'cancelled');
});

test('a job that the hive has and nobody has started is never started', async ({ page, hive }) => {
  // The job is made, and its answer is on its way.
  hive.setFaults([{ on: 'submit', operation: 'model_download', late: true, delayMs: 4_500 }]);
  const host = await openModel(page);
  await press(host);
  await hive.until(({ jobs }) => jobs.some(({ operation }) => operation === 'model_download'));
  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  expect(askedFor(hive)).toEqual([postDownload]);
  expect(hive.jobs.at(-1)).toMatchObject({ state: 'queued' });
});

test('at 0 % the hive is told, and says that it has cancelled', async ({ page, hive }) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const host = await openModel(page);
  await press(host);
  await hive.until(({ paused }) => paused());
  await expectState(host, 'downloading');
  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  expect(askedFor(hive)).toEqual([postDownload, getDownload, deleteDownload]);
  expect(hive.jobs.at(-1)).toMatchObject({ state: 'cancelled' });
});

test('until the hive has confirmed it, the button says “Cancelling” and takes no clicks', async ({
  page,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  hive.setFaults([{ on: 'cancel', delayMs: 2_000 }]);
  const host = await openModel(page);
  await press(host);
  await expect(host.getByRole('button')).toContainText('downloading 40%');
  await press(host, /^Cancel/);
  await expectState(host, 'cancelling');
  await expect(host.getByRole('button')).toBeDisabled();
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup).getByRole('button', { name: /^Cancelling/ })).toBeDisabled();
  await expectState(host, 'cancelled');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'cancelled');
  expect(askedFor(hive)).toEqual([postDownload, getDownload, deleteDownload]);
});

test.describe('after a cancel in the middle of a download', () => {
  test.setTimeout(120_000);

  test('Retry counts down; too early for the hive it is explained and counts down again; then it works', async ({
    page,
    extension,
    hive,
    hub,
  }) => {
    hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
    const host = await openModel(page);
    const button = host.getByRole('button');
    const labels = await recordLabels(page);
    await button.click();
    await expect(button).toContainText('downloading 40%');
    await press(host, /^Cancel/);
    await expect(host).toHaveAttribute('data-state', 'cancelled');
    await expect(button).toHaveAccessibleName(/^Retry in \d sec$/);
    await expect(button).toBeDisabled();
    expect(hive.downloads(), 'the hive’s download goes on').toBe(1);
    await expect(button).toHaveAccessibleName('Retry');
    await expect(button).toBeEnabled();
    const countdown = (await labels())
      .filter((label) => label.startsWith('Retry'))
      .map((label) => parseInt(label.slice(9), 10) || 0);
    expect(countdown, 'second by second, to zero').toEqual(countdown.toSorted((a, b) => b - a));
    expect(countdown.length).toBeGreaterThan(3);
    expect(countdown[0]).toBeLessThanOrEqual(5);

    await button.click();
    await expect(host).toHaveAttribute('data-state', 'failed');
    expect(await descriptionOf(host)).toContain('The hive is still downloading this file');
    await expect(button).toHaveAccessibleName(/^Retry in 1\d sec$/);
    await expect(button).toBeDisabled();
    const popup = await extension.openExtensionPage('popup.html');
    const run = runIn(popup);
    await expect(run.locator('[data-code="download-locked"]')).toContainText('The hive is still downloading this file');
    await expect(run.locator('[data-code="download-locked"]')).toContainText(
      'An earlier download of the same file is still running',
    );
    await expect(run.getByRole('button', { name: /^Retry in \d+ sec$/ })).toBeDisabled();

    hub.setFaults([]);
    hub.release();
    await hive.until(({ downloads }) => downloads() === 0);
    await page.bringToFront();
    await expect(button).toHaveAccessibleName('Retry', { timeout: 30_000 });
    await button.click();
    await expectState(host, 'running');
    expect(hive.models().map(({ id }) => id)).toEqual([`${model}:${file}`]);
    expect(await storedRuns(extension)).toMatchObject([{ state: 'running', attempt: 3 }]);
  });
});

test('a cancelled start leaves no worker behind', async ({ page, extension, hive }) => {
  hive.setFaults([{ after: 'health_check', pause: true }]);
  const host = await openModel(page);
  await press(host);
  await hive.until(({ paused }) => paused());
  await expectState(host, 'starting');
  expect(hive.workers).toMatchObject([{ alive: true }]);
  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'cancelled');
  await expect(runIn(popup)).not.toContainText('A process may still be running');
  expect(askedFor(hive)).toEqual(expect.arrayContaining(['DELETE worker_spawn', 'POST worker_process_delete']));
});

test.describe('a hive that does not tell which workers run', () => {
  test.use({ hiveOptions: { progressMs: 40, telemetry: false } });

  test('may keep the process of a cancelled start, which is said', async ({ page, extension, hive }) => {
    // The process is there, and its line is not.
    hive.setFaults([{ before: 'started', pause: true }]);
    const host = await openModel(page);
    await press(host);
    await hive.until(({ paused }) => paused());
    await expectState(host, 'starting');
    await press(host, /^Cancel/);
    await expectState(host, 'cancelled');
    expect(await descriptionOf(host)).toContain('A worker process may still be running on the hive’s machine.');
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup)).toContainText('A worker process may still be running on the hive’s machine.');
    expect(hive.workers).toMatchObject([{ alive: true }]);
  });
});

test('a cancel that the hive’s own end has overtaken says so, and nothing is downloaded twice', async ({
  page,
  extension,
  hive,
  hub,
}) => {
  hive.setFaults([{ after: 'hf_copy_start', pause: true }, ...hiveFaults.cancelTooLate]);
  const host = await openModel(page);
  await press(host);
  await hive.until(({ paused }) => paused());
  await press(host, /^Cancel/);
  await expectState(host, 'cancelling');
  await hive.until(({ calls }) => calls().includes(deleteDownload));
  hive.release();
  await expectState(host, 'cancelled');
  expect(await descriptionOf(host)).toContain('The hive finished before it received the cancel request.');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toContainText('The hive finished before it received the cancel request.');

  hive.setFaults([]);
  const downloaded = hub.requests.length;
  await press(host, /^Retry$/);
  await expectState(host, 'running');
  expect(hub.requests.length, 'the hub is not asked again').toBe(downloaded);
});

test.describe('a hive that is away', () => {
  test.use({ allowConsole: [/ERR_CONNECTION_REFUSED/] });

  test('is never asked for what was cancelled before it came', async ({ page, extension, hive }) => {
    await hive.unplug();
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'offline');
    await press(host, /^Cancel/);
    await expectState(host, 'cancelled');
    await hive.plug();
    const popup = await extension.openExtensionPage('popup.html');
    await expect(popup.getByRole('region', { name: 'Hive' })).toContainText('Connected');
    await expect(runIn(popup)).toHaveAttribute('data-state', 'cancelled');
    expect(askedFor(hive)).toEqual([]);
  });
});
