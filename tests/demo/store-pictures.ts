/**
 * `npm run store-pictures`: takes pictures of 1280 × 800 pixels for the stores, with local servers, in `.output/store/LANGUAGE`. By default in all
 * languages, otherwise in those that are named: `npm run store-pictures -- en ja`. English also updates the pictures in the README.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { inLanguage } from '../browser/in-language.ts';
import { type Launched, launchWithExtension } from '../browser/launch.ts';
import { hostOf } from '../e2e/buttons.ts';
import { clickable, press } from '../e2e/one-run.ts';
import { startHive } from '../hive/start-hive.ts';
import { startHub } from '../hub/start-hub.ts';
import { hydrated } from '../site/probe.ts';
import { createCertificate, startSite } from '../site/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const size = { width: 1280, height: 800 };
const modelPage = (id: string) => `https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(id)}`;
const small = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF';
const large = 'TheBloke/Llama-2-7B-Chat-GGUF';

const all = ['en', 'de', 'es', 'fr', 'ja', 'nl', 'zh-CN'];
const chosen = process.argv.slice(2);
for (const language of chosen.length ? chosen : all) {
  const folder = join(root, '.output/store', language);
  await mkdir(folder, { recursive: true });
  await takePictures(language, folder);
  console.log(folder);
}

async function takePictures(language: string, folder: string): Promise<void> {
  const certificate = await createCertificate();
  const [site, hub] = await Promise.all([startSite({ certificate }), startHub({ tls: certificate })]);
  const hive = await startHive({ kind: 'better', hub: hub.url, machine: 'gpu8', log: () => {} });
  const profile = await mkdtemp(join(tmpdir(), 'rbee-pictures-'));
  const routes = { site: site.port, hub: hub.tlsPort, hive: hive.port };
  const browser = await launchWithExtension({ profile, routes, more: inLanguage(language) });
  try {
    exposeClosedRoots(browser.context);
    const page = await browser.context.newPage();
    await page.setViewportSize(size);
    const host = hostOf(page);
    const state = (name: string) => page.locator(`rbee-run[data-state="${name}"]`).waitFor({ timeout: 60_000 });
    const picture = (name: string) => page.screenshot({ path: join(folder, name) });

    await page.goto(modelPage(small));
    await hydrated(page);
    await page.locator('rbee-run summary').waitFor();
    await press(host);
    await page.mouse.move(0, 0);
    await state('running');
    const popup = await picturePopup(browser, folder);
    await overlay(page, popup, join(folder, '3-running.png'));

    await page.goto(modelPage(large));
    await hydrated(page);
    await page.locator('rbee-run .detail:not(:empty)').waitFor({ state: 'attached' });
    await picture('1-model.png');
    await clickable(host);
    await host.locator('summary').click();
    await page.mouse.move(0, 0);
    await page.locator('rbee-run tbody tr').nth(3).waitFor();
    await picture('4-files.png');
    await page.keyboard.press('Escape');
    hub.setFaults([{ path: /\/resolve\//, holdAt: 0.6 }]);
    await press(host);
    await page.mouse.move(0, 0);
    await page.locator('rbee-run .detail', { hasText: '60' }).waitFor({ timeout: 60_000 });
    await picture('2-download.png');

    const options = await browser.openExtensionPage('options.html');
    await options.setViewportSize(size);
    await options.locator('.hive-one:not([data-state="looking"])').waitFor();
    await options.screenshot({ path: join(folder, '5-options.png') });
    if (language !== 'en') return;
    const readme = join(root, '.github/screenshots');
    await page.setViewportSize({ width: 1180, height: 620 });
    await page.screenshot({ path: join(readme, 'page.png') });
    await copyFile(popup, join(readme, 'popup.png'));
  } finally {
    await browser.close();
    await Promise.all([site.stop(), hub.stop(), hive.stop()]);
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Takes a picture of the whole popup, opened in a tab. */
async function picturePopup(browser: Launched, folder: string): Promise<string> {
  const tab = await browser.openExtensionPage('popup.html');
  await tab.setViewportSize({ width: 384, height: 200 });
  await tab.locator('[data-state="running"]').first().waitFor();
  // The list of workers contains this one as well.
  await tab
    .locator('li', { hasText: `${small}:` })
    .first()
    .waitFor();
  const path = join(folder, 'popup.png');
  await tab.screenshot({ path, fullPage: true });
  await tab.close();
  return path;
}

/** Combines pictures of the page and of the popup at its position in the browser. */
async function overlay(page: Page, popup: string, path: string): Promise<void> {
  const [below, above] = [await page.screenshot(), await readFile(popup)].map(
    (png) => `data:image/png;base64,${png.toString('base64')}`,
  );
  const sheet = await page.context().newPage();
  await sheet.setViewportSize(size);
  await sheet.setContent(
    `<body style="margin:0;overflow:hidden;background:url(${below})">
     <img src="${above}" style="position:fixed;top:8px;right:24px;max-height:780px;border-radius:8px;box-shadow:0 8px 32px #0008">`,
  );
  await sheet.locator('img').evaluate((image: HTMLImageElement) => image.decode());
  await sheet.screenshot({ path });
  await sheet.close();
}
