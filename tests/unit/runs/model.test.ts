import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MessageType } from '../../../lib/messages/contract.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { activeStep, needsNoAction } from '../../../lib/runs/steps.ts';
import { type Clock, fakeClock } from './clock.ts';
import { t0 } from './samples.ts';
import { createSimBrowser, type SimBrowser, type Simulation, subjects } from './sim-browser.ts';

type Real = { browser: SimBrowser; clock: Clock };
/** Something that happens to the browser, the hive or the machine. */
type Incident = { name: string; act: (real: Real) => unknown };

/** A click on the run's subject, or the choice that the run waits for. */
const choosing = ({ subject, state }: Run) => ({ subject: state === 'choose' ? `${subject}:f.gguf` : subject });

/** Sends a request as a view does, without waiting for the reply, which may be an error. */
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

/** The user starts the worker with the displayed command. */
function runCommand({ browser }: Real, which: number): void {
  const runs = browser.runs();
  const { manual, model } = runs[which % Math.max(1, runs.length)] ?? {};
  if (manual && model) browser.hive.startManually(model, manual.port);
}

const onRun = (type: MessageType, request: (run: Run) => unknown = ({ id }) => ({ id })) =>
  fc.nat(3).map((which): Incident => ({ name: `${type} ${which}`, act: (real) => ask(real, type, request, which) }));
const plain = (name: string, act: Incident['act']) => fc.constant<Incident>({ name, act });
const passing = (...choices: number[]) =>
  fc.constantFrom(...choices).map((ms): Incident => ({ name: `${ms} ms pass`, act: ({ clock }) => clock.advance(ms) }));

