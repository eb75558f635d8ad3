/** `npm run demo`: runs a model with one click on its page in a real browser, and prints every step. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { infer } from '../../lib/hive/infer.ts';
import { isRunKey } from '../../lib/runs/keys.ts';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import { ensureBrowser } from '../browser/ensure-browser.ts';
import { type Launched, launchWithExtension } from '../browser/launch.ts';
import { press } from '../e2e/one-run.ts';
import { type StandIn, startHive } from '../hive/start-hive.ts';
import { startHub } from '../hub/start-hub.ts';
import { createCertificate, startSite } from '../site/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const screenshots = join(root, '.output/demo');
const model = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF';
const modelPage = `https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(model)}`;
const prompt = 'Once upon a time';
const timeoutMs = 60_000;

const started = Date.now();
const cleanups: (() => Promise<unknown>)[] = [];

function log(line: string): void {
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}

/** Fails the demo with this message unless the condition is met. */
function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

async function demo({ open, today }: { open: boolean; today: boolean }): Promise<void> {
  if (open && process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error(
      '--open needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set. Run `npm run demo` without it.',
    );
  }
  log('Building the extension');
  build();
  log(`Browser: ${ensureBrowser(log)}`);

  const certificate = await createCertificate();
  const hub = await startHub({ tls: certificate, bytesPerSecond: 120_000_000 });
  cleanups.push(hub.stop);
  const hive = await startHive({
    kind: today ? 'today' : 'better',
    hub: hub.url,
    machine: 'gpu8',
    progressMs: 400,
    worker: { tokenMs: 20 },
  });
  cleanups.push(hive.stop);
  const site = await startSite({ certificate });
  cleanups.push(site.stop);
  log('A local hive, model hub and marketplace are running; nothing else is contacted');
  log(
    today
      ? 'The hive behaves like rbee-hive of November 2025: it downloads models, but can neither install nor start workers'
      : 'The hive differs from rbee-hive of November 2025: it can install and start workers (to see that one: npm run demo -- --today)',
  );

  const profile = await mkdtemp(join(tmpdir(), 'rbee-demo-'));
  cleanups.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const browser = await launchWithExtension({
    profile,
    headless: !open,
    routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
    more: { viewport: { width: 1180, height: 620 }, handleSIGINT: false },
  });
  exposeClosedRoots(browser.context);
  cleanups.push(browser.close);
  log('The browser has started with the extension');

  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  await page.goto(modelPage);
  const place = page.locator('rbee-run:not([data-variant="compact"])');
  const button = place.getByRole('button');
  await button.waitFor({ timeout: timeoutMs });
  assert((await nameOf(button)).startsWith('Run with rbee'), `The name of the button is "${await nameOf(button)}".`);
  log(`${model}: the page has the button "${await nameOf(button)}"`);
  await page.screenshot({ path: join(screenshots, 'page-before.png') });

  const states = await watchStates(page, (state) => log(`Button: ${state}`));
  await press(place);
  log('Clicked');
  await waitForState(browser, place, 'downloading', states);
  const halfway = place.filter({ hasText: /[4-9]\d\s*%/ });
  await halfway.waitFor({ timeout: timeoutMs }).catch(() => {
    throw new Error('The button never showed the progress of the download.');
  });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(screenshots, 'page.png') });
  if (today) {
    await waitForState(browser, place, 'choose', states);
    await startManually(browser, hive);
  }
  await waitForState(browser, place, 'running', states);
  await page.screenshot({ path: join(screenshots, 'page-running.png') });

  const calls = hive.calls();
  const once = ['POST model_download', 'GET model_download'];
  for (const call of today ? once : [...once, 'POST worker_spawn', 'GET worker_spawn']) {
    assert(
      calls.filter((one) => one === call).length === 1,
      `The hive should receive ${call} once. It received: ${calls.join(', ')}`,
    );
  }
  const [stored] = hive.models();
  assert(stored, 'The hive’s catalog is empty.');
  assert(stored.id.startsWith(`${model}:`), `The hive’s catalog does not list ${model}.`);
  log(`The hive has ${stored.id}`);
  await askWorker(await showPopup(browser));

  const problems = await browser.console.problems();
  assert(problems.length === 0, `A console is not empty: ${JSON.stringify(problems)}`);
  log('The consoles of page, popup and service worker are empty');
  log(`Screenshots: ${join('.output', 'demo')}`);
  if (!open) return;
  log('The browser stays open. Close it, or press Ctrl+C, to end.');
  await browser.context.waitForEvent('close', { timeout: 0 });
}

