import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { exposeToPage, inClosedRoot } from '../browser/closed-roots.ts';
import { startHive } from '../hive/start-hive.ts';
import { catalogue } from '../hub/catalogue.ts';
import { hydrated } from '../site/probe.ts';
import { descriptionOf, holdFocus, hostOf } from './buttons.ts';
import { wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { detailOf, expectState, file, model, openModel, storedRuns } from './one-run.ts';
import { expectRuns, openServicePage } from './service-page.ts';

test.use({ hiveOptions: { progressMs: 40 } });

const gated = 'google/gemma-2-2b-it-GGUF';
const base = 'Qwen/Qwen2.5-0.5B-Instruct';
const derivative = 'bartowski/Qwen2.5-0.5B-Instruct-GGUF';
const small = 'qwen2.5-0.5b-instruct-q8_0.gguf';

const summaryOf = (host: Locator): Locator => host.locator('summary');
/** A row of one of the list's tables. */
const rowOf = (host: Locator, table: string, text: string | RegExp): Locator =>
  host.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text });
const itemOf = (host: Locator, table: string, text: string | RegExp): Locator =>
  rowOf(host, table, text).getByRole('button').first();

/** Opens the list, and waits until a press in it counts. */
async function openList(host: Locator): Promise<void> {
  await summaryOf(host).click();
  await expect(host.getByRole('table').first()).toBeVisible();
  // Repeated attempts to click would scroll the page, and a button that has moved takes no clicks for a moment.
  await expect(host.getByRole('dialog')).not.toHaveClass(/new/);
  await host.getByRole('table').getByRole('button', { disabled: false }).first().click({ trial: true });
}

/** Clicks a button of the list once it has stood still for long enough: it may have to be scrolled into view. */
async function pick(item: Locator): Promise<void> {
  await item.hover();
  await holdFocus(item.page());
  await item.click();
}

async function openWorkerPage(page: Page): Promise<Locator> {
  await page.goto('https://marketplace.rbee.dev/workers/llm-worker-rbee');
  await hydrated(page);
  return hostOf(page, 'worker:llm-worker-rbee');
}

test('the button shows the file that a click runs, and its size', async ({ page }) => {
  const host = await openModel(page);
  await expect(host.getByRole('button')).toContainText(/Run with rbee\s*Q4_K_M\s·\s0\.4\sGB/);
  await expect(host.getByRole('button')).toHaveAccessibleName('Run with rbee');
});

test('another file can be found, chosen and run with the keyboard alone', async ({ page, hive }) => {
  const host = await openModel(page);
  await expect(summaryOf(host)).toBeVisible();
  await host.getByRole('button').focus();
  await page.keyboard.press('Tab');
  await expect(summaryOf(host)).toBeFocused();
  await page.keyboard.press('Enter');
  const wanted = itemOf(host, 'File', 'Q8_0');
  await wanted.click({ trial: true });
  for (let steps = 0; steps < 20; steps += 1) {
    await page.keyboard.press('Tab');
    if (await wanted.and(page.locator(':focus')).count()) break;
  }
  await expect(wanted).toBeFocused();
  await holdFocus(page);
  await page.keyboard.press('Enter');
  await expect(host.locator('.main')).toBeFocused();
  await expectState(host, 'running');
  await expect(host).toHaveAttribute('data-subject', `hf:${model}:${small}`);
  expect(hive.models().map(({ id }) => id)).toEqual([`${model}:${small}`]);
});

test('the list shows of each file whether it fits, is downloaded and is running', async ({ page, hive }) => {
  const host = await openModel(page);
  await expect(host.getByRole('button')).toContainText('Q4_K_M');
  await host.getByRole('button').click();
  await expectState(host, 'running');
  await openList(host);
  const taken = rowOf(host, 'File', 'Q4_K_M');
  await expect(taken).toContainText('Fits in memory');
  await expect(taken).toContainText('Downloaded');
  await expect(taken).toContainText('running');
  await expect(taken).toContainText('Recommended');
  await expect(rowOf(host, 'File', 'Q8_0')).not.toContainText('Downloaded');
  expect(hive.calls().filter((call) => call === 'POST model_download')).toHaveLength(1);
});

test('a file in several parts is listed with the reason why it cannot be chosen', async ({ page, hive }) => {
  const host = await openModel(page, 'Qwen/Qwen2.5-7B-Instruct-GGUF');
  await openList(host);
  const split = itemOf(host, 'File', 'Split into parts').first();
  await expect(split).toHaveAttribute('aria-disabled', 'true');
  await split.click({ force: true });
  await expect(host).toHaveAttribute('data-state', 'idle');
  expect(hive.calls().filter((call) => call.startsWith('POST model_download'))).toEqual([]);
});

