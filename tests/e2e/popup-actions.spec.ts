import type { Locator, Page } from '@playwright/test';
import { type Extension, expect, test } from './fixtures.ts';
import { file, model, runIn } from './one-run.ts';

test.use({ hiveOptions: { progressMs: 40 } });

const withoutFile = 'meta-llama/Llama-3.2-1B-Instruct';
const derivative = 'bartowski/Llama-3.2-1B-Instruct-GGUF';

/** Opens the popup in a tab and starts a run from it. */
async function start(extension: Extension, repo = model): Promise<{ page: Page; run: Locator }> {
  const page = await extension.openExtensionPage('popup.html');
  await page.evaluate(
    (subject) => chrome.runtime.sendMessage({ type: 'run/start', request: { subject } }),
    `hf:${repo}`,
  );
  const run = runIn(page, repo);
  await expect(run).toBeVisible();
  return { page, run };
}

const expectState = (run: Locator, state: string) =>
  expect(run).toHaveAttribute('data-state', state, { timeout: 30_000 });
const button = (run: Locator | Page, name: string) => run.getByRole('button', { name: new RegExp(`^${name}\\b`) });

test('a cancelled download can be retried after a countdown', async ({ extension, hub }) => {
  hub.setSpeed(20_000_000);
  const { run } = await start(extension);
  await expectState(run, 'downloading');
  await button(run, 'Cancel').click();
  await expectState(run, 'cancelled');
  await expect(button(run, 'Retry in \\d+ sec')).toBeDisabled();
  hub.setSpeed(undefined);
  await button(run, `Retry ${model.split('/')[1]}`).click();
  await expect(run).toContainText('Attempt 2');
});

test('the worker of a run can be stopped and started again', async ({ extension, hive }) => {
  const { run } = await start(extension);
  await expectState(run, 'running');
  await expect(run.locator('code')).toHaveText(`http://localhost:${hive.workers[0]?.port}`);
  await button(run, 'Stop').click();
  await expectState(run, 'stopped');
  await expect(run.getByRole('heading', { level: 3 })).toBeFocused();
  await expect(run).toContainText('no longer responds');
  await button(run, 'Run with rbee').click();
  await expectState(run, 'running');
});

test('a repository without GGUF files offers derivatives but downloads none', async ({ extension, hive }) => {
  const { run } = await start(extension, withoutFile);
  await expectState(run, 'choose');
  expect(hive.calls()).not.toContain('POST model_download');
  await button(run, 'Choose a file').click();
  const choice = run.getByRole('row', { name: derivative });
  await expect(choice).toContainText('152K');
  await choice.getByRole('button', { name: derivative }).click();
  await expect(run).toContainText('cannot load this kind of model');
  expect(hive.calls()).not.toContain('POST model_download');
  await button(run, 'Choose a file').click();
  await run.getByRole('row', { name: 'Recommended' }).getByRole('button').click();
  await expectState(run, 'running');
  // Before the next regular request.
  const workers = run.page().getByRole('list', { name: 'Workers' });
  await expect(workers.getByRole('listitem')).toHaveCount(1, { timeout: 8_000 });
  expect(hive.models().map(({ id }) => id)).toEqual([expect.stringMatching(`^${derivative}:`)]);
});

test.describe('on a hive without a worker binary', () => {
  test.use({ hiveOptions: { installed: [], progressMs: 40 } });

  test('no worker binary is built before the user agrees', async ({ extension, hive }) => {
    const { run } = await start(extension);
    await expectState(run, 'choose');
    await expect(run).toContainText('builds the worker from source');
    expect(hive.calls()).not.toContain('POST worker_install');
    await expect(button(run, 'Choose a file')).toHaveCount(0);
    await button(run, 'Install the worker').click();
    await expect(run).not.toHaveAttribute('data-state', 'choose');
    await expect(run.getByRole('heading', { level: 3 })).toBeFocused();
    await hive.until(({ calls }) => calls().includes('POST worker_install'));
  });
});

test.describe('with a model on the hive', () => {
  test.use({ hiveOptions: { models: [`${model}:${file}`], progressMs: 40 } });

  test('the list of models is requested when it is opened, and can run a model or delete it after confirmation', async ({
    extension,
    hive,
  }) => {
    const page = await extension.openExtensionPage('popup.html');
    await expect(page.getByRole('region', { name: 'Hive' })).toContainText('Connected');
    expect(hive.calls()).not.toContain('POST model_list');
    await page.getByRole('heading', { name: 'Models' }).click();
    const listed = page.getByRole('list', { name: 'Models' }).getByRole('listitem');
    await expect(listed).toHaveCount(1);
    await expect(listed).toContainText(file);

    await button(listed, 'Run').click();
    await expectState(runIn(page), 'running');

    await button(listed, 'Delete').click();
    await button(listed, 'Keep model').click();
    expect(hive.models()).toHaveLength(1);
    await button(listed, 'Delete').click();
    await expect(listed).toContainText('This frees 669 MB.');
    await button(listed, 'Delete model').click();
    await expect(listed).toHaveCount(0);
    await expect(page.getByText('No models on this hive yet.')).toBeFocused();
    await expect(page.locator('[aria-live="polite"]')).toContainText(`${model}:${file} was deleted.`);
    await expect(page.getByText('No models on this hive yet.')).toBeVisible();
    expect(hive.models()).toHaveLength(0);
  });
});
