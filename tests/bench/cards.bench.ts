/**
 * Main-thread time of the content scripts' own calls on a list page at 6x CPU throttling until all 50 buttons are in place,
 * against a minimal content script that adds 50 plain buttons in shadow roots; and their longest call
 * on a page of 1,000 cards.
 */
import type { Launched } from '../browser/launch.ts';
import { judge, median, startWorld } from './bench.ts';

const rounds = 11;

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

type TraceEvent = { ph: string; ts: number; dur?: number; args?: { data?: { url?: string } } };

/** Durations in ms of the extension's own calls from the start of the page until its buttons are in place, without nested ones. */
async function ownCalls({ context, extensionId }: Launched, cards: number): Promise<number[]> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
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
  await page.waitForFunction((n) => document.getElementsByTagName('rbee-run').length >= n, cards, patience);
  const trace = await browser?.stopTracing();
  await page.close();

  const { traceEvents } = JSON.parse(String(trace)) as { traceEvents: TraceEvent[] };
  const own = traceEvents
    .filter(({ ph, args }) => ph === 'X' && args?.data?.url?.includes(extensionId))
    .sort((a, b) => a.ts - b.ts);
  let end = 0;
  const outermost = own.filter(({ ts, dur = 0 }) => {
    const isNested = ts < end;
    end = Math.max(end, ts + dur);
    return !isNested;
  });
  return outermost.map(({ dur = 0 }) => dur / 1_000);
}

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);

const world = await startWorld();
const ours = await world.launch();
const bare = await world.launch(await world.writeExtension(minimal));
const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
// The first round only warms up.
for (let round = -1; round < rounds; round += 1) {
  const bareMs = sum(await ownCalls(bare, 50));
  const oursMs = sum(await ownCalls(ours, 50));
  if (round < 0) continue;
  times.bare.push(bareMs);
  times.ours.push(oursMs);
}
const longest: number[] = [];
for (let round = 0; round < 3; round += 1) longest.push(Math.max(...(await ownCalls(ours, 1_000))));
await world.stop();

const [bareMs, oursMs] = [median(times.bare), median(times.ours)];
console.log(`50 cards, ${rounds} rounds: ${bareMs.toFixed(0)} ms minimal, ${oursMs.toFixed(0)} ms ours`);
judge('content script, 50 cards, ratio (goal 2)', oursMs / bareMs, 2.5);
judge('content script, 1,000 cards, longest call in ms', median(longest), 50);