test.describe('on a machine with little memory', () => {
  const tight = {
    id: 'org/Tight-GGUF',
    files: [
      { path: 'tight-Q4_K_M.gguf', size: 1_250_000_000 },
      { path: 'tight-Q8_0.gguf', size: 12_500_000_000 },
    ],
  };
  test.use({ hiveOptions: { machine: 'small' }, hubOptions: { repos: [...catalogue, tight] } });

  test('only files that are too large show the memory they need, only “Recommended” is accented, and sizes are aligned', async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    const host = await openModel(page, tight.id);
    await openList(host);
    await expect(rowOf(host, 'File', 'Q8_0')).toContainText(/needs about .*Too large/);
    const taken = rowOf(host, 'File', 'Q4_K_M');
    await expect(taken).toContainText(/Recommended\s*Tight/);
    // Both files may not load, which is said once.
    await expect(taken).not.toContainText('May not load');
    await expect(host.locator('.panel')).toContainText('may not be able to load');
    await expect(taken).not.toContainText('needs about');
    await expect(taken.getByText('Recommended')).toHaveCSS('color', 'rgb(146, 64, 14)');
    await expect(taken.getByText('Tight')).toHaveCSS('color', 'rgb(15, 23, 42)');
    const ends = await inClosedRoot(page, (root) =>
      [...root.querySelectorAll('tr > :nth-child(2)')].map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return Math.round(range.getBoundingClientRect().right);
      }),
    );
    expect(new Set(ends).size, String(ends)).toBe(1);
  });
});

test('the page of a model without GGUF files offers derivatives, and a click runs only one that was chosen', async ({
  page,
  hive,
  extension,
}) => {
  const host = await openModel(page, base);
  await expectState(host, 'choose');
  expect(await descriptionOf(host)).toContain('others have published');
  await host.locator('.main').click();
  await pick(itemOf(host, 'Quantized by others', derivative));
  // Its files cannot be loaded, which is known only now.
  await expect.poll(() => descriptionOf(host)).toContain('cannot load this kind of model');
  await host.locator('.main').click();
  await pick(itemOf(host, 'File', 'Recommended'));
  await expectState(host, 'running');
  const service = await openServicePage(extension);
  await expectRuns(service, { state: 'running', subject: `hf:${base}` });
  expect(hive.models().map(({ id }) => id)[0]).toContain(`${derivative}:`);
});

test('a gated model is marked before the click, with the link to its licence, and the click still works', async ({
  page,
  extension,
}) => {
  const host = await openModel(page, gated);
  await expect(host.getByText('accept a licence')).toBeVisible();
  await expect(host.getByRole('link', { name: 'Review the licence' })).toHaveAttribute(
    'href',
    `https://huggingface.co/${gated}`,
  );
  await host.getByRole('button').click();
  await expect.poll(async () => (await storedRuns(extension)).length).toBe(1);
});

test.describe('with no worker on the hive', () => {
  test.use({ hiveOptions: { installed: [], progressMs: 40 } });

  test('a worker page shows the backend of the hive, and installs a chosen one', async ({ page, hive }) => {
    const host = await openWorkerPage(page);
    await expect(host.getByRole('button')).toContainText('CPU');
    await expect(page.getByText('Installation coming soon')).toBeHidden();
    await openList(host);
    await expect(itemOf(host, 'Backend', 'AMD GPU (ROCm)')).toHaveAttribute('aria-disabled', 'true');
    await pick(itemOf(host, 'Backend', 'NVIDIA GPU (CUDA)'));
    await hive.until(({ requests }) => requests.find(({ operation }) => operation === 'worker_install'));
    const sent = hive.requests.flatMap(({ method, operation, json }) =>
      method === 'POST' && operation === 'worker_install' ? [json] : [],
    );
    expect(sent).toMatchObject([{ worker_id: 'llm-worker-rbee-cuda' }]);
  });
});

test('an installed worker is started without a model from its page', async ({ page, hive }) => {
  const host = await openWorkerPage(page);
  await openList(host);
  await pick(host.getByRole('button', { name: 'Start without a model' }));
  await expectState(host, 'running');
  const sent = hive.requests.flatMap(({ method, operation, json }) =>
    method === 'POST' && operation === 'worker_spawn' ? [json] : [],
  );
  expect(sent).toMatchObject([{ model: '', worker: 'cpu' }]);
  expect(hive.workers).toHaveLength(1);
});

test('the model runs on the hive that was chosen in the list of files', async ({ page, extension, hive, hub }) => {
  const other = await startHive({ kind: 'better', hub: hub.url, progressMs: 40, heartbeatMs: 50, machine: 'gpu8' });
  try {
    const service = await openServicePage(extension);
    const named = [
      { url: 'http://localhost:7835', name: 'Laptop' },
      { url: other.url.replace('127.0.0.1', 'localhost'), name: 'Tower' },
    ];
    await service.store({ settings: { hives: named, defaultHive: named[0]?.url } });
    const host = await openModel(page);
    await openList(host);
    await expect(host.getByLabel('Hive')).toHaveValue(named[0]?.url as string);
    // Playwright's own way to choose makes events that are not trusted.
    await host.getByLabel('Hive').press('ArrowDown');
    await expect(rowOf(host, 'File', 'Q4_K_M')).toContainText('Fits in GPU memory');
    await page.keyboard.press('Escape');
    await expect(host.getByRole('table')).toHaveCount(0);
    await host.locator('.main').click();
    await expectRuns(service, { state: 'running', hive: named[1]?.url, device: { backend: 'cuda', index: 0 } });
    expect(other.calls()).toEqual(expect.arrayContaining(wholeRun));
    expect(hive.calls().filter((call) => call.startsWith('POST model_download'))).toEqual([]);
  } finally {
    await other.stop();
  }
});

