import { type Browser, test as base, chromium, expect } from '@playwright/test';
import { browserPath } from '../browser/ensure-browser.ts';
import { routeArguments } from '../browser/routes.ts';
import { listen } from '../net/listener.ts';
import { hydrated, observe, shows } from '../site/probe.ts';
import { samples } from '../site/samples/index.ts';
import { type Site, startSite } from '../site/server.ts';

/** The site without the extension: what the other suites take for granted about a page nobody touches. */
const test = base.extend<object, { site: Site; loopback: string; plainBrowser: Browser }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],

  // A local server that allows everyone: only the browser's own rules can keep a page from it.
  loopback: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => {
      const allowed = { 'access-control-allow-origin': '*' };
      const listener = await listen((_request, response) => void response.writeHead(200, allowed).end('ok'));
      await use(`http://127.0.0.1:${listener.port}`);
      await listener.close();
    },
    { scope: 'worker' },
  ],

  plainBrowser: [
    async ({ site }, use) => {
      const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const args = ['--disable-gpu', ...sandbox, ...routeArguments({ site: site.port })];
      const browser = await chromium.launch({ executablePath: browserPath(), args });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  context: async ({ plainBrowser, site }, use) => {
    const context = await plainBrowser.newContext({ baseURL: site.url, ignoreHTTPSErrors: true });
    await use(context);
    await context.close();
  },

  page: async ({ context }, use) => use(await context.newPage()),
});

const detail = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';
const untouched = { errors: [], rebuilt: [], shift: 0 };

const paths = [
  '/',
  detail,
  `${detail}?readme=hostile`,
  '/models/civitai',
  '/models/civitai/4384',
  '/workers',
  '/workers/llm-worker-rbee',
];

for (const variant of ['next', 'suspense', 'late', 'root']) {
  test(`${variant}: React keeps all of every page that nobody touches`, async ({ page }) => {
    for (const path of paths) {
      await test.step(path, async () => {
        await page.goto(`${path}${path.includes('?') ? '&' : '?'}variant=${variant}`);
        await hydrated(page);
        expect(await observe(page)).toEqual(untouched);
      });
    }
  });
}

const older = new Set(samples.map(({ generation }) => generation).filter((name) => name !== 'g10'));

for (const generation of older) {
  test(`${generation}: every page hydrates with what the server sent`, async ({ page, context, site }) => {
    await context.addCookies([{ name: 'generation', value: generation, url: site.url }]);
    for (const { file, url } of samples.filter((sample) => sample.generation === generation)) {
      await test.step(file, async () => {
        await page.goto(url);
        await hydrated(page);
        expect((await observe(page)).errors).toEqual([]);
      });
    }
  });
}

for (const variant of ['next', 'late', 'root', 'suspense']) {
  test(`${variant}: an element that was there before hydration makes React report it and rebuild the page`, async ({
    page,
    site,
  }) => {
    const script = site.hold('script');
    await page.goto(`${detail}?variant=${variant}`, { waitUntil: 'commit' });
    await script.reached();
    await page.getByText('View on HuggingFace').evaluate((link) => link.after(document.createElement('hr')));
    script.release();
    await hydrated(page);
    const { errors, rebuilt } = await observe(page);
    expect(errors.map(({ message }) => message).join()).toContain('#418');
    expect(rebuilt.length).toBeGreaterThan(0);
    await expect(page.locator('hr')).toHaveCount(0);
  });

  test(`${variant}: an element that comes after hydration stays`, async ({ page }) => {
    await page.goto(`${detail}?variant=${variant}`);
    await hydrated(page);
    await page.getByText('View on HuggingFace').evaluate((link) => link.after(document.createElement('rbee-run')));
    await page.getByRole('button', { name: 'Toggle theme' }).click();
    expect(await observe(page)).toMatchObject({ errors: [], rebuilt: [] });
    await expect(page.locator('rbee-run')).toHaveCount(1);
  });
}

test('an older page reports an element that was there before it hydrated', async ({ page, site }) => {
  const script = site.hold('script');
  await page.goto('/models/thebloke--llama-2-7b-chat-gguf?generation=g4', { waitUntil: 'commit' });
  await script.reached();
  await page.getByText('View on HuggingFace').evaluate((link) => link.after(document.createElement('hr')));
  script.release();
  await hydrated(page);
  expect((await observe(page)).errors).toMatchObject([{ kind: 'recoverable' }]);
});

