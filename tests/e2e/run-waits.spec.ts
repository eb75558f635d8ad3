import { settingsKey } from '../../lib/settings/watch-stored.ts';
import { descriptionOf, hostOf } from './buttons.ts';
import { askedFor, callsOf, wholeRun } from './calls.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { expectState, file, model, openModel, press, runIn, stepIn } from './one-run.ts';
import { job, record, steps, stored } from './records.ts';

test.use({ hiveOptions: { progressMs: 40 } });

test.describe('no hive runs', () => {
  test.use({ allowConsole: [/ERR_CONNECTION_REFUSED/] });
  test.setTimeout(120_000);

  test('a click waits for it, says so, and goes on by itself once it is there', async ({ page, extension, hive }) => {
    await hive.unplug();
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'offline');
    await expect(host.getByRole('button')).toContainText('waiting for the hive');
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup)).toHaveAttribute('data-state', 'offline');
    await expect(runIn(popup)).toContainText('localhost:7835 is offline.');
    await expect(popup.getByRole('region', { name: 'Hive' })).toContainText('rbee-hive --port 7835');
    await popup.close();

    await hive.plug();
    await expectState(host, 'running', 60_000);
    expect(callsOf(hive)).toEqual(wholeRun);
  });
});

test('another hive’s address that the browser may not reach is named, with the way to allow it', async ({
  page,
  extension,
}) => {
  const worker = await extension.serviceWorker();
  const hives = [{ url: 'http://192.168.1.20:7835', name: '' }];
  await worker.evaluate(([key, settings]) => chrome.storage.local.set({ [key as string]: settings }), [
    settingsKey,
    { schema: 1, hives },
  ] as const);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'failed');
  expect(await descriptionOf(host)).toContain('The browser blocks access to the hive');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup).locator('[data-code="permission-missing"]')).toContainText('192.168.1.20:7835');
  await expect(runIn(popup).locator('.primary')).toHaveText('Open options');
});

test('a repository without a GGUF file, of which there are versions with one, waits for a choice', async ({
  page,
  extension,
  hive,
}) => {
  const host = await openModel(page, 'Qwen/Qwen2.5-0.5B-Instruct');
  await press(host);
  await expectState(host, 'choose');
  expect(await descriptionOf(host)).toContain('This repository has no GGUF file');
  const popup = await extension.openExtensionPage('popup.html');
  const run = runIn(popup, 'Qwen/Qwen2.5-0.5B-Instruct');
  await expect(run).toHaveAttribute('data-state', 'choose');
  await expect(run).toContainText('This repository has no GGUF file');
  expect(hive.calls(), 'nothing of another author is taken unasked').not.toContain('POST model_download');
});

test.describe('a small machine', () => {
  test.use({ hiveOptions: { machine: 'small' } });

  test('has no room for a large model, and somebody has to choose', async ({ page, extension, hive }) => {
    const host = await openModel(page, 'TheBloke/Llama-2-7B-Chat-GGUF');
    await press(host);
    await expectState(host, 'choose');
    expect(await descriptionOf(host)).toContain('No file of this model is likely to fit into this hive’s memory');
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup, 'TheBloke/Llama-2-7B-Chat-GGUF')).toContainText('No file of this model is likely to fit');
    expect(hive.calls()).not.toContain('POST model_download');
  });
});

test.describe('a hive without a worker', () => {
  test.use({ hiveOptions: { progressMs: 40, installed: [] } });

  test('asks before one is built, and runs the model once it is agreed to', async ({ page, extension, hive }) => {
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'choose');
    expect(await descriptionOf(host)).toContain('The hive needs to install a worker first.');
    expect(hive.calls()).not.toContain('POST worker_install');
    const popup = await extension.openExtensionPage('popup.html');
    const run = runIn(popup);
    await expect(run).toHaveAttribute('data-state', 'choose');
    await expect(stepIn(run, 'download')).toHaveAttribute('data-state', 'done');
    await run.getByRole('button', { name: /^Install/ }).click();
    await expect(run).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
    await expect(stepIn(run, 'install')).toHaveAttribute('data-state', 'done');
    expect(hive.calls().filter((call) => call === 'POST worker_install')).toHaveLength(1);
    await page.bringToFront();
    await expectState(host, 'running');
  });
});