test('a model that failed on one hive runs on one chosen in the list', async ({ page, extension, hive, hub }) => {
  const other = await startHive({ kind: 'better', hub: hub.url, progressMs: 40, heartbeatMs: 50 });
  try {
    const service = await openServicePage(extension);
    const there = other.url.replace('127.0.0.1', 'localhost');
    const named = [
      { url: 'http://localhost:7835', name: 'Laptop' },
      { url: there, name: 'Tower' },
    ];
    await service.store({ settings: { hives: named, defaultHive: named[0]?.url } });
    hive.set({ spawn: 'noPorts' });
    const host = await openModel(page);
    await host.locator('.main').click();
    await expectState(host, 'failed');
    await openList(host);
    await host.getByLabel('Hive').press('ArrowDown');
    await page.keyboard.press('Escape');
    await host.locator('.main').click();
    await expectRuns(service, { state: 'failed', hive: named[0]?.url }, { state: 'running', hive: there });
    await expect(host).toHaveAttribute('data-state', 'running');
  } finally {
    await other.stop();
  }
});

test.describe('with a file on the hive', () => {
  test.use({ hiveOptions: { models: [`${model}:${file}`] } });

  test('only the card of its model shows that it is downloaded', async ({ page, site }) => {
    await page.goto(site.url);
    const card = hostOf(page, `hf:${model}`);
    await expect.poll(() => descriptionOf(card)).toContain('Already on your hive');
    expect(await descriptionOf(hostOf(page, 'hf:openai-community/gpt2'))).not.toContain('Already');
  });
});

test('all open pages together request the hive’s list of models once', async ({ extension, site, hive }) => {
  const pages = await Promise.all(Array.from({ length: 4 }, () => extension.context.newPage()));
  await Promise.all(pages.map((each) => each.goto(site.url)));
  for (const each of pages) await expect(hostOf(each, `hf:${model}`)).toBeVisible();
  await hive.until(() => hive.calls().includes('GET model_list'));
  await extension.terminateServiceWorker();
  const [first] = pages;
  await first?.goto(detailOf(model));
  await expect(first?.locator('rbee-run summary') as Locator).toBeVisible();
  expect(hive.calls().filter((call) => call === 'POST model_list')).toHaveLength(1);
});

test.describe('rbee: links of the site', () => {
  const addLink = (page: Page, href: string) =>
    page.evaluate((address) => {
      const link = document.createElement('a');
      link.href = address;
      link.textContent = 'To rbee';
      link.style.cssText = 'display:block;position:relative;z-index:99';
      document.querySelector('main')?.prepend(link);
    }, href);

  test('the button for a link with a model and a worker runs both', async ({ page, site, hive }) => {
    await page.goto(`${site.url}/workers?generation=g3`);
    await addLink(page, `rbee://install/model?id=${encodeURIComponent(model)}&worker=metal`);
    const host = hostOf(page, `hf:${model}`);
    await host.getByRole('button').click();
    await hive.until(({ requests }) => requests.find(({ operation }) => operation === 'worker_list_installed'));
    await expect(host).not.toHaveAttribute('data-state', 'idle');
    await expect(host).toHaveAttribute('data-state', 'choose', { timeout: 30_000 });
  });

  test('a link with only a model opens the model’s page', async ({ page, site }) => {
    await page.goto(`${site.url}/workers`);
    await hydrated(page);
    await addLink(page, `rbee://model?id=${model}`);
    await page.getByRole('link', { name: 'To rbee', exact: true }).click();
    await page.waitForURL(detailOf(model));
  });

  test('the link to the marketplace opens its home page', async ({ page, site }) => {
    await page.goto(`${site.url}/workers`);
    await hydrated(page);
    await addLink(page, 'rbee://marketplace');
    await page.getByRole('link', { name: 'To rbee', exact: true }).click();
    await page.waitForURL(`${site.url}/`);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no serious violation in the button and its list, which follow the page’s colours (${colorScheme})`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    const host = await openModel(page, gated);
    await openList(host);
    await exposeToPage(page);
    const found = await new AxeBuilder({ page }).include('rbee-run').analyze();
    expect(found.passes.map(({ id }) => id)).toContain('button-name');
    expect(found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    const panel = host.locator('.panel');
    await expect(panel).toHaveCSS(
      'background-color',
      colorScheme === 'dark' ? 'rgb(20, 28, 42)' : 'rgb(255, 255, 255)',
    );
  });
}
