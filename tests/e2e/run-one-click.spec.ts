import { infer } from '../../lib/hive/infer.ts';
import { descriptionOf, hostOf } from './buttons.ts';
import { askedFor, installed, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectState, file, model, openModel, press, recordStates, runIn, stepIn, storedRuns } from './one-run.ts';

test.use({ hiveOptions: { progressMs: 40 } });

test('one click on a model’s page ends in a worker that answers', async ({ page, extension, hive, hub }) => {
  hub.setSpeed(200_000_000);
  hive.setFaults([{ after: 'health_check', pause: true }]);
  const host = await openModel(page);
  await expectState(host, 'idle');
  const onPage = await recordStates(page, 'rbee-run');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.getByText('Connected')).toBeVisible();
  const inPopup = await recordStates(popup, '[data-run]');
  await press(host);
  await expectState(host, 'downloading');
  await expect(host.getByRole('button')).toContainText(/downloading \d+%/);
  await expect(runIn(popup).getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d+/);
  await hive.until(({ paused }) => paused());
  await expectState(host, 'starting');
  await expect.poll(() => descriptionOf(host)).toContain('Waiting for the worker to respond');
  hive.release();
  await expectState(host, 'running');

  const [worker] = hive.workers;
  const address = `http://localhost:${worker?.port}`;
  expect(await descriptionOf(host), 'the page does not learn the address').toContain('The worker is running.');
  const run = runIn(popup);
  await expect(run).toHaveAttribute('data-state', 'running');
  await expect(run).toContainText(address);
  for (const [name, state] of Object.entries({
    resolve: 'done',
    download: 'done',
    install: 'skipped',
    spawn: 'done',
  })) {
    await expect(stepIn(run, name)).toHaveAttribute('data-state', state);
  }
  for (const shown of [await onPage(), await inPopup()]) {
    // A run waits for its turn between two steps, and looks up what the page has asked already, most times for less than a picture.
    const steps = shown.filter((state) => !['idle', 'queued', 'resolving'].includes(state ?? ''));
    expect(steps).toEqual(['downloading', 'starting', 'running']);
  }

  expect(hive.models().map(({ id }) => id)).toEqual([`${model}:${file}`]);
  expect(await (await fetch(`${address}/health`)).json()).toEqual({ status: 'healthy' });
  const tokens: string[] = [];
  let end = '';
  for await (const event of infer(address, 'Once upon a time', { maxTokens: 8 }, AbortSignal.timeout(10_000))) {
    if (event.type === 'token') tokens.push(event.text);
    else end = event.type;
  }
  expect(end).toBe('done');
  expect(tokens.join('').trim()).not.toBe('');
});