function build(): void {
  const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
  try {
    execFileSync('wxt', ['build', '-b', 'chrome'], {
      cwd: root,
      env: { ...process.env, PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`The build failed.\n${stdout}${stderr}`);
  }
}

const nameOf = async (button: Locator): Promise<string> =>
  ((await button.getAttribute('aria-label')) ?? (await button.innerText())).replace(/\s+/g, ' ');

/** Prints each state of the page's button, in order. */
async function watchStates(page: Page, onState: (state: string) => void): Promise<string[]> {
  const states: string[] = [];
  await page.exposeFunction('rbeeDemoState', (state: string) => {
    if (states.at(-1) === state) return;
    states.push(state);
    onState(state);
  });
  await page.evaluate(() => {
    const host = document.querySelector<HTMLElement>('rbee-run:not([data-variant="compact"])');
    const { rbeeDemoState } = window as unknown as { rbeeDemoState(state: string): void };
    const report = (): void => rbeeDemoState(host?.dataset.state ?? '');
    if (host) new MutationObserver(report).observe(host, { attributeFilter: ['data-state'] });
    report();
  });
  return states;
}

async function waitForState(browser: Launched, place: Locator, state: string, seen: readonly string[]): Promise<void> {
  const wanted = place.and(place.page().locator(`[data-state="${state}"], [data-state="failed"]`));
  await wanted.waitFor({ timeout: timeoutMs }).catch(() => {});
  const now = await place.getAttribute('data-state');
  if (now === state || seen.includes(state)) return;
  const runs = Object.entries(await browser.storage()).filter(([key]) => isRunKey(key));
  const failures = runs.map(([, run]) => JSON.stringify((run as { failure?: unknown }).failure));
  throw new Error(
    `The button did not reach the state "${state}". States: ${seen.join(' → ')}. Stored failure: ${failures.join()}`,
  );
}

/** Copies the command that the popup displays for a manual start and runs it on the hive's machine. */
async function startManually(browser: Launched, hive: StandIn): Promise<void> {
  const tab = await browser.openExtensionPage('popup.html');
  await tab.setViewportSize({ width: 384, height: 200 });
  const run = tab.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="hf:${model}"]`);
  const install = run.getByRole('button', { name: /^Install the worker/ });
  const command = run.locator('code', { hasText: 'llm-worker-rbee' }).first();
  await install.or(command).first().waitFor({ timeout: timeoutMs });
  if (await install.isVisible()) {
    await install.click();
    log('Popup: the hive has no worker; asked it to install one');
  }
  await command.waitFor({ timeout: timeoutMs });
  await tab.screenshot({ path: join(screenshots, 'popup-manual.png'), fullPage: true });
  const text = await command.innerText();
  log(`Popup: the hive cannot do that, and the popup shows the command for its machine:\n          ${text}`);
  hive.shell(text);
  log('Ran the command');
  await run.and(tab.locator('[data-state="running"]')).waitFor({ timeout: timeoutMs });
  await tab.close();
}

/** Shows the run in the toolbar popup and returns the worker's address that it displays. */
async function showPopup(browser: Launched): Promise<string> {
  const popup = await browser.openActionPopup();
  const run = popup.getByRole('list', { name: 'Runs' }).locator(`[data-subject^="hf:${model}"]`);
  await run.and(popup.locator('[data-state="running"]')).waitFor({ timeout: timeoutMs });
  await popup
    .getByRole('region', { name: 'Hive' })
    .getByText(/connected/i)
    .first()
    .waitFor({ timeout: timeoutMs });
  const [address] = /https?:\/\/[\w.-]+:\d+/.exec(await run.innerText()) ?? [];
  assert(address, `The popup does not show the worker’s address. It shows: ${await run.innerText()}`);
  log(`Popup: the run is there as "running", with the worker’s address ${address}`);
  // The toolbar's popup scrolls; its page in a tab shows all of it in one picture.
  const tab = await browser.openExtensionPage('popup.html');
  await tab.setViewportSize({ width: 384, height: 200 });
  await tab.getByText('Connected').waitFor({ timeout: timeoutMs });
  await tab.getByRole('list', { name: 'Workers' }).getByText(address).waitFor({ timeout: timeoutMs });
  await tab.screenshot({ path: join(screenshots, 'popup.png'), fullPage: true });
  await tab.close();
  return address;
}

async function askWorker(address: string): Promise<void> {
  const tokens: string[] = [];
  let end = '';
  for await (const event of infer(address, prompt, { maxTokens: 12 }, AbortSignal.timeout(timeoutMs))) {
    if (event.type === 'token') tokens.push(event.text);
    else end = event.type === 'error' ? `error: ${event.message}` : event.type;
  }
  assert(end === 'cut' && tokens.length > 0, `The worker sent ${tokens.length} tokens and ended with "${end}".`);
  log(`Worker: "${prompt}" → ${tokens.length} tokens over HTTP: ${JSON.stringify(tokens.join(''))}`);
}

const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({ options: { open: flag, today: flag } });
process.once('SIGINT', () => void end().then(() => process.exit(130)));
try {
  await rm(screenshots, { recursive: true, force: true });
  await mkdir(screenshots, { recursive: true });
  await demo(values);
  log('Done: one click, one running worker');
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await end();
}

async function end(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => {});
}
