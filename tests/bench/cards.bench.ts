/**
 * What the content scripts add to the main-thread time of a list page at 6x CPU throttling until all 50 buttons are in place, compared with
 * a minimal content script that adds 50 plain buttons in shadow roots; their longest call on a page of 1,000 cards; and how their cost
 * grows from 500 to 2,000 cards.
 */
import type { Launched } from '../browser/launch.ts';
import { judge, median, startWorld } from './bench.ts';

const rounds = 11;

const nothing = {
  'manifest.json': JSON.stringify({
    manifest_version: 3,
    name: 'Nothing',
    version: '1',
    background: { service_worker: 'background.js' },
  }),
  'background.js': '',
};

const minimal = {
  'manifest.json': JSON.stringify({
    manifest_version: 3,
    name: 'Minimal',
    version: '1',
    background: { service_worker: 'background.js' },
    content_scripts: [{ matches: ['https://marketplace.rbee.dev/*'], js: ['page.js'], run_at: 'document_idle' }],
  }),
  'background.js': '',
  // React removes foreign elements while it hydrates, so this waits for an event.
  'page.js': `addEventListener('hydrated', () => {
    for (const card of document.querySelectorAll('main main a')) {
      const host = document.createElement('rbee-run');
      const root = host.attachShadow({ mode: 'closed' });
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Run';
      button.addEventListener('click', () => {});
      root.append(button);
      card.append(host);
    }
  });`,
};

type Cost = { totalMs: number; longestCallMs: number };
type TraceEvent = { ph: string; dur?: number; args?: { data?: { url?: string } } };

/** Script, style and layout time of the main thread until all buttons are in place, and the longest call of the extension. */
async function cost({ context, extensionId }: Launched, cards: number, buttons = cards): Promise<Cost> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  // Time of the thread, not of the clock: other processes do not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const browser = context.browser();
  await browser?.startTracing(page, { categories: ['devtools.timeline'] });
  await page.goto(`https://marketplace.rbee.dev/models/huggingface?cards=${cards}`);
  const patience = { polling: 200, timeout: 120_000 };
  await page.waitForFunction(
    (wanted) => {
      const all = [...document.querySelectorAll('main main a')];
      const isHydrated = (card: Element) => Object.keys(card).some((key) => key.startsWith('__reactProps'));
      return all.length === wanted && all.every(isHydrated);
    },
    cards,
    patience,
  );
  await page.evaluate(() => dispatchEvent(new Event('hydrated')));
  await page.waitForFunction((n) => document.getElementsByTagName('rbee-run').length >= n, buttons, patience);
  const { metrics } = await session.send('Performance.getMetrics');
  const trace = await browser?.stopTracing();
  await page.close();

  const { traceEvents } = JSON.parse(String(trace)) as { traceEvents: TraceEvent[] };
  const own = traceEvents.filter(({ ph, args }) => ph === 'X' && args?.data?.url?.includes(extensionId));
  const seconds = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].map(
    (wanted) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN,
  );
  return {
    totalMs: 1_000 * seconds.reduce((sum, value) => sum + value, 0),
    longestCallMs: Math.max(...own.map(({ dur = 0 }) => dur / 1_000)),
  };
}

const world = await startWorld();
const ours = await world.launch();
const bare = await world.launch(await world.writeExtension(minimal));
const none = await world.launch(await world.writeExtension(nothing));
const totals: Record<'none' | 'bare' | 'ours', number[]> = { none: [], bare: [], ours: [] };
// The first round only warms up.
for (let round = -1; round < rounds; round += 1) {
  const measured = { none: await cost(none, 50, 0), bare: await cost(bare, 50), ours: await cost(ours, 50) };
  if (round < 0) continue;
  for (const who of ['none', 'bare', 'ours'] as const) totals[who].push(measured[who].totalMs);
}
const added = async (cards: number) => (await cost(ours, cards)).totalMs - (await cost(none, cards, 0)).totalMs;
const [few, many]: [number[], number[]] = [[], []];
for (let round = 0; round < 5; round += 1) {
  few.push(await added(500));
  many.push(await added(2_000));
}
const longest: number[] = [];
for (let round = 0; round < 3; round += 1) longest.push((await cost(ours, 1_000)).longestCallMs);
await world.stop();

const bareMs = median(totals.bare) - median(totals.none);
const oursMs = median(totals.ours) - median(totals.none);
console.log(
  `50 cards, ${rounds} rounds: the minimal content script adds ${bareMs.toFixed(0)} ms, ours ${oursMs.toFixed(0)} ms`,
);
judge('content script, 50 cards, ratio (goal 2)', oursMs / bareMs, 2.5);
judge('content script, 1,000 cards, longest call in ms', median(longest), 50);
// Four times the cards may cost four times as much; a quarter more is tolerance.
judge('content script, 2,000 cards compared with 500', median(many) / median(few), 5);
