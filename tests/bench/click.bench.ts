/**
 * From a person's click to the hive's POST, against an extension that does nothing but forward the click, in one run of one
 * browser. The hive was verified and the file known before; the cold way (nothing known, no service worker) stands beside it.
 * `npm run bench`; ends with exit code 1 where the ratio is above the bound.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { chromeBuild, launchWithExtension } from '../browser/launch.ts';
import { startHive } from '../hive/start-hive.ts';
import { startHub } from '../hub/start-hub.ts';
import { createCertificate, startSite } from '../site/server.ts';

const rounds = 31;
const bound = 1.5;

/** What a click costs at least: a message, and a request of the service worker. */
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

const folder = await mkdtemp(join(tmpdir(), 'rbee-bench-'));
for (const [name, text] of Object.entries(bare)) {
  await mkdir(join(folder, 'bare'), { recursive: true });
  await writeFile(join(folder, 'bare', name), text);
}
const certificate = await createCertificate();
const site = await startSite({ certificate });
const hub = await startHub({ tls: certificate });
const repos = Array.from({ length: rounds + 3 }, (_, index) => `bench/model-${index}-GGUF`);
hub.setRepos(repos.map((id) => ({ id, files: [{ path: 'model-Q4_K_M.gguf', size: 4e8 }] })));
// Each run ends at once, and the next one finds nobody at work.
const hive = await startHive({
  kind: 'better',
  hub: hub.url,
  models: repos.map((id) => `${id}:model-Q4_K_M.gguf`),
  spawn: 'noPorts',
});
const launched = await launchWithExtension({
  profile: join(folder, 'profile'),
  routes: { site: site.port, hub: hub.tlsPort, hive: hive.port },
  extension: `${chromeBuild},${join(folder, 'bare')}`,
});
const page = await launched.context.newPage();

/** When the page heard of the click, in ms since the epoch. */
const watchClicks = (of: Page) =>
  of.evaluate(() => {
    addEventListener(
      'click',
      () => Object.assign(window, { clickedAt: performance.timeOrigin + performance.now() }),
      true,
    );
  });
const clickedAt = (of: Page) => of.evaluate(() => (window as unknown as { clickedAt: number }).clickedAt);

async function clickToPost(selector: string, model: string): Promise<number> {
  await page.click(selector);
  const post = await hive.until(({ requests }) =>
    requests.find(({ json }) => {
      const { operation, model: of } = (json ?? {}) as { operation?: string; model?: string };
      return operation === 'model_download' && of === model;
    }),
  );
  hive.requests.splice(hive.requests.indexOf(post), 1);
  return post.at - (await clickedAt(page));
}

async function open(repo: string): Promise<void> {
  await page.goto(`https://marketplace.rbee.dev/models/huggingface/${encodeURIComponent(repo)}`);
  await watchClicks(page);
  await page.waitForSelector('#bare');
  // The file is known, and the label has been there long enough for a click to count.
  await page.locator('rbee-run .detail', { hasText: 'Q4_K_M' }).waitFor();
  await page.locator('rbee-run .main:not(.new)').waitFor();
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
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

// Nothing known and nobody awake.
const [last = ''] = repos.slice(-1);
await open(last);
for (const worker of launched.context.serviceWorkers())
  await worker.evaluate(() => chrome.storage?.session.clear()).catch(() => {});
const session = await launched.context.newCDPSession(page);
await session.send('ServiceWorker.enable');
await session.send('ServiceWorker.stopAllWorkers');
const cold = await clickToPost('rbee-run .main', `${last}:model-Q4_K_M.gguf`);

await launched.close();
await Promise.all([hive.stop(), hub.stop(), site.stop()]);
await rm(folder, { recursive: true, force: true, maxRetries: 3 });

const ratio = median(times.ours) / median(times.bare);
console.log(`click to POST, ${rounds} rounds, medians:`);
console.log(`bare  ${median(times.bare).toFixed(1)} ms`);
console.log(`ours  ${median(times.ours).toFixed(1)} ms`);
console.log(`cold  ${cold.toFixed(1)} ms (one click)`);
console.log(`ratio ${ratio.toFixed(2)} (bound ${bound})`);
process.exitCode = ratio <= bound ? 0 : 1;
