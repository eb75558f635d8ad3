/**
 * What the extension costs a page's main thread, by the number of cards: the page's script, style and layout time with it less
 * the time without it, in one run. `npm run bench`; ends with exit code 1 where the cost of
 * a card grows with their number.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { browserPath } from '../browser/ensure-browser.ts';
import { launchWithExtension } from '../browser/launch.ts';
import { routeArguments } from '../browser/routes.ts';
import { startHive } from '../hive/start-hive.ts';
import { startHub } from '../hub/start-hub.ts';
import { createCertificate, startSite } from '../site/server.ts';

const few = 500;
const many = 2_000;
const rounds = 15;
/** Four times the cards at the cost of four times as much, and a quarter for what such a small number of rounds misses. */
const bound = (many / few) * 1.25;

const folder = await mkdtemp(join(tmpdir(), 'rbee-bench-'));
const certificate = await createCertificate();
const site = await startSite({ certificate });
const hub = await startHub({ tls: certificate });
const hive = await startHive({ kind: 'better', hub: hub.url });
const routes = { site: site.port, hub: hub.tlsPort, hive: hive.port };
const launched = await launchWithExtension({ profile: join(folder, 'with'), routes });
const without = await chromium.launchPersistentContext(join(folder, 'without'), {
  executablePath: browserPath(),
  args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...routeArguments(routes)],
});

/** Milliseconds of the main thread until the page stands, with its buttons where there are any. */
async function cost(context: BrowserContext, cards: number, hosts: number): Promise<number> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`https://marketplace.rbee.dev/models/huggingface?cards=${cards}`);
  await page.waitForFunction(
    ([cards, hosts]) =>
      document.querySelectorAll('main main a').length === cards &&
      document.getElementsByTagName('rbee-run').length === hosts,
    [cards, hosts] as const,
    { polling: 500 },
  );
  const { metrics } = await session.send('Performance.getMetrics');
  await page.close();
  const seconds = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].map(
    (wanted) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN,
  );
  return 1_000 * seconds.reduce((sum, value) => sum + value, 0);
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const costs = new Map<number, number[]>([
  [few, []],
  [many, []],
]);
// The first round only warms up.
for (let round = -1; round < rounds; round += 1) {
  for (const [cards, list] of costs) {
    const bare = await cost(without, cards, 0);
    const ours = await cost(launched.context, cards, cards);
    if (round >= 0) list.push(ours - bare);
  }
}
await Promise.all([launched.close(), without.close()]);
await Promise.all([hive.stop(), hub.stop(), site.stop()]);
await rm(folder, { recursive: true, force: true, maxRetries: 3 });

console.log(`what the extension adds to the main thread, ${rounds} rounds, medians:`);
for (const [cards, list] of costs)
  console.log(`${cards} cards  ${median(list).toFixed(0)} ms, ${(median(list) / cards).toFixed(3)} ms a card`);
const ratio = median(costs.get(many) ?? []) / median(costs.get(few) ?? []);
console.log(`ratio ${ratio.toFixed(2)} for ${many / few} times the cards (bound ${bound})`);
process.exitCode = ratio <= bound ? 0 : 1;