test('the hive is asked for what is needed, in order and once', async ({ page, hive, hub }) => {
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'running');
  expect(askedFor(hive)).toEqual(wholeRun);
  const lookups = hub.requests.filter(({ path }) => path.startsWith('/api/'));
  expect(lookups.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /api/models/${model}?blobs=true`]);
  const asked = hive.jobs.filter(({ operation }) => operation !== 'worker_process_list');
  const [look, ...jobs] = asked.map(({ payload }) => payload);
  expect(look, 'what the page asks').toEqual({ operation: 'model_list', hive_id: 'localhost' });
  expect(jobs).toEqual([
    { operation: 'model_download', hive_id: 'localhost', model: `${model}:${file}` },
    { operation: 'model_list', hive_id: 'localhost' },
    { operation: 'worker_list_installed', hive_id: 'localhost' },
    { operation: 'worker_spawn', hive_id: 'localhost', model: `${model}:${file}`, worker: 'cpu', device: 0 },
  ]);
});

test('what one tab starts shows in the others, in later ones and after a reload', async ({
  page,
  context,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const first = await openModel(page);
  const second = await openModel(await context.newPage());
  await press(first);
  await hub.until(({ held }) => held());
  const late = await openModel(await context.newPage());
  for (const host of [first, second, late]) {
    await expectState(host, 'downloading');
    await expect(host.getByRole('button')).toContainText('downloading 40%');
  }
  hub.release();
  for (const host of [first, second, late]) await expectState(host, 'running');
  await page.reload();
  await expectState(first, 'running');
  expect(askedFor(hive)).toEqual(wholeRun);
});

test('a card’s button runs its model and leaves the list where it is', async ({ page, site, hive }) => {
  await page.goto(`${site.url}/models/huggingface`);
  const list = page.url();
  const card = hostOf(page, `hf:${model}`);
  await expectState(card, 'idle');
  await press(card);
  await expectState(card, 'running');
  expect(page.url()).toBe(list);
  expect(askedFor(hive)).toEqual(wholeRun);
  await expect(page.locator('rbee-run:not([data-state="idle"])')).toHaveCount(1);
});

test.describe('on the page of 2025-11-05', () => {
  // It looks for rbee's desktop app, which nobody has.
  test.use({ allowConsole: [/localhost:9200/] });

  test('our button in place of “Download Keeper” runs the model', async ({ page, site, hive }) => {
    await page.goto(`${site.url}/models/thebloke--llama-2-7b-chat-gguf?generation=g3`);
    const host = hostOf(page);
    await expectState(host, 'idle');
    await expect(page.getByRole('link', { name: 'Download Keeper' })).toBeHidden();
    await press(host);
    await expectState(host, 'running');
    expect(askedFor(hive)).toEqual(wholeRun);
    expect(hive.workers.map((worker) => worker.model)).toEqual([
      'TheBloke/Llama-2-7B-Chat-GGUF:llama-2-7b-chat.Q4_K_M.gguf',
    ]);
  });
});

test('a model that the hive has already is not downloaded again', async ({ page, extension, hive, hub }) => {
  await hive.restart({ add: [`${model}:${file}`] });
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'running');
  expect(await descriptionOf(host)).toContain('The model was already on the hive.');
  expect(askedFor(hive)).toEqual(wholeRun);
  expect(hub.requests.filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toContainText('The model was already on the hive.');
});

const workerPage = '/workers/cpu-llm?generation=g3';

test.describe('a worker’s page', () => {
  test.use({ hiveOptions: { installed: [], install: true } });

  test('installs the worker, and says what it is busy with', async ({ page, site, extension, hive }) => {
    await page.goto(site.url + workerPage);
    const host = hostOf(page);
    await expectState(host, 'idle');
    const states = await recordStates(page, 'rbee-run');
    hive.setFaults([{ after: 'build_start', pause: true }]);
    await press(host, /^Install with rbee/);
    await expectState(host, 'installing');
    await expect.poll(() => descriptionOf(host)).toContain('Building from source. This takes several minutes');
    hive.release();
    await expectState(host, 'installed');
    expect((await states()).filter((state) => state !== 'queued')).toEqual(['idle', 'installing', 'installed']);
    expect(hive.installed().map(({ id }) => id)).toEqual(['llm-worker-rbee-cpu-0.1.0-linux']);
    const popup = await extension.openExtensionPage('popup.html');
    const run = popup.locator('[data-subject="worker:llm-worker-rbee-cpu"]');
    await expect(run).toHaveAttribute('data-state', 'installed');
    await expect(run).toContainText('The worker is installed.');
  });
});

test('a worker that is installed already is not built again', async ({ page, site, hive }) => {
  await page.goto(site.url + workerPage);
  const host = hostOf(page);
  await expectState(host, 'idle');
  await press(host);
  await expectState(host, 'installed');
  expect(new Set(hive.calls())).toEqual(new Set(installed));
});

test('a CivitAI model cannot be run, and its button says why', async ({ page, site, extension, hive }) => {
  await page.goto(`${site.url}/models/civitai/4384`);
  const host = hostOf(page);
  await expectState(host, 'unsupported');
  await expect(host.getByRole('button')).toBeDisabled();
  await expect(host.getByText('rbee-hive cannot download from CivitAI.')).toBeVisible();
  await host.getByRole('button').click({ force: true });
  await expectState(host, 'unsupported');
  expect(await storedRuns(extension)).toEqual([]);
  expect(askedFor(hive)).toEqual([]);
});

test('“Open” shows the run in the popup', async ({ page, extension }) => {
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'running');
  // Before the click: reading opens a tab, and a popup closes when something else gets the focus.
  const [run] = await storedRuns(extension);
  await press(host, /^Open/);
  const session = await page.context().browser()?.newBrowserCDPSession();
  const targets = async () => (await session?.send('Target.getTargets'))?.targetInfos.map(({ url }) => url);
  await expect
    .poll(targets)
    .toContain(`chrome-extension://${extension.extensionId}/popup.html#run=${encodeURIComponent(run?.id ?? '')}`);
});
