import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { type Cdp, connectCdp } from '../browser/cdp.ts';
import { browserPath } from '../browser/ensure-browser.ts';
import { chromeBuild } from '../browser/launch.ts';
import { routeArguments } from '../browser/routes.ts';
import { type Site, startSite } from '../site/server.ts';

const detail = '/models/huggingface/TheBloke%2FLlama-2-7B-Chat-GGUF';

/** A browser without Playwright, which makes every page believe that it is in the foreground. */
const test = base.extend<{ site: Site; cdp: Cdp }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern.
  site: async ({}, use) => {
    const site = await startSite();
    await use(site);
    await site.stop();
  },

  cdp: async ({ site }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
    const browser = spawn(
      browserPath(),
      [
        '--headless=new',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
        `--disable-extensions-except=${chromeBuild}`,
        `--load-extension=${chromeBuild}`,
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--ignore-certificate-errors',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...routeArguments({ site: site.port }),
        'about:blank',
      ],
      { stdio: 'ignore' },
    );
    const ended = once(browser, 'exit');
    const connect = () => connectCdp(profile).catch(() => undefined);
    let cdp: Cdp | undefined;
    await expect.poll(async () => (cdp ??= await connect()) !== undefined, { timeout: 20_000 }).toBe(true);
    if (!cdp) throw new Error('The browser did not start.');
    await use(cdp);
    await cdp.send('Browser.close');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  },
});

test('a page in a background tab that was never shown gets its button and is hydrated without errors', async ({
  cdp,
  site,
}) => {
  const { targetId } = await cdp.send<{ targetId: string }>('Target.createTarget', {
    url: site.url + detail,
    background: true,
  });
  const { sessionId } = await cdp.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const evaluate = async (expression: string) => {
    const reply = await cdp.send<{ result: { value: unknown } }>(
      'Runtime.evaluate',
      { expression, returnByValue: true },
      sessionId,
    );
    return reply.result.value;
  };
  const state = `JSON.stringify([
    document.visibilityState,
    [...document.querySelectorAll('rbee-run')].map((host) => host.dataset.subject),
    window.__siteErrors,
    [...document.querySelectorAll('main *')].filter((one) => !one.__served && !one.closest('rbee-run')).length,
  ])`;
  await expect
    .poll(() => evaluate(state), { timeout: 30_000 })
    .toBe(JSON.stringify(['hidden', ['hf:TheBloke/Llama-2-7B-Chat-GGUF'], [], 0]));
});
