import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { type Extension, expect, test } from './fixtures.ts';
import { model, runIn } from './one-run.ts';
import { everyState, stored } from './records.ts';

const complete = 'You asked about flowers. A bee dances to tell the hive where flowers are — so does this worker.';

type Prompt = { page: Page; run: Locator; prompt: Locator; response: Locator; send: Locator; stop: Locator };

/** Opens the prompt of a running worker. */
async function openPrompt(extension: Extension): Promise<Prompt> {
  const page = await extension.openExtensionPage('popup.html');
  await page.evaluate(
    (subject) => chrome.runtime.sendMessage({ type: 'run/start', request: { subject } }),
    `hf:${model}`,
  );
  const run = runIn(page);
  await expect(run).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
  await run.getByText('Try it').click();
  return {
    page,
    run,
    prompt: run.getByLabel('Prompt'),
    response: run.getByRole('log', { name: /^Response from / }),
    send: run.getByRole('button', { name: 'Send' }),
    stop: run.getByRole('button', { name: 'Stop', exact: true }),
  };
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test.describe('with a fast worker', () => {
  test.use({ hiveOptions: { progressMs: 40, worker: { tokenMs: 1 } } });

  test('two prompts in a row get a response', async ({ extension }) => {
    const { page, prompt, send, response } = await openPrompt(extension);
    await expect(send).toBeDisabled();
    await prompt.fill('Where are the flowers');
    await send.click();
    await expect(response).toHaveText(complete);
    await expect(response).toHaveAttribute('aria-busy', 'false');
    await expect(prompt).toHaveValue('Where are the flowers');
    await expect(page.locator('[aria-live="polite"]')).toContainText('The response is complete.');
    await expectAccessible(page);

    await prompt.fill('And the <b>meadows</b>');
    await expect(send).toBeEnabled();
    await send.click();
    await expect(response, 'not parsed as HTML').toContainText('You asked about <b>meadows</b>');
  });

  test('a prompt of two lines can be sent with the keyboard alone', async ({ extension }) => {
    const { page, run, prompt, response } = await openPrompt(extension);
    await run.getByText('Try it').click();
    await expect(prompt).toBeHidden();
    await page.keyboard.press('Enter');
    await expect(prompt).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(prompt).toBeFocused();
    await page.keyboard.type('Hello');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('flowers');
    await expect(prompt).toHaveValue('Hello\nflowers');
    await page.keyboard.press('Enter');
    await expect(response).toHaveText(complete);
    await expect(prompt, 'Enter sends and adds no line').toHaveValue('Hello\nflowers');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(response).toBeFocused();
  });
});

test.describe('with a slow worker', () => {
  test.use({ hiveOptions: { progressMs: 40, worker: { tokenMs: 400 } } });

  test('tokens are shown as they are received, and Stop aborts the request', async ({ extension }) => {
    const { page, prompt, send, stop, response, run } = await openPrompt(extension);
    const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/stream'));
    await prompt.fill('Where are the flowers');
    await send.click();
    await expect(response).toHaveText(/^You asked/);
    await expect(response).toHaveAttribute('aria-busy', 'true');
    await expect(stop).toBeEnabled();
    await stop.click();
    expect((await failed).failure()?.errorText).toBe('net::ERR_ABORTED');
    await expect(run).toContainText('You stopped the response.');
    await expect(response).not.toHaveText(complete);
    await expect(send).toBeEnabled();
    await expect(prompt).toHaveValue('Where are the flowers');
  });

  test('a double click on Send does not stop the response', async ({ extension }) => {
    const { prompt, send, response, stop } = await openPrompt(extension);
    await prompt.fill('flowers');
    await send.dblclick();
    await expect(stop).toBeEnabled();
    await expect(response).toHaveText(/^You asked about/);
  });

  test('the request is aborted when the run ends', async ({ extension }) => {
    const { page, prompt, send, response, run } = await openPrompt(extension);
    const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/stream'));
    await prompt.fill('flowers');
    await send.click();
    await expect(response).toHaveText(/^You/);
    // The worker keeps running, so that only the run's state can abort the request.
    await page.evaluate(async () => {
      const stored = await chrome.storage.local.get();
      for (const [key, run] of Object.entries(stored)) {
        if (key.startsWith('run:'))
          await chrome.storage.local.set({ [key]: { ...(run as object), state: 'stopped' } as never });
      }
    });
    expect((await failed).failure()?.errorText).toBe('net::ERR_ABORTED');
    await expect(run).toContainText('The response was interrupted.');
    await expect(run).toContainText('The worker is no longer running.');
  });

  test('the request is aborted when the popup is closed', async ({ extension }) => {
    const { page, prompt, send, response } = await openPrompt(extension);
    const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/stream'));
    await prompt.fill('flowers');
    await send.click();
    await expect(response).toHaveText(/^You/);
    await page.goto(`chrome-extension://${extension.extensionId}/manifest.json`);
    expect((await failed).failure()?.errorText).toBe('net::ERR_ABORTED');
  });

  test.describe('that stops', () => {
    test.use({ allowConsole: [/net::ERR_(?:INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RE)/] });

    test('prompt and response stay visible after the user stopped the worker', async ({ extension }) => {
      const { prompt, send, response, run } = await openPrompt(extension);
      await prompt.fill('flowers');
      await send.click();
      await expect(response).toHaveText(/^You/);
      await run.getByRole('button', { name: /^Stop .+/ }).click();
      await expect(run).toHaveAttribute('data-state', 'stopped');
      await expect(run).toContainText('Your prompt is still here.');
      await expect(response).toHaveText(/^You/);
      await expect(prompt).toHaveValue('flowers');
      await expect(send).toBeDisabled();
    });

    test('an interrupted response is reported and the prompt is kept', async ({ extension, hive }) => {
      const { prompt, send, response, run } = await openPrompt(extension);
      await prompt.fill('flowers');
      await send.click();
      await expect(response).toHaveText(/^You/);
      const { pid } = hive.workers[0] ?? {};
      if (pid) process.kill(pid, 'SIGKILL');
      await expect(run).toContainText('The response was interrupted. The worker may have stopped.');
      await expect(prompt).toHaveValue('flowers');
      await expect(run).toHaveAttribute('data-state', 'stopped', { timeout: 30_000 });
      await expect(run, 'the report stays').toContainText('The response was interrupted.');
    });
  });
});

test.describe('with a worker that requires a token', () => {
  test.use({
    hiveOptions: { progressMs: 40, worker: { apiToken: 'secret' } },
    allowConsole: [/status of 401/],
  });

  test('the missing token is explained', async ({ extension }) => {
    const { page, prompt, send, run } = await openPrompt(extension);
    await prompt.fill('flowers');
    await send.click();
    await expect(run).toContainText('This worker requires an API token');
    await expect(send).toBeEnabled();
    await expectAccessible(page);
  });
});

test.describe('with a worker that fails', () => {
  test.use({ hiveOptions: { progressMs: 40, worker: { inferError: '\u001b[31mout of memory <b>' } } });

  test('the error is shown as text and not as HTML', async ({ extension }) => {
    const { prompt, send, run } = await openPrompt(extension);
    await prompt.fill('flowers');
    await send.click();
    await expect(run).toContainText('Error from the worker: out of memory <b>');
    await expect(prompt).toHaveValue('flowers');
  });
});

test('no prompt is offered for an address of another machine or a worker without a model', async ({ extension }) => {
  const { running } = everyState(Date.now());
  const worker = { address: 'http://gpu-box:8080', port: 8080 };
  const runs = [
    { ...running, id: 'elsewhere', worker },
    { ...running, id: 'bare', subject: 'worker:llm-worker-rbee-cpu' },
    { ...running, id: 'real' },
  ];
  const serviceWorker = await extension.serviceWorker();
  await serviceWorker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored(runs));
  const page = await extension.openExtensionPage('popup.html');
  const trial = (id: string) => page.locator(`[data-run="${id}"]`).getByText('Try it');
  await expect(trial('real')).toBeVisible();
  await expect(trial('elsewhere')).toHaveCount(0);
  await expect(trial('bare')).toHaveCount(0);
});