test('a streamed page hydrates after the frame around it', async ({ page, site }) => {
  const gate = site.hold('/site-gate');
  await page.goto(`${detail}?variant=suspense&streamDelayMs=200&boundaryDelayMs=1`, { waitUntil: 'commit' });
  await gate.reached();
  await expect(page.locator('next-route-announcer')).toBeAttached();
  await expect(page.getByText('View on HuggingFace')).toBeVisible();
  expect(await page.evaluate(() => window.__siteHydrated)).toBeUndefined();
  gate.release();
  await hydrated(page);
  expect(await observe(page)).toMatchObject({ errors: [], rebuilt: [] });
});

test('a page that arrives in pieces, on a slow line, hydrates as it came', async ({ page }) => {
  await page.goto(`${detail}?trickleMs=20&scriptDelayMs=400`);
  await hydrated(page);
  expect(await observe(page)).toMatchObject({ errors: [], rebuilt: [] });
});

test('links change the page without loading it, and back goes back', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  const served = await page.evaluateHandle(() => document.body);
  await page.getByRole('link', { name: 'HF Models' }).click();
  await page.getByRole('link', { name: 'TheBloke/Llama-2-7B-Chat-GGUF' }).click();
  await shows(page, detail);
  await expect(page).toHaveURL(detail);
  await expect(page).toHaveTitle('TheBloke/Llama-2-7B-Chat-GGUF | HuggingFace Model');
  await page.goBack();
  await shows(page, '/models/huggingface');
  await page.goBack();
  await shows(page, '/');
  expect(await served.evaluate((body) => body === document.body)).toBe(true);
  expect((await observe(page)).errors).toEqual([]);
});

test('a link does nothing when somebody prevented the click', async ({ page, site }) => {
  await page.goto('/workers');
  await hydrated(page);
  const card = page.locator('a[href="/workers/sd-worker-rbee"]');
  await card.evaluate((link) => link.firstElementChild?.addEventListener('click', (event) => event.preventDefault()));
  // The site also served the tests before this one.
  const before = site.requests.length;
  await card.click();
  await page.evaluate(() => fetch('/favicon.ico'));
  expect(site.requests.slice(before).filter(({ path }) => path === '/workers/sd-worker-rbee')).toEqual([]);
  await expect(page).toHaveURL('/workers');
});

test('the list is fetched by the browser, and filters change it without changing the address', async ({
  page,
  site,
}) => {
  const data = site.hold('/models-json');
  await page.goto('/models/huggingface?cards=8');
  await expect(page.getByText('Loading models…')).toBeVisible();
  data.release();
  const cards = page.locator('main main a');
  await expect(cards).toHaveCount(8);
  const first = await cards.first().elementHandle();
  await page.getByLabel('GGUF only').check();
  await expect(cards).toHaveCount(5);
  await page.getByLabel('GGUF only').uncheck();
  await expect(cards).toHaveCount(8);
  expect(await first?.evaluate((card) => card === document.querySelector('main main a'))).toBe(true);
  await page.getByLabel('Sort by').selectOption('name');
  await expect(cards.first()).toHaveAttribute('href', '/models/huggingface/bench%2Fmodel-0006-GGUF');
  await expect(page).toHaveURL('/models/huggingface?cards=8');
});

test('the versions of a CivitAI model change its files and not the address', async ({ page }) => {
  await page.goto('/models/civitai/4384');
  await hydrated(page);
  await expect(page.getByRole('heading', { name: '1 File' })).toBeVisible();
  await page.getByRole('button', { name: '7', exact: true }).click();
  await expect(page.getByRole('heading', { name: '2 Files' })).toBeVisible();
  await expect(page).toHaveURL('/models/civitai/4384');
});

test('the button of 2025-11-05 becomes a download link where no Keeper answers', async ({ page }) => {
  await page.goto('/models/thebloke--llama-2-7b-chat-gguf?generation=g3');
  await expect(page.getByRole('link', { name: 'Download Keeper' })).toBeVisible();
  await expect(page.getByText('Checking...')).toHaveCount(0);
});

test('the button of 2025-11-05 becomes "Run with rbee" where one answered before', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('rbee-keeper-detected', 'true'));
  await page.goto('/models/thebloke--llama-2-7b-chat-gguf?generation=g3');
  await expect(page.getByRole('button', { name: 'Run with rbee' })).toBeEnabled();
});

test('the toggle swaps the theme on <html> and keeps it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/workers');
  await hydrated(page);
  await expect(page.locator('html')).toHaveClass('light');
  await page.getByRole('button', { name: 'Toggle theme' }).click();
  await expect(page.locator('html')).toHaveClass('dark');
  await page.reload();
  await expect(page.locator('html')).toHaveClass('dark');
});

test('the page counts as public: it cannot reach a local server that would let it', async ({ page, loopback }) => {
  await page.goto('/');
  const ask = (url: string) => page.evaluate((address) => fetch(address).then((answer) => answer.text(), String), url);
  expect(await ask(loopback)).toContain('TypeError');
});
