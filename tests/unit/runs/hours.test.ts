import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageType } from '../../../lib/messages/contract.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { type Clock, fakeClock } from './clock.ts';
import { jobOf, jobState, stepOf, t0 } from './samples.ts';
import { createSimBrowser, type SimBrowser, type World } from './sim-browser.ts';
import type { Plan, Way } from './sim-hive.ts';

const works: Plan = { outcome: 'works', text: 0, seconds: 40, loadSeconds: 1, crashes: false, deaf: false };
const slow: Plan = { ...works, seconds: 20_000 };
const quick: Way = { out: 1, back: 1 };
const minute = 60_000;
const hour = 60 * minute;

let clock: Clock;
let browser: SimBrowser;

function open(world: Partial<World> = {}): void {
  clock = fakeClock(t0);
  browser = createSimBrowser(
    { plans: [works], ways: [quick], telemetry: true, lists: true, binary: true, downloads: 1, ...world },
    clock,
  );
}
beforeEach(() => open());

async function click(subject = 'hf:org/a'): Promise<void> {
  const { commands } = await browser.boot();
  void commands['run/start']({ subject });
  await clock.advance(200);
}
async function ask(type: MessageType): Promise<void> {
  const { commands, store } = await browser.boot();
  await clock.advance(100);
  await store.ready;
  void (commands[type] as (request: unknown) => Promise<unknown>)({ id: run().id });
  await clock.settle();
}
const run = (index = 0): Run => browser.runs()[index] as Run;
const seen = (from = 0): string[] => browser.hive.requests.slice(from).map(({ what }) => what);
const count = (what: string): number => seen().filter((each) => each === what).length;
/** Lets time pass until it is so, in steps of a second. */
async function until(is: () => boolean, within = hour): Promise<void> {
  for (let passed = 0; !is(); passed += 1_000) {
    if (passed > within)
      throw new Error(`Not so within ${within} ms: ${is}\n${JSON.stringify(browser.runs(), null, 1)}`);
    await clock.advance(1_000);
  }
}
/** The same to the millisecond, for what happens at once. */
async function untilSoon(is: () => boolean): Promise<void> {
  for (let passed = 0; !is(); passed += 1) {
    if (passed > 1_000) throw new Error(`Not so within a second: ${is}`);
    await clock.advance(1);
  }
}
const longestGap = (from: number): number => {
  const times = browser.hive.requests.slice(from).map(({ at }) => at);
  return Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)));
};

describe('a click', () => {
  it('ends in a running worker, and then nothing is asked any more', async () => {
    await click();
    await until(() => run().state === 'running');
    expect(browser.broken).toEqual([]);
    const asked = browser.hive.requests.length;
    await clock.advance(3 * hour);
    expect(seen(asked)).toEqual([]);
  });

  it('while the hive is down waits for it, looks at most every 30 s, and starts by itself', async () => {
    browser.hive.kill();
    await click();
    expect(run().state).toBe('offline');
    const asked = browser.hive.requests.length;
    await clock.advance(10 * minute);
    expect(seen(asked).length).toBeLessThanOrEqual(20);
    browser.hive.start();
    await until(() => run().state === 'running', 3 * minute);
    expect(count('POST model_download')).toBe(1);
  });

  it('keeps its place in the queue over the death of the service worker', async () => {
    open({ plans: [{ ...works, seconds: 600 }, works] });
    await click('hf:org/a');
    await click('hf:org/b');
    await click('hf:org/c');
    browser.die();
    await until(() => run(2)?.state === 'running', 3 * hour);
    const posts = browser.hive.jobs.filter(({ operation }) => operation.operation === 'model_download');
    expect(posts.map(({ operation }) => operation.model)).toEqual(['org/a:f.gguf', 'org/b:f.gguf', 'org/c:f.gguf']);
  });
});

