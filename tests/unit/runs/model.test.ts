import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageType } from '../../../lib/messages/contract.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { isFinished } from '../../../lib/runs/steps.ts';
import { type Clock, fakeClock } from './clock.ts';
import { t0 } from './samples.ts';
import { createSimBrowser, type SimBrowser, subjects, type World } from './sim-browser.ts';

type Real = { browser: SimBrowser; clock: Clock };
/** One thing that happens; `which` picks among what is there. */
type Deed = { name: string; act: (real: Real) => unknown };

/** As a view does: the answer is not waited for, and a refusal is no matter. */
/** A click on what the run is about, or the choice that it waits for. */
const choosing = ({ subject, state }: Run) => ({ subject: state === 'choose' ? `${subject}:f.gguf` : subject });

async function ask(real: Real, type: MessageType, request: (run: Run) => unknown, which: number): Promise<void> {
  const { commands, store } = await real.browser.boot();
  void store.ready.then(() => {
    const runs = real.browser.runs();
    const run = runs[which % Math.max(1, runs.length)];
    if (!run) return;
    const command = commands[type] as (request: unknown) => unknown;
    return Promise.resolve(command(request(run))).catch(() => {});
  });
}

async function click(real: Real, which: number, times: number): Promise<void> {
  const { commands } = await real.browser.boot();
  const subject = subjects[which % subjects.length] as string;
  for (let i = 0; i < times; i += 1) void Promise.resolve(commands['run/start']({ subject })).catch(() => {});
}

const onRun = (type: MessageType, request: (run: Run) => unknown = ({ id }) => ({ id })) =>
  fc.nat(3).map((which): Deed => ({ name: `${type} ${which}`, act: (real) => ask(real, type, request, which) }));
const plain = (name: string, act: Deed['act']) => fc.constant<Deed>({ name, act });
const passing = (...choices: number[]) =>
  fc.constantFrom(...choices).map((ms): Deed => ({ name: `${ms} ms pass`, act: ({ clock }) => clock.advance(ms) }));

const deeds: fc.WeightedArbitrary<Deed>[] = [
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(4), fc.constantFrom(1, 1, 2, 5)).map(
      ([which, times]): Deed => ({
        name: `${times} clicks on ${subjects[which]}`,
        act: (real) => click(real, which, times),
      }),
    ),
  },
  { weight: 10, arbitrary: passing(1, 10, 40, 100, 300) },
  { weight: 8, arbitrary: passing(1_500, 6_000, 20_000, 65_000) },
  { weight: 2, arbitrary: passing(160_000, 900_000) },
  { weight: 4, arbitrary: onRun('run/cancel') },
  { weight: 3, arbitrary: onRun('run/retry') },
  { weight: 2, arbitrary: onRun('run/check') },
  { weight: 2, arbitrary: onRun('run/again') },
  { weight: 1, arbitrary: onRun('run/sync', () => ({})) },
  { weight: 1, arbitrary: onRun('run/dismiss') },
  { weight: 1, arbitrary: onRun('run/stop') },
  { weight: 2, arbitrary: onRun('run/agree') },
  { weight: 2, arbitrary: onRun('run/start', choosing) },
  { weight: 7, arbitrary: plain('the service worker dies', ({ browser }) => browser.die()) },
  { weight: 4, arbitrary: plain('the hive dies', ({ browser }) => browser.hive.kill()) },
  { weight: 5, arbitrary: plain('the hive starts', ({ browser }) => browser.hive.start()) },
  {
    weight: 3,
    arbitrary: plain('the hive restarts', ({ browser }) => {
      browser.hive.kill();
      browser.hive.start();
    }),
  },
  { weight: 4, arbitrary: plain('the streams are cut', ({ browser }) => browser.hive.cutStreams()) },
  { weight: 1, arbitrary: plain('somebody else cancels', ({ browser }) => browser.hive.cancelAll()) },
  {
    weight: 1,
    arbitrary: plain('somebody else has the model', ({ browser }) => browser.hive.addModel('org/a:f.gguf')),
  },
  { weight: 3, arbitrary: plain('a worker drops connections', ({ browser }) => browser.hive.deafen()) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(-6_000, -200_000, -3_600_000, 200_000, 8 * 3_600_000)
      .map((ms): Deed => ({ name: `the clock is set by ${ms} ms`, act: ({ clock }) => clock.set(clock.now + ms) })),
  },
  {
    weight: 2,
    arbitrary: plain('storage takes nothing', ({ browser }) => {
      browser.area.quota = 10;
    }),
  },
  {
    weight: 4,
    arbitrary: plain('storage takes everything again', ({ browser }) => {
      browser.area.quota = undefined;
    }),
  },
  { weight: 1, arbitrary: plain('all workers die', ({ browser }) => browser.hive.killWorkers()) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('refused' as const, 'answer-lost' as const, 'timeout' as const, 'garbage' as const)
      .map((what): Deed => ({ name: `the next request: ${what}`, act: ({ browser }) => browser.hive.arm(what) })),
  },
];