test('a worker that has ended is not said to run, and a click starts it again', async ({ page, extension, hive }) => {
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'running');
  process.kill(hive.workers[0]?.pid ?? 0, 'SIGKILL');
  await hive.until(({ workers }) => workers[0]?.alive === false);
  // A proof counts for a few seconds; each time the page is opened, an older one is made anew.
  await expect(async () => {
    await page.reload();
    await expect(host).toHaveAttribute('data-state', 'stopped', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expectState(host, 'stopped');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toContainText('The worker no longer responds.');
  await press(host);
  await expectState(host, 'running');
  expect(hive.workers).toMatchObject([{ alive: false }, { alive: true }]);
  expect(hive.models()).toHaveLength(1);
});

/** Stores a run as an earlier service worker left it. */
async function takeOn(extension: Extension, items: Record<string, unknown>): Promise<void> {
  const worker = await extension.serviceWorker();
  await worker.evaluate((records) => chrome.storage.local.set(records as Record<string, never>), items);
  await extension.killServiceWorker();
}

test('a spawn without evidence after 150 s leads to the command for a manual start', async ({ page, extension }) => {
  const posted = Date.now() - 200_000;
  const spawn = { job: job(posted, { postedAt: posted, openedAt: posted }), before: [] };
  const run = record(Date.now(), {
    subject: `hf:${model}`,
    model: `${model}:${file}`,
    state: 'starting',
    steps: steps('spawn', 'active', spawn),
    worker: { address: 'http://localhost:9', port: 9 },
  });
  await takeOn(extension, stored([run]));
  const host = await openModel(page);
  await expectState(host, 'choose');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup).locator('.command code')).toContainText('llm-worker-rbee-cpu');
});

test.describe('a hive that is restarted', () => {
  test.use({ hiveOptions: { installed: [] }, allowConsole: [/ERR_/] });
  test.setTimeout(120_000);

  test('has lost its installation, which is not begun again unasked', async ({ page, site, extension, hive }) => {
    hive.setFaults([{ after: 'build_start', pause: true }]);
    await page.goto(`${site.url}/workers/cpu-llm?generation=g3`);
    const host = hostOf(page);
    await expectState(host, 'idle');
    await press(host);
    await hive.until(({ paused }) => paused());
    await expectState(host, 'installing');
    await hive.kill();
    await expect.poll(() => descriptionOf(host), { timeout: 30_000 }).toContain('The hive was stopped');
    await hive.restart();
    await expect(host).toHaveAttribute('data-state', 'failed', { timeout: 70_000 });
    expect(await descriptionOf(host)).toContain('The run was interrupted');
    const popup = await extension.openExtensionPage('popup.html');
    await expect(popup.locator('[data-code="job-lost"]')).toContainText('The run was interrupted');
    expect(hive.calls().filter((call) => call === 'POST worker_install')).toHaveLength(1);
  });
});

test('a request that the service worker does not take is told where it was made', async ({ page, extension, hive }) => {
  const host = await openModel(page);
  const popup = await extension.openExtensionPage('popup.html');
  await page.bringToFront();
  // Known to the views and not to the service worker, as when another view has dismissed it just now.
  const gone = record(Date.now(), {
    subject: `hf:${model}`,
    state: 'cancelled',
    steps: steps('download', 'cancelled'),
  });
  const worker = await extension.serviceWorker();
  await worker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored([gone]));
  await expectState(host, 'cancelled');
  await press(host, /^Retry/);
  await expect.poll(() => descriptionOf(host)).toContain('This view is out of date');
  await expectState(host, 'cancelled');

  await popup.bringToFront();
  await runIn(popup)
    .getByRole('button', { name: /^Retry/ })
    .click();
  await expect(runIn(popup).getByRole('alert')).toContainText('This view is out of date');
  expect(askedFor(hive)).toEqual([]);
});