describe('a request that is lost', () => {
  it('as a POST leaves a job that never runs, and the run sends another', async () => {
    await click('hf:org/choose');
    browser.hive.arm('answer-lost');
    await click();
    await until(() => run(1).state === 'running');
    expect(browser.hive.jobs.filter(({ state }) => state === 'stored')).toHaveLength(1);
    expect(
      browser.hive.jobs.filter(({ operation, state }) => operation.operation === 'model_download' && state === 'done'),
    ).toHaveLength(1);
  });

  it.each([
    ['refused', undefined],
    ['timeout', undefined],
    ['answer-lost', ['found-after-loss']],
    ['garbage', ['found-after-loss']],
  ] as const)('as the GET of a stream (%s) is asked for again, because that harms nothing', async (trouble, notes) => {
    const { commands } = await browser.boot();
    void commands['run/start']({ subject: 'hf:org/a' });
    await untilSoon(() => count('POST model_download') === 1);
    browser.hive.arm(trouble);
    await until(() => run().state === 'running');
    expect(count('POST model_download')).toBe(1);
    expect(count('GET model_download')).toBe(2);
    expect(run().notes).toEqual(notes);
  });

  it('as the GET of a stream is asked for until it is there: before that nobody has begun', async () => {
    const { commands } = await browser.boot();
    void commands['run/start']({ subject: 'hf:org/a' });
    await untilSoon(() => count('POST model_download') === 1);
    browser.hive.arm(...Array.from({ length: 8 }, () => 'timeout' as const));
    await until(() => run().state === 'running');
    expect(count('POST model_download')).toBe(1);
    expect(count('GET model_download')).toBe(9);
    expect(run().notes).toBeUndefined();
  });

  it('as an answer nobody can read is asked for again', async () => {
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.arm('garbage', 'garbage', 'garbage');
    await until(() => run().state === 'running');
    expect(count('models')).toBe(4);
    expect(count('POST model_download')).toBe(1);
  });

  it('for ever ends the run with what the hive said it had done unproven', async () => {
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.arm(...Array.from({ length: 50 }, () => 'garbage' as const));
    await until(() => run().state === 'failed');
    expect(run().failure).toMatchObject({ code: 'hive-protocol', step: 'download' });
  });
});