class Command implements fc.AsyncCommand<object, Real> {
  readonly deed: Deed;
  constructor(deed: Deed) {
    this.deed = deed;
  }
  check = () => true;
  toString = () => this.deed.name;
  async run(_model: object, real: Real): Promise<void> {
    await this.deed.act(real);
    await real.clock.settle();
    expect(real.browser.broken).toEqual([]);
  }
}

const plan = fc.record({
  outcome: fc.oneof(
    { weight: 9, arbitrary: fc.constant('works' as const) },
    { weight: 3, arbitrary: fc.constant('fails' as const) },
    { weight: 1, arbitrary: fc.constantFrom('says-done' as const, 'hangs' as const) },
  ),
  text: fc.nat(9),
  seconds: fc.constantFrom(0, 1, 12, 90, 1_200),
  loadSeconds: fc.constantFrom(0, 0, 1, 8, 50, 140),
  crashes: fc.nat(7).map((n) => n === 0),
  deaf: fc.nat(5).map((n) => n === 0),
});
const way = fc.record({ out: fc.constantFrom(0, 1, 4, 30), back: fc.constantFrom(0, 1, 4, 60) });
const world: fc.Arbitrary<World> = fc.record({
  plans: fc.array(plan, { minLength: 6, maxLength: 6 }),
  ways: fc.array(way, { minLength: 5, maxLength: 5 }),
  telemetry: fc.boolean(),
  binary: fc.nat(3).map((n) => n > 0),
  downloads: fc.constantFrom(1, 1, 1, 4),
});

const waits = (run: Run): string | undefined => {
  const lost = run.steps.some(({ state, job }) => state === 'active' && job?.state === 'lost');
  const live = run.steps.some(({ state, job }) => state === 'active' && job?.state === 'live');
  if (run.state === 'choose') return 'a person';
  if (live) return 'a job under way';
  if (lost && (run.state === 'downloading' || run.state === 'installing')) return 'a job whose contact was lost';
  return undefined;
};

/** Starts that should have come to an end: 150 s, and a minute between looks. */
const startsLongAgo = ({ browser, clock }: Real): Run[] =>
  browser.runs().filter((run) => {
    const job = run.steps.find(({ name, state }) => name === 'spawn' && state === 'active')?.job;
    return run.state === 'starting' && job && (browser.startedAt(job.id) ?? clock.steady) < clock.steady - 240_000;
  });

/** Calm: the hive is there, nothing breaks, hours pass. Then a person does what the runs wait for. */
async function calmDown(real: Real): Promise<void> {
  const { browser, clock } = real;
  browser.hive.disarm();
  browser.hive.start();
  browser.area.quota = undefined;
  await browser.boot();
  for (let round = 0; round < 12; round += 1) {
    for (const minutes of [1, 4, 20, 125]) {
      await clock.advance(minutes * 60_000);
      if (minutes === 4) expect(startsLongAgo(real)).toEqual([]);
      if (browser.runs().every((run) => isFinished(run))) break;
    }
    expect(browser.broken).toEqual([]);
    const open = browser.runs().filter((run) => !isFinished(run));
    const reasons = open.map((run) => waits(run));
    const blocked = reasons.some((reason) => reason !== undefined);
    for (const [index, run] of open.entries()) {
      if (reasons[index] !== undefined) continue;
      // A run that waits for its turn waits for a named one.
      expect({ state: run.state, blocked }, JSON.stringify(run)).toEqual({ state: 'queued', blocked: true });
    }
    if (open.length === 0) break;
    for (const [index, run] of browser.runs().entries()) {
      if (waits(run) === 'a job whose contact was lost') await ask(real, 'run/again', ({ id }) => ({ id }), index);
      if (run.choice === 'install') await ask(real, 'run/agree', ({ id }) => ({ id }), index);
      else if (run.choice) await ask(real, 'run/start', choosing, index);
    }
  }
  expect(browser.runs().filter((run) => !isFinished(run))).toEqual([]);
  await clock.advance(1_000);
  browser.checkStorage();
  expect(browser.broken).toEqual([]);
}

const sequences = 10_000;
const chunks = 8;
/** Another number tries other sequences. A failure prints its own seed and path. */
const seed = Number(process.env.RUNS_SEED ?? 20_251_114);

describe('whatever happens in whatever order', () => {
  let clock: Clock;
  beforeEach(() => {
    clock = fakeClock(t0);
  });

  it.each(Array.from({ length: chunks }, (_, chunk) => chunk))(
    'nothing is done twice, nothing is claimed that is not so, and every run ends or says what it waits for (%i)',
    async (chunk) => {
      const commands = fc.commands([fc.oneof(...deeds).map((deed) => new Command(deed))], {
        maxCommands: 30,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(world, commands, async (world, commands) => {
          clock = fakeClock(t0);
          const real = { browser: createSimBrowser(world, clock), clock };
          await click(real, 0, 1);
          await fc.asyncModelRun(() => ({ model: {}, real }), commands);
          await calmDown(real);
        }),
        { numRuns: sequences / chunks, seed: seed + chunk, endOnFailure: Boolean(process.env.RUNS_QUICK) },
      );
    },
    120_000,
  );
});
