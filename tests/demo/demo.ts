/** `npm run demo`: one click on a model page to a running worker, in a real browser, with every step printed as it happens. */
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
const shots = join(root, '.output/demo');
const model = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF';
const modelPage = `https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(model)}`;
const prompt = 'Once upon a time';
const patience = 60_000;

const started = Date.now();
const endings: (() => Promise<unknown>)[] = [];

function say(line: string): void {
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}

/** Ends the demo unless there is evidence for what it claims. */
function demand(evidence: unknown, otherwise: string): asserts evidence {
  if (!evidence) throw new Error(otherwise);
}

async function demo({ open, today }: { open: boolean; today: boolean }): Promise<void> {
  if (open && process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error(
      '--open needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set. Run `npm run demo` without it.',
    );
  }
  say('Building the extension');
  build();
  say(`Browser: ${ensureBrowser(say)}`);

  const certificate = await createCertificate();
  const hub = await startHub({ tls: certificate, bytesPerSecond: 120_000_000 });
  endings.push(hub.stop);
  const hive = await startHive({
    kind: today ? 'today' : 'better',
    hub: hub.url,
    machine: 'gpu8',
    progressMs: 400,
    worker: { tokenMs: 20 },
  });
  endings.push(hive.stop);
  const site = await startSite({ certificate });
  endings.push(site.stop);
  say('A local hive, model hub and marketplace are running; nothing else is contacted');
  say(
    today
      ? 'The hive behaves like rbee-hive of November 2025: it downloads models, but can neither install nor start workers'
      : 'The hive differs from rbee-hive of November 2025: it can install and start workers (to see that one: npm run demo -- --today)',
  );

  const profile = await mkdtemp(join(tmpdir(), 'rbee-demo-'));
  endings.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const browser = await launchWithExtension({
    profile,
    headless: !open,
    routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
    more: { viewport: { width: 1180, height: 620 }, handleSIGINT: false },
  });
  exposeClosedRoots(browser.context);
  endings.push(browser.close);
  say('The browser has started with the extension');

  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  await page.goto(modelPage);
  const place = page.locator('rbee-run:not([data-variant="compact"])');
  const button = place.getByRole('button');
  await button.waitFor({ timeout: patience });
  demand((await nameOf(button)).startsWith('Run with rbee'), `The button says "${await nameOf(button)}".`);
  say(`${model}: the page has the button "${await nameOf(button)}"`);
  await page.screenshot({ path: join(shots, 'page-before.png') });

  const states = await watchStates(page, (line) => say(`Button: ${line}`));
  await press(place);
  say('Clicked');
  await reach(browser, place, 'downloading', states);
  const halfway = place.filter({ hasText: /[4-9]\d\s*%/ });
  await halfway.waitFor({ timeout: patience }).catch(() => {
    throw new Error('The button never showed the progress of the download.');
  });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(shots, 'page.png') });
  if (today) {
    await reach(browser, place, 'choose', states);
    await startManually(browser, hive);
  }
  await reach(browser, place, 'running', states);
  await page.screenshot({ path: join(shots, 'page-running.png') });

  const calls = hive.calls();
  const once = ['POST model_download', 'GET model_download'];
  for (const call of today ? once : [...once, 'POST worker_spawn', 'GET worker_spawn']) {
    demand(
      calls.filter((one) => one === call).length === 1,
      `The hive should receive ${call} once. It received: ${calls.join(', ')}`,
    );
  }
  const [stored] = hive.models();
  demand(stored, 'The hive’s catalog is empty.');
  demand(stored.id.startsWith(`${model}:`), `The hive’s catalog does not list ${model}.`);
  say(`The hive has ${stored.id}`);
  await askWorker(await showPopup(browser));

  const complaints = await browser.console.complaints();
  demand(complaints.length === 0, `A console is not empty: ${JSON.stringify(complaints)}`);
  say('The consoles of page, popup and service worker are empty');
  say(`Screenshots: ${join('.output', 'demo')}`);
  if (!open) return;
  say('The browser stays open. Close it, or press Ctrl+C, to end.');
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
async function watchStates(page: Page, tell: (line: string) => void): Promise<string[]> {
  const states: string[] = [];
  await page.exposeFunction('rbeeDemoState', (state: string) => {
    if (states.at(-1) === state) return;
    states.push(state);
    tell(state);
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

async function reach(browser: Launched, place: Locator, state: string, seen: readonly string[]): Promise<void> {
  const wanted = place.and(place.page().locator(`[data-state="${state}"], [data-state="failed"]`));
  await wanted.waitFor({ timeout: patience }).catch(() => {});
  const now = await place.getAttribute('data-state');
  if (now === state || seen.includes(state)) return;
  const runs = Object.entries(await browser.storage()).filter(([key]) => isRunKey(key));
  const failures = runs.map(([, run]) => JSON.stringify((run as { failure?: unknown }).failure));
  throw new Error(
    `The button was to become "${state}". It went ${seen.join(' → ')}. Stored failure: ${failures.join()}`,
  );
}

/** Copies the command that the popup displays for a manual start and runs it on the hive's machine. */
async function startManually(browser: Launched, hive: StandIn): Promise<void> {
  const tab = await browser.openExtensionPage('popup.html');
  await tab.setViewportSize({ width: 384, height: 200 });
  const run = tab.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="hf:${model}"]`);
  const install = run.getByRole('button', { name: /^Install the worker/ });
  const command = run.locator('code', { hasText: 'llm-worker-rbee' }).first();
  await install.or(command).first().waitFor({ timeout: patience });
  if (await install.isVisible()) {
    await install.click();
    say('Popup: the hive has no worker; asked it to install one');
  }
  await command.waitFor({ timeout: patience });
  await tab.screenshot({ path: join(shots, 'popup-manual.png'), fullPage: true });
  const text = await command.innerText();
  say(`Popup: the hive cannot do that, and the popup shows the command for its machine:\n          ${text}`);
  hive.shell(text);
  say('Ran the command');
  await run.and(tab.locator('[data-state="running"]')).waitFor({ timeout: patience });
  await tab.close();
}

/** Shows the run in the toolbar popup and returns the worker's address that it displays. */
async function showPopup(browser: Launched): Promise<string> {
  const popup = await browser.openActionPopup();
  const run = popup.getByRole('list', { name: 'Runs' }).locator(`[data-subject^="hf:${model}"]`);
  await run.and(popup.locator('[data-state="running"]')).waitFor({ timeout: patience });
  await popup
    .getByRole('region', { name: 'Hive' })
    .getByText(/connected/i)
    .first()
    .waitFor({ timeout: patience });
  const [address] = /https?:\/\/[\w.-]+:\d+/.exec(await run.innerText()) ?? [];
  demand(address, `The popup does not show the worker’s address. It shows: ${await run.innerText()}`);
  say(`Popup: the run is there as "running", with the worker’s address ${address}`);
  // The toolbar's popup scrolls; its page in a tab shows all of it in one picture.
  const tab = await browser.openExtensionPage('popup.html');
  await tab.setViewportSize({ width: 384, height: 200 });
  await tab.getByText('Connected').waitFor({ timeout: patience });
  await tab.getByRole('list', { name: 'Workers' }).getByText(address).waitFor({ timeout: patience });
  await tab.screenshot({ path: join(shots, 'popup.png'), fullPage: true });
  await tab.close();
  return address;
}

async function askWorker(address: string): Promise<void> {
  const tokens: string[] = [];
  let end = '';
  for await (const event of infer(address, prompt, { maxTokens: 12 }, AbortSignal.timeout(patience))) {
    if (event.type === 'token') tokens.push(event.text);
    else end = event.type === 'error' ? `error: ${event.message}` : event.type;
  }
  demand(end === 'done' && tokens.length > 0, `The worker gave ${tokens.length} tokens and ended with "${end}".`);
  say(`Worker: "${prompt}" → ${tokens.length} tokens over HTTP: ${JSON.stringify(tokens.join(''))}`);
}

const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({ options: { open: flag, today: flag } });
process.once('SIGINT', () => void end().then(() => process.exit(130)));
try {
  await rm(shots, { recursive: true, force: true });
  await mkdir(shots, { recursive: true });
  await demo(values);
  say('Done: one click, one running worker');
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await end();
}

async function end(): Promise<void> {
  for (const ending of endings.splice(0).reverse()) await ending().catch(() => {});
}