describe('a download whose contact was lost', () => {
  beforeEach(async () => {
    open({ plans: [slow, works] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.cutStreams();
    await clock.advance(100);
  });

  it('has no deadline while its hive answers, and is looked for at least once a minute', async () => {
    const asked = browser.hive.requests.length;
    await clock.advance(5 * hour);
    expect(run().state).toBe('downloading');
    expect(jobState(run())).toBe('lost');
    expect(count('POST model_download')).toBe(1);
    expect(longestGap(asked)).toBeLessThanOrEqual(minute + 1_000);
    await until(() => run().state === 'running', 2 * hour);
    expect(run().notes).toEqual(['found-after-loss']);
  });

  it('is looked for with growing patience', async () => {
    const asked = browser.hive.requests.length - 1;
    await clock.advance(3 * minute);
    const times = browser.hive.requests.slice(asked).map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? 0)) / 1_000));
    expect(gaps.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it('is looked for at once when a person asks', async () => {
    await clock.advance(10 * minute);
    const asked = browser.hive.requests.length;
    await ask('run/check');
    await clock.advance(50);
    expect(seen(asked)).toEqual(['models']);
  });

  it('is cancelled before it is sent again for a person', async () => {
    await clock.advance(10 * minute);
    const asked = browser.hive.requests.length;
    await ask('run/again');
    await clock.advance(300);
    expect(seen(asked).filter((what) => /POST|GET|DELETE/.test(what))).toEqual([
      'DELETE model_download',
      'POST model_download',
      'GET model_download',
    ]);
    expect(browser.hive.jobs.map(({ state }) => state)).toEqual(['cancelled', 'running']);
  });

  it('is cancelled at once, not at the next look', async () => {
    await clock.advance(10 * minute);
    await ask('run/cancel');
    await clock.advance(200);
    expect(run()).toMatchObject({ state: 'cancelled' });
    expect(count('DELETE model_download')).toBe(1);
  });

  it('goes on where it was when the browser was closed for a night', async () => {
    browser.die();
    await clock.advance(50);
    await until(() => run()?.state === 'running', 6 * hour);
    expect(count('POST model_download')).toBe(1);
  });
});

describe('a hive that restarts during a download', () => {
  beforeEach(async () => {
    open({ plans: [slow] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
  });
  const restart = async (awayFor: number) => {
    browser.hive.kill();
    await clock.advance(awayFor);
    browser.hive.start();
    await clock.advance(2 * minute);
  };

  it('is sent the download again, and the run says so', async () => {
    await restart(10_000);
    expect(run()).toMatchObject({ state: 'downloading', notes: ['sent-again'] });
    expect(stepOf(run(), 'download').resubmits).toBe(1);
    expect(count('POST model_download')).toBe(2);
  });

  it('is sent it three times, and not a fourth', async () => {
    for (let i = 0; i < 4; i += 1) await restart(10_000);
    expect(count('POST model_download')).toBe(4);
    expect(run()).toMatchObject({ state: 'failed', failure: { code: 'job-lost', step: 'download' } });
  });

  it('is sent nothing where the model is in its catalog', async () => {
    browser.hive.kill();
    await clock.advance(10_000);
    browser.hive.addModel('org/a:f.gguf');
    browser.hive.start();
    await until(() => run().state === 'running');
    expect(count('POST model_download')).toBe(1);
  });

  it('and was not seen down is asked nothing twice: nobody knows that it restarted', async () => {
    await restart(0);
    await clock.advance(hour);
    expect(count('POST model_download')).toBe(1);
    expect(run().state).toBe('downloading');
  });

  it('is not believed to be down for one lost connection', async () => {
    browser.hive.arm('refused');
    browser.hive.cutStreams();
    await clock.advance(hour);
    expect(jobOf(run())).not.toHaveProperty('downAt');
    expect(count('POST model_download')).toBe(1);
  });
});

describe('what a hive says is there', () => {
  it('is no failure while the hive cannot be asked, and is found once it is back', async () => {
    browser.hive.addModel('org/a:f.gguf');
    const { commands } = await browser.boot();
    void commands['run/start']({ subject: 'hf:org/a' });
    await untilSoon(() => run()?.steps.some(({ job }) => job?.state === 'ended'));
    browser.hive.kill();
    await clock.advance(10 * minute);
    expect(run().state).toBe('downloading');
    browser.hive.start();
    await until(() => run().state === 'running');
    expect(run().notes).toEqual(['already-there']);
  });

  it('is a failure where its list does not have it', async () => {
    open({ plans: [{ ...works, outcome: 'says-done' }] });
    await click();
    await until(() => run().state === 'failed', minute);
    expect(run().failure).toMatchObject({ code: 'hive-protocol', step: 'download' });
    expect(clock.now - t0).toBeLessThan(20_000);
  });
});

describe('a spawn', () => {
  const spawning = async (plan: Partial<Plan>, world: Partial<World> = {}) => {
    open({ plans: [works, { ...works, ...plan }], ...world });
    browser.hive.addModel('org/a:f.gguf');
    const { commands } = await browser.boot();
    void commands['run/start']({ subject: 'hf:org/a' });
    await untilSoon(() => count('GET worker_spawn') === 1);
  };

  it('without evidence leads to the manual start after 150 s', async () => {
    await spawning({ outcome: 'says-done', crashes: true });
    const began = clock.now;
    await clock.advance(149_000);
    expect(run().state).toBe('starting');
    await until(() => run().choice === 'start-worker', 10_000);
    expect(clock.now - began).toBeLessThan(160_000);
    expect(run().hiveFailure).toMatchObject({ code: 'spawn-unproven', text: 'http://localhost:8080' });
  });

  it('without evidence has its 150 s also if the clock is set back', async () => {
    await spawning({ outcome: 'says-done', crashes: true });
    await clock.advance(10_000);
    clock.set(clock.now - hour);
    const then = clock.now;
    await until(() => run().choice === 'start-worker', 5 * minute);
    expect(clock.now - then).toBeGreaterThan(140_000);
  });

  it('is looked for 150 s after its stream was opened, where that tells nothing any more', async () => {
    await spawning({ outcome: 'hangs', loadSeconds: 5 });
    await clock.advance(149_000);
    expect(run().state).toBe('starting');
    await until(() => run().state === 'running', 5_000);
    expect(count('POST worker_spawn')).toBe(1);
  });

  it.each([
    ['the machine slept for a night', 8 * hour],
    ['the clock was set', 200_000],
  ])('has its time also where %s', async (_, ms) => {
    await spawning({ loadSeconds: 60 });
    await clock.advance(10_000);
    clock.set(clock.now + ms);
    await until(() => run().state !== 'starting', 2 * minute);
    expect(run().state).toBe('running');
  });

  it('that was seen to be gone is not found again in who has its port now', async () => {
    await spawning({ loadSeconds: 1 }, { telemetry: false });
    await until(() => run().state === 'running');
    browser.hive.killWorkers();
    await clock.advance(10_000);
    await ask('run/sync');
    await until(() => run().state === 'stopped', 5_000);
    browser.hive.addStranger(8080);
    await ask('run/retry');
    await until(() => run().state === 'running');
    expect(count('POST worker_spawn')).toBe(2);
    expect(run().worker).toMatchObject({ port: 8081 });
  });

  it('that loads its model for longer than the hive waits runs all the same', async () => {
    await spawning({ outcome: 'says-done', loadSeconds: 140 });
    await until(() => run().state === 'running', 160_000);
  });

  it('is never sent again by itself, however often its hive restarts', async () => {
    await spawning({ loadSeconds: 100 });
    await clock.advance(1_000);
    for (let i = 0; i < 3; i += 1) {
      browser.hive.kill();
      await clock.advance(5_000);
      browser.hive.start();
      await clock.advance(5_000);
    }
    await until(() => run().state === 'running', 160_000);
    expect(count('POST worker_spawn')).toBe(1);
    expect(run().notes).toContain('found-after-loss');
  });

  it('that a hive had no time to begin is lost with it', async () => {
    await spawning({ loadSeconds: 1 });
    browser.hive.kill();
    await clock.advance(5_000);
    browser.hive.start();
    await until(() => run().state === 'failed', 200_000);
    expect(run().failure).toMatchObject({ code: 'job-lost', step: 'spawn' });
    expect(count('POST worker_spawn')).toBe(1);
  });

  it('whose service worker died before the port was told is found by the telemetry', async () => {
    await spawning({ loadSeconds: 20 });
    browser.die();
    await until(() => run()?.state === 'running', 3 * minute);
    expect(run().worker).toMatchObject({ port: 8080, pid: 1001 });
    expect(count('POST worker_spawn')).toBe(1);
  });

  it('whose service worker died before the port was told cannot be proven without telemetry', async () => {
    await spawning({ loadSeconds: 20 }, { telemetry: false });
    browser.die();
    await until(() => run()?.choice === 'start-worker', 4 * minute);
    expect(run().hiveFailure).toMatchObject({ code: 'spawn-unproven', text: '' });
  });

  it('that is cancelled leaves no process', async () => {
    await spawning({ loadSeconds: 100 });
    await clock.advance(500);
    await ask('run/cancel');
    await clock.advance(500);
    expect(run()).toMatchObject({ state: 'cancelled' });
    expect(run().notes ?? []).not.toContain('process-may-remain');
    expect(browser.hive.processes.every(({ diedAt }) => diedAt !== undefined)).toBe(true);
  });

  it('that was lost before its port and is cancelled is stopped by what the telemetry shows', async () => {
    await spawning({ loadSeconds: 100 });
    browser.die();
    await clock.advance(500);
    await ask('run/cancel');
    await clock.advance(500);
    expect(run()).toMatchObject({ state: 'cancelled' });
    expect(run().notes ?? []).not.toContain('process-may-remain');
    expect(browser.hive.processes.map(({ diedAt }) => diedAt !== undefined)).toEqual([true]);
  });

  it('that was lost before its port and is cancelled may leave a process where there is no telemetry, and says so', async () => {
    await spawning({ loadSeconds: 100 }, { telemetry: false });
    browser.die();
    await clock.advance(500);
    await ask('run/cancel');
    await clock.advance(500);
    expect(run()).toMatchObject({ state: 'cancelled', notes: expect.arrayContaining(['process-may-remain']) });
  });
});

describe('a cancel', () => {
  it('that is asked for again and again is one DELETE', async () => {
    open({ plans: [slow] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    const { commands } = await browser.boot();
    for (let i = 0; i < 5; i += 1) void commands['run/cancel']({ id: run().id });
    await clock.advance(15_000);
    expect(run().state).toBe('cancelled');
    expect(count('DELETE model_download')).toBe(1);
  });

  it('that comes too late says that the hive finished first', async () => {
    open({ plans: [{ ...slow, deaf: true }] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    await ask('run/cancel');
    await clock.advance(5_000);
    expect(run()).toMatchObject({ state: 'cancelled', notes: ['finished-first'] });
  });

  it('of a download that was looked for in vain is sent again where the answer is none', async () => {
    open({ plans: [slow] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.cutStreams();
    await clock.advance(10 * minute);
    expect(jobOf(run()).checks).toBeGreaterThan(5);
    browser.hive.arm('garbage');
    await ask('run/cancel');
    await clock.advance(minute);
    expect(run().state).toBe('cancelled');
    expect(count('DELETE model_download')).toBe(2);
  });

  it('of what the hive said was done, before it went for good, ends all the same', async () => {
    open({ plans: [{ ...slow, deaf: true }] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    await ask('run/cancel');
    await untilSoon(() => run().steps.some(({ job }) => job?.state === 'ended'));
    browser.hive.kill();
    await until(() => run().state === 'cancelled', 5 * minute);
    expect(count('DELETE model_download')).toBe(1);
  });

  it('of a run that waits for its hive asks nobody', async () => {
    browser.hive.kill();
    await click();
    const asked = browser.hive.requests.length;
    await ask('run/cancel');
    await clock.advance(minute);
    expect(run().state).toBe('cancelled');
    expect(seen(asked)).toEqual([]);
  });

  it('while the hive is away is remembered, over the death of the service worker too, and sent when it is back', async () => {
    open({ plans: [slow] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.kill();
    await clock.advance(minute);
    await ask('run/cancel');
    await clock.advance(minute);
    browser.die();
    await clock.advance(30 * minute);
    expect(run().state).toBe('cancelling');
    browser.hive.start();
    await until(() => run().state === 'cancelled', 3 * minute);
    expect(browser.hive.requests.at(-1)?.what).toBe('DELETE model_download');
  });

  it('of a hive that never comes back is tried at most twice a minute, and ends after a day', async () => {
    open({ plans: [slow] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.kill();
    await ask('run/cancel');
    await clock.advance(10 * minute);
    const asked = browser.hive.requests.length;
    await clock.advance(hour);
    // Each try is the DELETE and a second look at whether the hive is there.
    expect(seen(asked).length).toBeLessThanOrEqual(2 * 61);
    expect(run().state).toBe('cancelling');
    await clock.advance(24 * hour);
    expect(run().state).toBe('cancelled');
    const over = browser.hive.requests.length;
    await clock.advance(hour);
    expect(seen(over)).toEqual([]);
  });
});

describe('a worker’s page', () => {
  it('installs what is missing', async () => {
    open({ binary: false });
    await click('worker:llm-worker-rbee-cpu');
    await until(() => run().state === 'installed');
    expect(count('POST worker_install')).toBe(1);
  });

  it('builds nothing where the binary is there', async () => {
    await click('worker:llm-worker-rbee-cpu');
    await until(() => run().state === 'installed');
    expect(run().notes).toEqual(['already-there']);
    expect(count('POST worker_install')).toBe(0);
  });
});

describe('a model whose worker binary is missing', () => {
  it('asks before it builds, and does not build again in the next attempt', async () => {
    open({ binary: false, plans: [works, works, { ...works, outcome: 'fails', text: 0 }, works] });
    await click();
    await until(() => run().state === 'choose');
    expect(run().choice).toBe('install');
    await ask('run/agree');
    await until(() => run().state === 'failed');
    expect(run().failure?.step).toBe('spawn');
    await ask('run/retry');
    await until(() => run().state === 'running');
    expect(count('POST worker_install')).toBe(1);
  });
});

describe('a hive that cannot start a worker', () => {
  const cannotSpawn: Plan = { ...works, outcome: 'fails', text: 1 };
  const waitForCommand = async (world: Partial<World> = {}) => {
    open({ plans: [works, cannotSpawn], ...world });
    await click();
    await until(() => run()?.choice === 'start-worker');
  };
  const polls = (from: number) => seen(from).filter((what) => what === 'processes').length;

  it('is asked for the worker every 30 s for 10 minutes, then every 5 minutes for 2 hours, and then no more', async () => {
    await waitForCommand();
    await clock.advance(5 * minute);
    const counts: number[] = [];
    for (const minutes of [4, 10, 100, 600]) {
      const from = browser.hive.requests.length;
      await clock.advance(minutes * minute);
      counts.push(polls(from));
    }
    // A poll lists the processes twice: for the worker, and for a free port.
    expect(counts[0]).toBeGreaterThanOrEqual(14);
    expect(counts[0]).toBeLessThanOrEqual(18);
    expect(counts[2]).toBeGreaterThanOrEqual(38);
    expect(counts[2]).toBeLessThanOrEqual(42);
    const from = browser.hive.requests.length;
    await clock.advance(10 * hour);
    expect(seen(from)).toEqual([]);
    browser.hive.startManually('org/a:f.gguf', run().manual?.port ?? 0);
    await clock.advance(3_000);
    await ask('run/check');
    await until(() => run().state === 'running', 5_000);
  });

  it.each([true, false])(
    'ends in the worker that the user started, over terminations of the service worker (process list: %s)',
    async (lists) => {
      await waitForCommand({ lists });
      browser.die();
      await clock.advance(20 * minute);
      browser.die();
      browser.hive.startManually('org/a:f.gguf', (await stored()).manual?.port ?? 0);
      await until(() => run()?.state === 'running', 6 * minute);
      expect(count('POST worker_spawn')).toBe(1);
      expect(run().worker?.pid !== undefined).toBe(lists);
    },
  );

  it('and reports an error while the worker runs is believed only after 150 s', async () => {
    open({ plans: [works, { ...cannotSpawn, text: 2, loadSeconds: 100 }] });
    await click();
    await until(() => run()?.state === 'running', 3 * minute);
    expect(browser.broken).toEqual([]);
  });

  const stored = async () => {
    await browser.boot();
    await clock.advance(100);
    return run();
  };
});

describe('a lost download', () => {
  it('does not make a run wait whose model is on the hive', async () => {
    open({ plans: [slow, works] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.cutStreams();
    browser.hive.addModel('org/b:f.gguf');
    await clock.advance(10_000);
    await click('hf:org/b');
    await until(() => run(1).state === 'running', minute);
    expect(run().state).toBe('downloading');
  });

  it('is checked within 10 s after its hive came back', async () => {
    open({ plans: [slow] });
    await click();
    await until(() => run().state === 'downloading' && jobState(run()) === 'live');
    browser.hive.kill();
    await clock.advance(2 * minute);
    browser.hive.start();
    await until(() => count('POST model_download') === 2, 11_000);
  });
});