const incidents: fc.WeightedArbitrary<Incident>[] = [
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(4), fc.constantFrom(1, 1, 2, 5)).map(
      ([which, times]): Incident => ({
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
  { weight: 2, arbitrary: onRun('run/resubmit') },
  { weight: 2, arbitrary: onRun('run/try-hive') },
  { weight: 1, arbitrary: onRun('run/sync', () => ({})) },
  { weight: 1, arbitrary: onRun('run/dismiss') },
  { weight: 1, arbitrary: onRun('run/stop') },
  { weight: 2, arbitrary: onRun('run/agree') },
  { weight: 2, arbitrary: onRun('run/start', choosing) },
  { weight: 7, arbitrary: plain('the service worker is terminated', ({ browser }) => browser.terminate()) },
  { weight: 4, arbitrary: plain('the hive is killed', ({ browser }) => browser.hive.kill()) },
  { weight: 5, arbitrary: plain('the hive starts', ({ browser }) => browser.hive.start()) },
  {
    weight: 3,
    arbitrary: plain('the hive restarts', ({ browser }) => {
      browser.hive.kill();
      browser.hive.start();
    }),
  },
  { weight: 4, arbitrary: plain('the streams are cut', ({ browser }) => browser.hive.cutStreams()) },
  { weight: 1, arbitrary: plain('another client cancels all jobs', ({ browser }) => browser.hive.cancelAll()) },
  {
    weight: 1,
    arbitrary: plain('another client downloads the model', ({ browser }) => browser.hive.addModel('org/a:f.gguf')),
  },
  { weight: 3, arbitrary: plain('a worker drops connections', ({ browser }) => browser.hive.dropNextProbe()) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(-6_000, -200_000, -3_600_000, 200_000, 8 * 3_600_000)
      .map((ms): Incident => ({ name: `the clock is set by ${ms} ms`, act: ({ clock }) => clock.set(clock.now + ms) })),
  },
  {
    weight: 2,
    arbitrary: plain('storage is full', ({ browser }) => {
      browser.area.quota = 10;
    }),
  },
  {
    weight: 4,
    arbitrary: plain('storage has space again', ({ browser }) => {
      browser.area.quota = undefined;
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .nat(3)
      .map((which): Incident => ({ name: `a command is run ${which}`, act: (real) => runCommand(real, which) })),
  },
  { weight: 1, arbitrary: plain('all workers end', ({ browser }) => browser.hive.killWorkers()) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('refused' as const, 'reply-lost' as const, 'timeout' as const, 'unreadable' as const)
      .map(
        (fault): Incident => ({
          name: `the next request: ${fault}`,
          act: ({ browser }) => browser.hive.failNext(fault),
        }),
      ),
  },
];

class Command implements fc.AsyncCommand<object, Real> {
  readonly incident: Incident;
  constructor(incident: Incident) {
    this.incident = incident;
  }
  check = () => true;
  toString = () => this.incident.name;
  async run(_model: object, real: Real): Promise<void> {
    await this.incident.act(real);
    await real.clock.settle();
    expect(real.browser.violations).toEqual([]);
  }
}

const plan = fc.record({
  outcome: fc.oneof(
    { weight: 9, arbitrary: fc.constant('works' as const) },
    { weight: 3, arbitrary: fc.constant('fails' as const) },
    { weight: 1, arbitrary: fc.constantFrom('reports-done' as const, 'hangs' as const) },
  ),
  text: fc.nat(9),
  seconds: fc.constantFrom(0, 1, 12, 90, 1_200),
  loadSeconds: fc.constantFrom(0, 0, 1, 8, 50, 140),
  crashes: fc.nat(7).map((n) => n === 0),
  cancelTooLate: fc.nat(5).map((n) => n === 0),
});
const condition = fc.record({ out: fc.constantFrom(0, 1, 4, 30), back: fc.constantFrom(0, 1, 4, 60) });
const simulation: fc.Arbitrary<Simulation> = fc.record({
  plans: fc.array(plan, { minLength: 6, maxLength: 6 }),
  conditions: fc.array(condition, { minLength: 5, maxLength: 5 }),
  telemetry: fc.boolean(),
  processList: fc.boolean(),
  binary: fc.nat(3).map((n) => n > 0),
  downloads: fc.constantFrom(1, 1, 1, 4),
});

const waitsFor = (run: Run): string | undefined => {
  const lost = run.steps.some(({ state, job }) => state === 'active' && job?.state === 'lost');
  const live = run.steps.some(({ state, job }) => state === 'active' && job?.state === 'live');
  if (run.state === 'choose') return 'the user';
  if (live) return 'a live job';
  if (lost && (run.state === 'downloading' || run.state === 'installing')) return 'a lost job';
  return undefined;
};

/** Spawns that should have ended, after 150 s and at most a minute between two checks. */
const overdueSpawns = ({ browser, clock }: Real): Run[] =>
  browser.runs().filter((run) => {
    const job = run.steps.find(({ name, state }) => name === 'spawn' && state === 'active')?.job;
    return run.state === 'starting' && job && (browser.startedAt(job.id) ?? clock.steady) < clock.steady - 240_000;
  });

/** Steps that wait for neither the hive nor the user: the extension has to continue them. */
const idleSteps = ({ browser, clock }: Real): string[] =>
  browser.runs().flatMap((run) => {
    const step = activeStep(run);
    if (!step || run.state === 'choose' || (step.retry?.at ?? 0) > clock.now) return [];
    const { job } = step;
    const isIdle =
      !job || job.state === 'posted' || (job.state === 'lost' && job.resubmit) || run.state === 'cancelling';
    return isIdle ? [`${run.id} ${run.attempt} ${run.state} ${step.name}`] : [];
  });

/** Lets hours pass without failures, while the hive is online and the user does what the runs wait for. */
async function letRunsFinish(real: Real): Promise<void> {
  const { browser, clock } = real;
  browser.hive.clearFaults();
  browser.hive.start();
  browser.area.quota = undefined;
  await browser.boot();
  for (let round = 0; round < 12; round += 1) {
    for (const minutes of [1, 4, 20, 125]) {
      await clock.advance(minutes * 60_000);
      if (minutes === 4) expect(overdueSpawns(real)).toEqual([]);
      if (browser.runs().every((run) => needsNoAction(run) || run.state === 'choose')) break;
    }
    expect(browser.violations).toEqual([]);
    const open = browser.runs().filter((run) => !needsNoAction(run));
    const reasons = open.map((run) => waitsFor(run));
    const blocked = reasons.some((reason) => reason !== undefined);
    for (const [index, run] of open.entries()) {
      if (reasons[index] !== undefined) continue;
      // Without a reason, a run waits in the queue behind one that has a reason.
      expect({ state: run.state, blocked }, JSON.stringify(run)).toEqual({ state: 'queued', blocked: true });
    }
    if (open.length === 0) break;
    for (const [index, run] of browser.runs().entries()) {
      if (waitsFor(run) === 'a lost job') await ask(real, 'run/resubmit', ({ id }) => ({ id }), index);
      if (run.choice === 'install') await ask(real, 'run/agree', ({ id }) => ({ id }), index);
      else if (run.choice === 'start-worker') {
        runCommand(real, index);
        await clock.advance(3_000);
        await ask(real, 'run/check', ({ id }) => ({ id }), index);
      } else if (run.choice) await ask(real, 'run/start', choosing, index);
    }
    const idle = idleSteps(real);
    await clock.advance(20_000);
    expect(idleSteps(real).filter((step) => idle.includes(step))).toEqual([]);
  }
  expect(browser.runs().filter((run) => !needsNoAction(run))).toEqual([]);
  await clock.advance(1_000);
  browser.checkStorage();
  expect(browser.violations).toEqual([]);
}

/** `npm run test:long` tests 10,000. */
const sequences = import.meta.env.MODE === 'long' ? 10_000 : 1_000;
const perTest = 125;
/** Another seed generates other sequences. A failure prints its seed and path. */
const seed = Number(process.env.SEED ?? 20_251_114);
const limitMs = 240_000;

describe('random sequences of events', () => {
  let clock: Clock;
  // Also runs after a failure, because replaced timers would affect the next test.
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it.each(Array.from({ length: Math.ceil(sequences / perTest) }, (_, index) => index))(
    'repeat no job, cause no wrong state, and leave every run ended or waiting for a known reason (%i)',
    async (index) => {
      const commands = fc.commands([fc.oneof(...incidents).map((incident) => new Command(incident))], {
        maxCommands: 30,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(simulation, commands, async (simulation, commands) => {
          clock = fakeClock(t0);
          const real = { browser: createSimBrowser(simulation, clock), clock };
          await click(real, 0, 1);
          await fc.asyncModelRun(() => ({ model: {}, real }), commands);
          await letRunsFinish(real);
        }),
        {
          numRuns: perTest,
          seed: seed + index,
          endOnFailure: Boolean(process.env.QUICK),
          interruptAfterTimeLimit: limitMs,
          markInterruptAsFailure: true,
        },
      );
    },
    limitMs + 60_000,
  );
});
