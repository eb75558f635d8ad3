import { infer } from '../../lib/hive/infer.ts';
import type { Run } from '../../lib/runs/run.ts';
import { descriptionOf, hostOf } from './buttons.ts';
import { callsOfRuns, wholeRun } from './calls.ts';
import { type Extension, expect, test } from './fixtures.ts';
import {
  expectState,
  file,
  model,
  openModel,
  otherModel,
  press,
  recordStates,
  runIn,
  stepIn,
  storedRuns,
} from './one-run.ts';
import { expectRuns, openServicePage } from './service-page.ts';

test.use({ hiveOptions: { progressMs: 40 } });

/** Expects the toolbar popup to be open with this run. */
async function expectPopupAt({ context, extensionId }: Extension, run: Run | undefined): Promise<void> {
  const session = await context.browser()?.newBrowserCDPSession();
  const targets = async () => (await session?.send('Target.getTargets'))?.targetInfos.map(({ url }) => url);
  const url = `chrome-extension://${extensionId}/popup.html#run=${encodeURIComponent(run?.id ?? '')}`;
  await expect.poll(targets).toContain(url);
}

test('one click starts a worker that responds, without a command, and all tabs and the popup show the progress', async ({
  page,
  context,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  hive.setFaults([{ after: 'health_check', pause: true }]);
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.getByText('Connected')).toBeVisible();
  const inPopup = await recordStates(popup, '[data-run]');
  const early = await openModel(await context.newPage());
  const host = await openModel(page);
  await expectState(host, 'idle');
  const onPage = await recordStates(page, 'rbee-run');
  await press(host);
  await hub.until(({ held }) => held());
  const late = await openModel(await context.newPage());
  for (const each of [host, early, late]) {
    await expectState(each, 'downloading');
    await expect(each.getByRole('button')).toContainText('downloading 40%');
  }
  await expect(runIn(popup).getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d+/);
  hub.release();
  await hive.until(({ paused }) => paused());
  await expectState(host, 'starting');
  await expect.poll(() => descriptionOf(host)).toContain('Waiting for the worker to respond');
  hive.release();
  for (const each of [host, early, late]) await expectState(each, 'running');

  const [worker] = hive.workers;
  const address = `http://localhost:${worker?.port}`;
  expect(await descriptionOf(host), 'without the address').toContain('The worker is running.');
  const run = runIn(popup);
  await expect(run).toHaveAttribute('data-state', 'running');
  await expect(run).toContainText(address);
  const ends = { resolve: 'done', download: 'done', install: 'skipped', spawn: 'done' };
  for (const [name, state] of Object.entries(ends)) {
    await expect(stepIn(run, name)).toHaveAttribute('data-state', state);
  }
  for (const shown of [await onPage(), await inPopup()]) {
    // Waiting between two steps, and requesting what is already cached for the page, may be too short to be recorded.
    const steps = shown.filter((state) => !['idle', 'queued', 'resolving'].includes(state));
    expect(steps, 'never “choose”, so no command').toEqual(['downloading', 'starting', 'running']);
  }

  expect(callsOfRuns(hive)).toEqual(wholeRun);
  const lookups = hub.requests.filter(({ path }) => path.startsWith('/api/'));
  expect(lookups.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /api/models/${model}?blobs=true`]);
  const asked = hive.jobs.filter(({ operation }) => operation !== 'worker_process_list');
  expect(asked.map(({ payload }) => payload)).toEqual([
    { operation: 'model_list', hive_id: 'localhost' }, // Requested for the page.
    { operation: 'model_download', hive_id: 'localhost', model: `${model}:${file}` },
    { operation: 'model_list', hive_id: 'localhost' },
    { operation: 'worker_list_installed', hive_id: 'localhost' },
    { operation: 'worker_spawn', hive_id: 'localhost', model: `${model}:${file}`, worker: 'cpu', device: 0 },
  ]);
  const tokens: string[] = [];
  let end = '';
  for await (const event of infer(address, 'Once upon a time', { maxTokens: 8 }, AbortSignal.timeout(10_000))) {
    if (event.type === 'token') tokens.push(event.text);
    else end = event.type;
  }
  expect(end).toBe('cut');
  expect(tokens.join('').trim()).not.toBe('');

  await page.reload();
  await expectState(host, 'running');
  // Before the click: reading storage opens a tab, and a popup closes when it loses the focus.
  const [stored] = await storedRuns(extension);
  await press(host, /^Open/);
  await expectPopupAt(extension, stored);
});

test('a card runs a downloaded model without opening its page, and a CivitAI page explains that it is not supported', async ({
  page,
  site,
  extension,
  hive,
  hub,
}) => {
  await hive.restart({ add: [`${model}:${file}`] });
  await page.goto(`${site.url}/models/huggingface`);
  const list = page.url();
  const card = hostOf(page, `hf:${model}`);
  await expectState(card, 'idle');
  await press(card);
  await expectState(card, 'running');
  expect(page.url()).toBe(list);
  expect(await descriptionOf(card)).toContain('The model was already on the hive.');
  await expect(page.locator('rbee-run:not([data-state="idle"])')).toHaveCount(1);
  expect(callsOfRuns(hive)).toEqual(wholeRun);
  expect(hub.requests.filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toContainText('The model was already on the hive.');

  const requests = hive.requests.length;
  await page.bringToFront();
  await page.goto(`${site.url}/models/civitai/4384`);
  const host = hostOf(page);
  await expectState(host, 'unsupported');
  await expect(host.getByRole('button')).toBeDisabled();
  await expect(host.getByText('rbee-hive cannot download from CivitAI.')).toBeVisible();
  await host.getByRole('button').click({ force: true });
  await expectState(host, 'unsupported');
  expect(await storedRuns(extension)).toHaveLength(1);
  expect(hive.requests.slice(requests).filter(({ method }) => method === 'POST')).toEqual([]);
});

test.describe('on a small machine', () => {
  test.use({ hiveOptions: { machine: 'small' } });

  test('a click on the card of a model that does not fit downloads nothing and opens the popup to choose a file', async ({
    page,
    site,
    extension,
    hive,
  }) => {
    await page.goto(`${site.url}/models/huggingface`);
    const service = await openServicePage(extension);
    const card = hostOf(page, 'hf:TheBloke/Llama-2-7B-Chat-GGUF');
    await press(card);
    await expectRuns(service, { state: 'choose', choice: 'no-fit' });
    const [run] = await service.runs();
    await expectPopupAt(extension, run);
    await expectState(card, 'choose');
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup, 'TheBloke/Llama-2-7B-Chat-GGUF')).toContainText('No file of this model is likely to fit');
    expect(hive.calls()).not.toContain('POST model_download');
  });
});

test('a click on the card of a model that cannot be loaded opens the popup, and downloads the file that is chosen there', async ({
  page,
  site,
  extension,
  hive,
}) => {
  await page.goto(`${site.url}/models/huggingface`);
  const service = await openServicePage(extension);
  const card = hostOf(page, `hf:${model}`);
  await press(card);
  await expectRuns(service, { state: 'choose', choice: 'not-loadable' });
  const [run] = await service.runs();
  await expectPopupAt(extension, run);
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toContainText('rbee’s current worker cannot load this kind of model.');
  expect(hive.calls()).not.toContain('POST model_download');

  await runIn(popup)
    .getByRole('button', { name: /^Choose a file/ })
    .click();
  await runIn(popup)
    .getByRole('row', { name: /Q4_K_M/ })
    .getByRole('button')
    .click();
  await expectRuns(service, { id: run?.id, state: 'running', model: `${model}:${file}` });
});

test.describe('without a worker binary, on the page of 2025-11-05', () => {
  test.use({
    hiveOptions: { progressMs: 40, installed: [] },
    // This page requests a desktop app that is not running.
    allowConsole: [/localhost:9200/],
  });

  test('the button that replaces “Download Keeper” asks before a worker is installed, and then the run continues', async ({
    page,
    site,
    extension,
    hive,
  }) => {
    await page.goto(`${site.url}/models/thebloke--llama-2-7b-chat-gguf?generation=g3`);
    const host = hostOf(page);
    await expectState(host, 'idle');
    await expect(page.getByRole('link', { name: 'Download Keeper' })).toBeHidden();
    await press(host);
    await expectState(host, 'choose');
    await expect(host.getByRole('button')).toHaveAccessibleName(/^Continue in rbee/);
    expect(await descriptionOf(host)).toContain('The hive needs to install a worker first.');
    expect(hive.calls()).not.toContain('POST worker_install');

    const popup = await extension.openExtensionPage('popup.html');
    const run = runIn(popup, 'TheBloke/Llama-2-7B-Chat-GGUF');
    await expect(stepIn(run, 'download')).toHaveAttribute('data-state', 'done');
    await run.getByRole('button', { name: /^Install/ }).click();
    await expect(run).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
    await expect(stepIn(run, 'install')).toHaveAttribute('data-state', 'done');
    expect(hive.calls().filter((call) => call === 'POST worker_install')).toHaveLength(1);
    await expectState(host, 'running');
    const models = hive.workers.map((worker) => worker.model);
    expect(models).toEqual(['TheBloke/Llama-2-7B-Chat-GGUF:llama-2-7b-chat.Q4_K_M.gguf']);
  });
});

test('a second model is shown as queued during the download of the first one and during the start of its worker', async ({
  page,
  context,
  extension,
  hive,
  hub,
}) => {
  const posts = (operation: string): number => hive.calls().filter((call) => call === `POST ${operation}`).length;
  hub.setFaults([{ path: /resolve/, holdAt: 0.4, times: 2 }]);
  hive.setFaults([{ after: 'health_check', pause: true, times: 1 }]);
  const first = await openModel(page);
  await press(first);
  await hub.until(({ held }) => held());
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await expectState(second, 'queued');
  await expect(second.getByRole('button')).toContainText('queued');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup, otherModel)).toContainText('Runs ahead of this one: 1.');
  expect(posts('model_download')).toBe(1);

  hub.release();
  await hive.until(({ paused }) => paused());
  await expectState(first, 'starting');
  await hive.until(({ models }) => models().length === 2);
  await expect(stepIn(runIn(popup, otherModel), 'download')).toHaveAttribute('data-state', 'done');
  await expectState(second, 'queued');
  expect(posts('worker_spawn'), 'one start at a time').toBe(1);

  hive.release();
  await expectState(first, 'running');
  await expectState(second, 'running');
  expect([posts('model_download'), posts('worker_spawn')]).toEqual([2, 2]);
  expect(hive.workers).toMatchObject([{ alive: true }, { alive: true }]);
});
