/**
 * From a click to the POST at the hive, against an extension that only forwards the click, in the same browser. The hive was
 * verified and the file is known; one click with a terminated service worker and empty caches is reported next to it.
 */
import type { Page } from '@playwright/test';
import { chromeBuild } from '../browser/launch.ts';
import { judge, median, startWorld } from './bench.ts';

const rounds = 31;
/** The button accepts clicks once the pointer has rested on it, and the label been visible, for half a second. */
const restMs = 600;
const repos = Array.from({ length: rounds + 3 }, (_, index) => `bench/model-${index}-GGUF`);

/** The least that a click costs: a message and a request of the service worker. */
const bare: Readonly<Record<string, string>> = {
  'manifest.json': JSON.stringify({
    manifest_version: 3,
    name: 'Bare',
    version: '1',
    background: { service_worker: 'bare.js' },
    host_permissions: ['http://localhost/*'],
    content_scripts: [{ matches: ['https://marketplace.rbee.dev/*'], js: ['page.js'], run_at: 'document_idle' }],
  }),
  'bare.js': `chrome.runtime.onMessage.addListener((model) => {
    fetch('http://localhost:7835/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operation: 'model_download', hive_id: 'localhost', model }),
    });
  });`,
  'page.js': `const button = document.createElement('button');
  button.id = 'bare';
  button.textContent = 'Bare';
  button.style = 'position:fixed;bottom:0;right:0;z-index:9999';
  button.onclick = () => chrome.runtime.sendMessage('bare/bare');
  document.body.append(button);`,
};

const world = await startWorld({
  kind: 'better',
  models: repos.map((id) => `${id}:model-Q4_K_M.gguf`),
  // Each run ends at once, so the next one does not wait for it.
  spawn: 'noPorts',
});
world.hub.setRepos(repos.map((id) => ({ id, files: [{ path: 'model-Q4_K_M.gguf', size: 4e8 }] })));
const { context } = await world.launch(chromeBuild, await world.writeExtension(bare));
const page = await context.newPage();

/** When the page received the click, in ms since the epoch. */
const watchClicks = (of: Page) =>
  of.evaluate(() => {
    const remember = () => Object.assign(window, { clickedAt: performance.timeOrigin + performance.now() });
    addEventListener('click', remember, true);
  });
const clickedAt = (of: Page) => of.evaluate(() => (window as unknown as { clickedAt: number }).clickedAt);

async function clickToPost(selector: string, model: string): Promise<number> {
  await page.locator(selector).first().hover();
  await page.waitForTimeout(restMs);
  await page.mouse.down();
  await page.mouse.up();
  const post = await world.hive.until(({ requests }) =>
    requests.find(({ json }) => {
      const { operation, model: of } = (json ?? {}) as { operation?: string; model?: string };
      return operation === 'model_download' && of === model;
    }),
  );
  world.hive.requests.splice(world.hive.requests.indexOf(post), 1);
  return post.at - (await clickedAt(page));
}

async function open(repo: string): Promise<void> {
  await page.goto(`https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(repo)}`);
  await watchClicks(page);
  await page.waitForSelector('#bare');
  await page.locator('rbee-run[data-state="idle"] .main').first().waitFor();
}

const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
for (const [round, repo] of repos.slice(0, rounds + 2).entries()) {
  await open(repo);
  const bareMs = await clickToPost('#bare', 'bare/bare');
  const oursMs = await clickToPost('rbee-run .main', `${repo}:model-Q4_K_M.gguf`);
  await page.locator('rbee-run[data-state="failed"]').waitFor();
  // The first rounds only warm up.
  if (round < 2) continue;
  times.bare.push(bareMs);
  times.ours.push(oursMs);
}

const [last = ''] = repos.slice(-1);
await open(last);
for (const worker of context.serviceWorkers())
  await worker.evaluate(() => chrome.storage?.session.clear()).catch(() => {});
const session = await context.newCDPSession(page);
await session.send('ServiceWorker.enable');
await session.send('ServiceWorker.stopAllWorkers');
const cold = await clickToPost('rbee-run .main', `${last}:model-Q4_K_M.gguf`);
await world.stop();

const [bareMs, oursMs] = [median(times.bare), median(times.ours)];
console.log(
  `${rounds} clicks: ${bareMs.toFixed(1)} ms minimal, ${oursMs.toFixed(1)} ms ours, ${cold.toFixed(0)} ms cold`,
);
judge('click to POST, ratio', oursMs / bareMs, 1.5);
