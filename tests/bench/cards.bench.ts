/**
 * What the content scripts cost on a list page until all buttons are in place. At 6x CPU throttling: the main-thread time of their own calls
 * with 50 cards, compared with a minimal content script that adds 50 plain buttons in shadow roots; and their longest call with 1,000 cards.
 * Without throttling: how much more main-thread time the page takes, with styles and layout, and how that grows from 500 to 2,000 cards.
 */
import type { CDPSession, Page } from '@playwright/test';
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
  'page.js': `function add() {
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
  }
  addEventListener('hydrated', () => setTimeout(add));`,
};

type Measured<T> = (page: Page, session: CDPSession, load: () => Promise<void>) => Promise<T>;

/** Measures one load of a list page, from the navigation until all buttons are in place. */
async function measure<T>(
  { context }: Launched,
  cards: number,
  buttons: number,
  measured: Measured<T>,
  throttling = 6,
): Promise<T> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: throttling });
  const patience = { polling: 200, timeout: 120_000 };
  const result = await measured(page, session, async () => {
    await page.goto(`https://marketplace.rbee.dev/models/huggingface?cards=${cards}`);
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
  });
  await page.close();
  return result;
}

/** Script, style and layout time of the main thread in ms. Other processes do not count. */
const mainThread = (of: Launched, cards: number, buttons = cards): Promise<number> =>
  measure(
    of,
    cards,
    buttons,
    async (_, session, load) => {
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      await load();
      const { metrics } = await session.send('Performance.getMetrics');
      const wanted = new Set(['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']);
      return 1_000 * metrics.reduce((sum, { name, value }) => sum + (wanted.has(name) ? value : 0), 0);
    },
    1,
  );

type TraceEvent = { ph: string; ts: number; dur?: number; args?: { data?: { url?: string } } };

/** The calls from the browser into code of the extension: when they began and how long they took, in ms. */
const ownCalls = (of: Launched, cards: number): Promise<{ at: number; ms: number }[]> =>
  measure(of, cards, cards, async (page, _, load) => {
    const browser = of.context.browser();
    await browser?.startTracing(page, { categories: ['devtools.timeline'] });
    await load();
    const { traceEvents } = JSON.parse(String(await browser?.stopTracing())) as { traceEvents: TraceEvent[] };
    return traceEvents
      .filter(({ ph, args }) => ph === 'X' && args?.data?.url?.includes(of.extensionId))
      .map(({ ts, dur = 0 }) => ({ at: ts / 1_000, ms: dur / 1_000 }));
  });

/** The time of all calls together. */
async function ownTime(of: Launched, cards: number): Promise<number> {
  let total = 0;
  let end = 0;
  // A call may be part of another one.
  for (const { at, ms } of (await ownCalls(of, cards)).toSorted((a, b) => a.at - b.at)) {
    if (at < end) continue;
    total += ms;
    end = at + ms;
  }
  return total;
}

const longestCall = async (of: Launched, cards: number): Promise<number> =>
  Math.max(...(await ownCalls(of, cards)).map(({ ms }) => ms));

const world = await startWorld();
const ours = await world.launch();
const plain = await world.launch(await world.writeExtension(minimal));
const none = await world.launch(await world.writeExtension(nothing));

/** Each list has one value per round; the first round only warms up. */
async function alternate(times: number, first: () => Promise<number>, second: () => Promise<number>) {
  const values: [number[], number[]] = [[], []];
  for (let round = -1; round < times; round += 1) {
    const [a, b] = [await first(), await second()];
    if (round < 0) continue;
    values[0].push(a);
    values[1].push(b);
  }
  return values;
}

const [minimalMs, oursMs] = await alternate(
  rounds,
  () => ownTime(plain, 50),
  () => ownTime(ours, 50),
);
const added = async (cards: number) => (await mainThread(ours, cards)) - (await mainThread(none, cards, 0));
const [few, many] = await alternate(
  5,
  () => added(500),
  () => added(2_000),
);
const longest: number[] = [];
for (let round = 0; round < 5; round += 1) longest.push(await longestCall(ours, 1_000));
await world.stop();

console.log(
  `50 cards, ${rounds} rounds: own calls take ${median(oursMs).toFixed(1)} ms, those of the minimal content script ${median(minimalMs).toFixed(1)} ms`,
);
judge('content script, 50 cards, ratio', median(oursMs) / median(minimalMs), 2.5);
judge('content script, 1,000 cards, longest call in ms', median(longest), 50);
// Four times the cards may cost four times as much; a quarter more is tolerance.
judge('content script, 2,000 cards compared with 500', median(many) / median(few), 5);
