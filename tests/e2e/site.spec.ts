import { type Browser, test as base, chromium, expect } from '@playwright/test';
import { browserPath } from '../browser/ensure-browser.ts';
import { routeArguments } from '../browser/routes.ts';
import { listen } from '../net/listener.ts';
import { displayed, hydrated, observe } from '../site/probe.ts';
import { type Site, startSite } from '../site/server.ts';

/** The stand-in site without the extension: behaviour that the other tests rely on. */
const test = base.extend<object, { site: Site; loopback: string; plainBrowser: Browser }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern.
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],

  // A local server that allows every origin, so that only the browser's own rules can block a page.
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
test('an element that is inserted before hydration makes React report an error and rebuild the page', async ({
  page,
  site,
}) => {
  const pages = ['next', 'late', 'root', 'suspense'].map((variant) => `${detail}?variant=${variant}`);
  for (const path of [...pages, '/models/thebloke--llama-2-7b-chat-gguf?generation=g4']) {
    await test.step(path, async () => {
      const script = site.hold('script');
      await page.goto(path, { waitUntil: 'commit' });
      await script.reached();
      await page.getByText('View on HuggingFace').evaluate((link) => link.after(document.createElement('hr')));
      script.release();
      await hydrated(page);
      const { errors, rebuilt } = await observe(page);
      expect(errors).not.toEqual([]);
      if (!pages.includes(path)) return;
      expect(errors.map(({ message }) => message).join()).toContain('#418');
      expect(rebuilt.length).toBeGreaterThan(0);
      await expect(page.locator('hr')).toHaveCount(0);
    });
  }
});

test('links and the back button change the page without loading a document', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  const served = await page.evaluateHandle(() => document.body);
  await page.getByRole('link', { name: 'HF Models' }).click();
  // The home page links to the model as well.
  await displayed(page, '/models/huggingface');
  await page.getByRole('link', { name: 'TheBloke/Llama-2-7B-Chat-GGUF' }).click();
  await displayed(page, detail);
  await expect(page).toHaveURL(detail);
  await expect(page).toHaveTitle('TheBloke/Llama-2-7B-Chat-GGUF | HuggingFace Model');
  await page.goBack();
  await displayed(page, '/models/huggingface');
  await page.goBack();
  await displayed(page, '/');
  expect(await served.evaluate((body) => body === document.body)).toBe(true);
  expect((await observe(page)).errors).toEqual([]);
});

test('a link is not followed if the default action of the click was prevented', async ({ page, site }) => {
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

test('the button of 2025-11-05 becomes "Run with rbee" if the desktop app was detected before', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('rbee-keeper-detected', 'true'));
  await page.goto('/models/thebloke--llama-2-7b-chat-gguf?generation=g3');
  await expect(page.getByRole('button', { name: 'Run with rbee' })).toBeEnabled();
});

test('the site counts as public: the browser blocks its requests to local servers', async ({ page, loopback }) => {
  await page.goto('/');
  const load = (url: string) => page.evaluate((address) => fetch(address).then((reply) => reply.text(), String), url);
  expect(await load(loopback)).toContain('TypeError');
});
