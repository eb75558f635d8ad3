import { once } from 'node:events';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Page } from '@playwright/test';
import { displayed, hydrated, observe } from '../site/probe.ts';
import { describeButtons, expectButtons, throttle } from './buttons.ts';
import { expect, test } from './fixtures.ts';

const detail = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';
const button = ['under "View on HuggingFace" hf:TheBloke/Llama-2-7B-Chat-GGUF'];
const worker = ['instead of "Install Worker" worker:llm-worker-rbee'];
const variants = ['next', 'suspense', 'late', 'root'] as const;

async function expectUndisturbed(page: Page): Promise<void> {
  await hydrated(page);
  expect(await observe(page)).toMatchObject({ errors: [], rebuilt: [] });
}

/** Waits for 20 frames, in which the extension would have inserted a button. */
const waitForFrames = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 20; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });

for (const rate of [1, 6]) {
  test(`the button is inserted after hydration (processor slowdown: ${rate})`, async ({ page, site }) => {
    test.slow();
    await throttle(page, rate);
    for (const variant of variants) {
      await test.step(variant, async () => {
        await page.goto(`${site.url}${detail}?variant=${variant}`);
        await expectButtons(page, button);
        await expectUndisturbed(page);
        await page.goto(`${site.url}/workers/llm-worker-rbee?variant=${variant}`);
        await expectButtons(page, worker);
        await expectUndisturbed(page);
      });
    }
  });
}

for (const variant of variants) {
  test(`no button is inserted before the page’s script has loaded (variant ${variant})`, async ({ page, site }) => {
    const script = site.hold('script');
    await page.goto(`${site.url}${detail}?variant=${variant}`, { waitUntil: 'commit' });
    await script.reached();
    await expect(page.getByText('View on HuggingFace')).toBeVisible();
    await waitForFrames(page);
    expect(await describeButtons(page)).toEqual([]);
    script.release();
    await expectButtons(page, button);
    await expectUndisturbed(page);
  });
}

test('no button is inserted into a Suspense boundary that is not hydrated yet', async ({ page, site }) => {
  const gate = site.hold('/site-gate');
  await page.goto(`${site.url}${detail}?variant=suspense&streamDelayMs=200&boundaryDelayMs=1`);
  await gate.reached();
  await expect(page.locator('next-route-announcer')).toBeAttached();
  await expect(page.getByText('View on HuggingFace')).toBeVisible();
  await waitForFrames(page);
  expect(await describeButtons(page)).toEqual([]);
  gate.release();
  await expectButtons(page, button);
  await expectUndisturbed(page);
});

test('a page that is received in pieces over a slow connection gets its button', async ({ page, site }) => {
  await page.goto(`${site.url}${detail}?trickleMs=40&scriptDelayMs=600`);
  await expectButtons(page, button);
  await expectUndisturbed(page);
});

test.describe('a page whose scripts fail to load', () => {
  test.use({ allowConsole: [/ERR_FAILED/] });

  test('gets no button, because a README could imitate the markup of the site', async ({ page, site }) => {
    await page.route('**/*.js', (route) => route.abort());
    await page.route(site.url + detail, async (route) => {
      const [response] = await once(
        get(`https://127.0.0.1:${site.port}${detail}`, { rejectUnauthorized: false }),
        'response',
      );
      const markup = await text(response);
      const forged =
        '</div></div></div></div></main><next-route-announcer></next-route-announcer><img name="next" version="1"><main>';
      const body = markup.replace(
        /(class="markdown-content[^>]*>)/,
        `$1${forged}<a href="/workers/evil-worker"><h3>Evil</h3></a>`,
      );
      await route.fulfill({ contentType: 'text/html; charset=utf-8', body });
    });
    await page.goto(site.url + detail);
    await expect(page.getByRole('heading', { name: 'Evil' })).toBeVisible();
    await waitForFrames(page);
    expect(await describeButtons(page)).toEqual([]);
  });
});

test('a page of Next.js whose scripts load late gets its button after they have run', async ({ page, site }) => {
  const path = `${detail}?variant=late`;
  await page.route(site.url + path, async (route) => {
    const [response] = await once(
      get(`https://127.0.0.1:${site.port}${path}`, { rejectUnauthorized: false }),
      'response',
    );
    const markup = (await text(response)).replace(/<script src=[^>]*><\/script>/g, '');
    const body = markup.replace('<head>', '<head><script>self.__next_f=[]</script>');
    await route.fulfill({ contentType: 'text/html; charset=utf-8', body });
  });
  await page.goto(site.url + path);
  await waitForFrames(page);
  expect(await describeButtons(page)).toEqual([]);
  await page.addScriptTag({ url: '/assets/app.js' });
  await expectButtons(page, button);
  await hydrated(page);
  expect((await observe(page)).errors).toEqual([]);
});

test('after client navigation each page has its own button and none of the page before', async ({ page, site }) => {
  const at = async (path: string, expected: string[]) => {
    await displayed(page, path);
    await expectButtons(page, expected);
  };
  await page.goto(`${site.url}${detail}?cards=2`);
  await at(`${detail}?cards=2`, button);
  await page.getByRole('link', { name: 'Workers' }).click();
  await at('/workers', ['card worker:llm-worker-rbee', 'card worker:sd-worker-rbee']);
  await page.getByRole('heading', { name: 'LLM Worker rbee' }).click();
  await at('/workers/llm-worker-rbee', worker);
  await page.getByRole('link', { name: 'CivitAI Models' }).click();
  await at('/models/civitai', ['card civitai:4384']);
  await page.getByRole('heading', { name: 'DreamShaper' }).click();
  await at('/models/civitai/4384', ['under "View on CivitAI" civitai:4384']);
  await page.goBack();
  await page.goBack();
  await at('/workers/llm-worker-rbee', worker);
  expect((await observe(page)).errors).toEqual([]);
});

test('the button is inserted again after the page removed it', async ({ page, site }) => {
  await page.goto(site.url + detail);
  await expectButtons(page, button);
  await page.locator('rbee-run').evaluate((host) => host.remove());
  await expectButtons(page, button);
});

test.describe('the page of 2025-11-05, which requests a desktop app', () => {
  test.use({ allowConsole: [/localhost:9200/] });

  test('never displayed its own action together with the button of the extension', async ({ page, site }) => {
    await page.addInitScript(() => {
      addEventListener('DOMContentLoaded', () => {
        const seen = () => {
          const native = [...document.querySelectorAll('main button, main a')].find(
            (one) => /^(Checking|Run with rbee|Download Keeper)/.test(one.textContent.trim()) && one.checkVisibility(),
          );
          if (native && document.querySelector('rbee-run')) document.documentElement.dataset.twice = native.textContent;
          requestAnimationFrame(seen);
        };
        seen();
      });
    });
    await page.goto(`${site.url}/models/thebloke--llama-2-7b-chat-gguf?generation=g3`);
    await expectButtons(page, ['instead of "Download Keeper" hf:TheBloke/Llama-2-7B-Chat-GGUF']);
    await waitForFrames(page);
    await expect(page.locator('html')).not.toHaveAttribute('data-twice');
  });
});
