import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageType } from '../../../lib/messages/contract.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { type Clock, fakeClock } from './clock.ts';
import { jobOf, jobState, t0 } from './samples.ts';
import { createSimBrowser, type SimBrowser, type Simulation } from './sim-browser.ts';
import type { Conditions, Plan } from './sim-hive.ts';

const works: Plan = { outcome: 'works', text: 0, seconds: 40, loadSeconds: 1, crashes: false, cancelTooLate: false };
const slow: Plan = { ...works, seconds: 20_000 };
const fast: Conditions = { out: 1, back: 1 };
const minute = 60_000;
const hour = 60 * minute;

let clock: Clock;
let browser: SimBrowser;

function open(options: Partial<Simulation> = {}): void {
  clock = fakeClock(t0);
  browser = createSimBrowser(
    { plans: [works], conditions: [fast], telemetry: true, processList: true, binary: true, downloads: 1, ...options },
    clock,
  );
}
beforeEach(() => open());

async function click(subject = 'hf:org/a'): Promise<void> {
  const { commands } = await browser.boot();
  void commands['run/start']({ subject });
  await clock.advance(200);
}
/** Starts a download and waits until the hive reports it. */
async function startDownload(...plans: Plan[]): Promise<void> {
  open({ plans });
  await click();
  await until(() => run().state === 'downloading' && jobState(run()) === 'live');
}
async function ask(type: MessageType): Promise<void> {
  const { commands, store } = await browser.boot();
  await clock.advance(100);
  await store.ready;
  void (commands[type] as (request: unknown) => Promise<unknown>)({ id: run().id });
  await clock.settle();
}
const run = (index = 0): Run => browser.runs()[index] as Run;
const requestsFrom = (from = 0): string[] => browser.hive.requests.slice(from).map(({ name }) => name);
const count = (name: string): number => requestsFrom().filter((each) => each === name).length;
/** Advances the clock in steps of a second until the condition holds. */
async function until(is: () => boolean, within = hour): Promise<void> {
  for (let passed = 0; !is(); passed += 1_000) {
    if (passed > within) throw new Error(`Not within ${within} ms: ${is}\n${JSON.stringify(browser.runs(), null, 1)}`);
    await clock.advance(1_000);
  }
}
/** Advances the clock in steps of a millisecond until the condition holds. */
async function untilSoon(is: () => boolean): Promise<void> {
  for (let passed = 0; !is(); passed += 1) {
    if (passed > 1_000) throw new Error(`Not within a second: ${is}`);
    await clock.advance(1);
  }
}
const longestGap = (from: number): number => {
  const times = browser.hive.requests.slice(from).map(({ at }) => at);
  return Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)));
};

describe('a click', () => {
  it('ends with a running worker, after which no requests are sent', async () => {
    await click();
    await until(() => run().state === 'running');
    expect(browser.violations).toEqual([]);
    const asked = browser.hive.requests.length;
    await clock.advance(3 * hour);
    expect(requestsFrom(asked)).toEqual([]);
  });

  it('while the hive is offline waits, sends at most a request every 30 s, and continues when the hive runs', async () => {
    browser.hive.kill();
    await click();
    expect(run().state).toBe('offline');
    const asked = browser.hive.requests.length;
    await clock.advance(10 * minute);
    expect(requestsFrom(asked).length).toBeLessThanOrEqual(20);
    browser.hive.start();
    await until(() => run().state === 'running', 3 * minute);
    expect(count('POST model_download')).toBe(1);
  });

  it('keeps its place in the queue when the service worker is terminated', async () => {
    open({ plans: [{ ...works, seconds: 600 }, works] });
    await click('hf:org/a');
    await click('hf:org/b');
    await click('hf:org/c');
    browser.terminate();
    await until(() => run(2)?.state === 'running', 3 * hour);
    const posts = browser.hive.jobs.filter(({ operation }) => operation.operation === 'model_download');
    expect(posts.map(({ operation }) => operation.model)).toEqual(['org/a:f.gguf', 'org/b:f.gguf', 'org/c:f.gguf']);
  });
});

describe('a failed request', () => {
  it.each([
    ['is refused', ['refused'], undefined],
    ['times out eight times', Array.from({ length: 8 }, () => 'timeout' as const), undefined],
    ['is interrupted', ['reply-lost'], ['found-after-loss']],
    ['has an unreadable reply', ['unreadable'], ['found-after-loss']],
  ] as const)('to open a stream is repeated if it %s', async (_, faults, notes) => {
    const { commands } = await browser.boot();
    void commands['run/start']({ subject: 'hf:org/a' });
    await untilSoon(() => count('POST model_download') === 1);
    browser.hive.failNext(...faults);
    await until(() => run().state === 'running');
    expect(count('POST model_download')).toBe(1);
    expect(count('GET model_download')).toBe(1 + faults.length);
    expect(run().notes).toEqual(notes);
  });

  it('to list the models is repeated if the reply is unreadable', async () => {
    await startDownload(works);
    browser.hive.failNext('unreadable', 'unreadable', 'unreadable');
    await until(() => run().state === 'running');
    expect(count('models')).toBe(4);
    expect(count('POST model_download')).toBe(1);
  });

  it('to list the models fails the run if it never succeeds, because there is no evidence', async () => {
    await startDownload(works);
    browser.hive.failNext(...Array.from({ length: 50 }, () => 'unreadable' as const));
    await until(() => run().state === 'failed');
    expect(run().failure).toMatchObject({ code: 'hive-protocol', step: 'download' });
  });
});

describe('a download that fails because the hub is busy', () => {
  const fails: Plan = { ...works, outcome: 'fails', text: 1, seconds: 0 };
  beforeEach(async () => {
    open({ plans: [fails, fails, fails, works] });
    await click();
  });
  const posted = () => browser.hive.requests.filter(({ name }) => name === 'POST model_download').map(({ at }) => at);

  it('is repeated after 10, 30 and 60 s', async () => {
    await until(() => run().steps[1]?.state === 'done');
    const pauses = posted().map((at, index, all) => Math.floor((at - (all[index - 1] ?? at)) / 1_000));
    expect(pauses).toEqual([0, 10, 30, 60]);
  });

  it('is repeated after a minute at the latest if the clock is set back', async () => {
    await untilSoon(() => run().steps[1]?.retry !== undefined);
    clock.set(clock.now - hour);
    await clock.advance(61_000);
    expect(posted().length).toBeGreaterThan(1);
  });
});

describe('a lost download', () => {
  beforeEach(async () => {
    await startDownload(slow, works);
    browser.hive.cutStreams();
    await clock.advance(100);
  });

  it('has no deadline while its hive responds, and evidence is looked for at least once a minute', async () => {
    const asked = browser.hive.requests.length;
    await clock.advance(5 * hour);
    expect(run().state).toBe('downloading');
    expect(jobState(run())).toBe('lost');
    expect(count('POST model_download')).toBe(1);
    expect(longestGap(asked)).toBeLessThanOrEqual(minute + 1_000);
    await until(() => run().state === 'running', 2 * hour);
    expect(run().notes).toEqual(['found-after-loss']);
  });

  it('is checked after 1, 2, 4, 8, 16 and 32 s', async () => {
    const asked = browser.hive.requests.length - 1;
    await clock.advance(3 * minute);
    const times = browser.hive.requests.slice(asked).map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? 0)) / 1_000));
    expect(gaps.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it('is checked at once when the user requests it', async () => {
    await clock.advance(10 * minute);
    const asked = browser.hive.requests.length;
    await ask('run/check');
    await clock.advance(50);
    expect(requestsFrom(asked)).toEqual(['models']);
  });

  it('is cancelled before it is resubmitted for the user', async () => {
    await clock.advance(10 * minute);
    const asked = browser.hive.requests.length;
    await ask('run/resubmit');
    await clock.advance(300);
    expect(requestsFrom(asked).filter((name) => /POST|GET|DELETE/.test(name))).toEqual([
      'DELETE model_download',
      'POST model_download',
      'GET model_download',
    ]);
    expect(browser.hive.jobs.map(({ state }) => state)).toEqual(['cancelled', 'running']);
  });
});

describe('a hive that restarts during a download', () => {
  beforeEach(async () => {
    await startDownload(slow);
  });
  const restart = async (downMs: number) => {
    browser.hive.kill();
    await clock.advance(downMs);
    browser.hive.start();
    await clock.advance(2 * minute);
  };

  it('gets the download again three times, but not a fourth time', async () => {
    for (let i = 0; i < 4; i += 1) await restart(10_000);
    expect(count('POST model_download')).toBe(4);
    expect(run()).toMatchObject({ state: 'failed', failure: { code: 'job-lost', step: 'download' } });
  });

  it('does not get the download again if the model is in its catalog', async () => {
    browser.hive.kill();
    await clock.advance(10_000);
    browser.hive.addModel('org/a:f.gguf');
    browser.hive.start();
    await until(() => run().state === 'running');
    expect(count('POST model_download')).toBe(1);
  });

  it('does not get the download again if no request found it offline', async () => {
    await restart(0);
    await clock.advance(hour);
    expect(count('POST model_download')).toBe(1);
    expect(run().state).toBe('downloading');
  });

  it('does not count as offline after one refused connection', async () => {
    browser.hive.failNext('refused');
    browser.hive.cutStreams();
    await clock.advance(hour);
    expect(jobOf(run())).not.toHaveProperty('offlineAt');
    expect(count('POST model_download')).toBe(1);
  });

  it('gets the download again within 10 s after its start', async () => {
    browser.hive.kill();
    await clock.advance(2 * minute);
    browser.hive.start();
    await until(() => count('POST model_download') === 2, 11_000);
  });
});

describe('a model that the hive reports as existing', () => {
  it('is looked for until the hive runs again', async () => {
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
});

describe('a spawn', () => {
  const spawning = async (plan: Partial<Plan>, options: Partial<Simulation> = {}) => {
    open({ plans: [works, { ...works, ...plan }], ...options });
    browser.hive.addModel('org/a:f.gguf');
    const { commands } = await browser.boot();
    void commands['run/start']({ subject: 'hf:org/a' });
    await untilSoon(() => count('GET worker_spawn') === 1);
  };

  it('without evidence leads to the manual start after 150 s', async () => {
    await spawning({ outcome: 'reports-done', crashes: true });
    const began = clock.now;
    await clock.advance(149_000);
    expect(run().state).toBe('starting');
    await until(() => run().choice === 'start-worker', 10_000);
    expect(clock.now - began).toBeLessThan(160_000);
    expect(run().hiveFailure).toMatchObject({ code: 'spawn-unproven', text: 'http://localhost:8080' });
  });

  it('without evidence has 150 s even if the clock is set back', async () => {
    await spawning({ outcome: 'reports-done', crashes: true });
    await clock.advance(10_000);
    clock.set(clock.now - hour);
    const then = clock.now;
    await until(() => run().choice === 'start-worker', 5 * minute);
    expect(clock.now - then).toBeGreaterThan(140_000);
  });

  it('whose stream sends nothing more is checked 150 s after the stream was opened', async () => {
    await spawning({ outcome: 'hangs', loadSeconds: 5 });
    await clock.advance(149_000);
    expect(run().state).toBe('starting');
    await until(() => run().state === 'running', 5_000);
    expect(count('POST worker_spawn')).toBe(1);
  });

  it.each([
    ['after eight hours of standby', 8 * hour, 60],
    ['after the clock was set forward', 200_000, 60],
    ['after the clock was set forward and the hive has timed out', 200_000, 140],
  ])('has its full time limit %s', async (_, ms, loadSeconds) => {
    await spawning({ loadSeconds });
    await clock.advance(10_000);
    clock.set(clock.now + ms);
    await until(() => run().state !== 'starting', 3 * minute);
    expect(run().state).toBe('running');
  });

  it('is not proven by another program on the port of a worker that stopped', async () => {
    await spawning({ loadSeconds: 1 }, { telemetry: false });
    await until(() => run().state === 'running');
    browser.hive.killWorkers();
    await clock.advance(10_000);
    await ask('run/sync');
    await until(() => run().state === 'stopped', 5_000);
    browser.hive.addOtherProgram(8080);
    await ask('run/retry');
    await until(() => run().state === 'running');
    expect(count('POST worker_spawn')).toBe(2);
    expect(run().worker).toMatchObject({ port: 8081 });
  });

  it('is never resubmitted automatically, however often its hive restarts', async () => {
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

  it('without a process when the hive was killed fails as lost', async () => {
    await spawning({ loadSeconds: 1 });
    browser.hive.kill();
    await clock.advance(5_000);
    browser.hive.start();
    await until(() => run().state === 'failed', 200_000);
    expect(run().failure).toMatchObject({ code: 'job-lost', step: 'spawn' });
    expect(count('POST worker_spawn')).toBe(1);
  });

  const terminated = async (telemetry: boolean, loadSeconds: number) => {
    await spawning({ loadSeconds }, { telemetry });
    browser.terminate();
  };

  it('whose service worker was terminated before the port was known is found by telemetry', async () => {
    await terminated(true, 20);
    await until(() => run()?.state === 'running', 3 * minute);
    expect(run().worker).toMatchObject({ port: 8080, pid: 1001 });
    expect(count('POST worker_spawn')).toBe(1);
  });

  it('whose service worker was terminated before the port was known is unproven without telemetry', async () => {
    await terminated(false, 20);
    await until(() => run()?.choice === 'start-worker', 4 * minute);
    expect(run().hiveFailure).toMatchObject({ code: 'spawn-unproven', text: '' });
  });

  it.each([true, false])(
    'whose port is unknown is stopped by a cancel, or a note mentions its process (telemetry: %s)',
    async (telemetry) => {
      await terminated(telemetry, 100);
      await clock.advance(500);
      await ask('run/cancel');
      await clock.advance(500);
      expect(run().state).toBe('cancelled');
      expect(run().notes?.includes('process-may-remain')).toBe(!telemetry);
      expect(browser.hive.processes.map(({ endedAt }) => endedAt !== undefined)).toEqual([telemetry]);
    },
  );
});

describe('a cancel', () => {
  it('that is requested five times sends one DELETE', async () => {
    await startDownload(slow);
    const { commands } = await browser.boot();
    for (let i = 0; i < 5; i += 1) void commands['run/cancel']({ id: run().id });
    await clock.advance(15_000);
    expect(run().state).toBe('cancelled');
    expect(count('DELETE model_download')).toBe(1);
  });

  it('of a lost download is repeated if the reply is unreadable', async () => {
    await startDownload(slow);
    browser.hive.cutStreams();
    await clock.advance(10 * minute);
    expect(jobOf(run()).checks).toBeGreaterThan(5);
    browser.hive.failNext('unreadable');
    await ask('run/cancel');
    await clock.advance(minute);
    expect(run().state).toBe('cancelled');
    expect(count('DELETE model_download')).toBe(2);
  });

  it('of a download that was reported as done completes even if the hive never runs again', async () => {
    await startDownload({ ...slow, cancelTooLate: true });
    await ask('run/cancel');
    await untilSoon(() => run().steps.some(({ job }) => job?.state === 'ended'));
    browser.hive.kill();
    await until(() => run().state === 'cancelled', 5 * minute);
    expect(count('DELETE model_download')).toBe(1);
  });

  it('while the hive is offline is sent when the hive runs again, even after a service worker termination', async () => {
    await startDownload(slow);
    browser.hive.kill();
    await clock.advance(minute);
    await ask('run/cancel');
    await clock.advance(minute);
    browser.terminate();
    await clock.advance(30 * minute);
    expect(run().state).toBe('cancelling');
    browser.hive.start();
    await until(() => run().state === 'cancelled', 3 * minute);
    expect(browser.hive.requests.at(-1)?.name).toBe('DELETE model_download');
  });

  it('for a hive that never runs again is sent at most twice a minute, and ends after a day', async () => {
    await startDownload(slow);
    browser.hive.kill();
    await ask('run/cancel');
    await clock.advance(10 * minute);
    const asked = browser.hive.requests.length;
    await clock.advance(hour);
    // Each attempt is the DELETE and one check whether the hive is offline.
    expect(requestsFrom(asked).length).toBeLessThanOrEqual(2 * 61);
    expect(run().state).toBe('cancelling');
    await clock.advance(24 * hour);
    expect(run().state).toBe('cancelled');
    const over = browser.hive.requests.length;
    await clock.advance(hour);
    expect(requestsFrom(over)).toEqual([]);
  });
});

it('a spawn that is cancelled after its stream was opened, but before that was stored, has a note about its process', async () => {
  open({ telemetry: false, processList: false, plans: [{ ...works, seconds: 0 }] });
  const { commands } = await browser.boot();
  void commands['run/start']({ subject: 'hf:org/a' });
  await untilSoon(() => browser.hive.processes.length > 0);
  browser.terminate();
  // Opening the stream again would tell the next service worker that it was opened.
  browser.hive.failNext('refused');
  await ask('run/cancel');
  await until(() => run().state === 'cancelled');
  expect(run().notes).toContain('process-may-remain');
  expect(browser.violations).toEqual([]);
});

describe('a worker page', () => {
  it('builds nothing if the binary is installed', async () => {
    await click('worker:llm-worker-rbee-cpu');
    await until(() => run().state === 'installed');
    expect(run().notes).toEqual(['already-there']);
    expect(count('POST worker_install')).toBe(0);
  });
});

describe('a model whose worker binary is missing', () => {
  it('asks the user before the build, and the next attempt does not build again', async () => {
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

describe('a run whose hive cannot start a worker', () => {
  const cannotSpawn: Plan = { ...works, outcome: 'fails', text: 1 };
  const waitForCommand = async (options: Partial<Simulation> = {}) => {
    open({ plans: [works, cannotSpawn], ...options });
    await click();
    await until(() => run()?.choice === 'start-worker');
  };
  const polls = (from: number) => requestsFrom(from).filter((name) => name === 'processes').length;

  it('polls every 30 s for 10 minutes, every 5 minutes for 2 hours, and then only for a view', async () => {
    await waitForCommand();
    await clock.advance(5 * minute);
    const counts: number[] = [];
    for (const minutes of [4, 10, 100, 600]) {
      const from = browser.hive.requests.length;
      await clock.advance(minutes * minute);
      counts.push(polls(from));
    }
    // A poll lists the processes twice: to find the worker and to find a free port.
    expect(counts[0]).toBeGreaterThanOrEqual(14);
    expect(counts[0]).toBeLessThanOrEqual(18);
    expect(counts[2]).toBeGreaterThanOrEqual(38);
    expect(counts[2]).toBeLessThanOrEqual(42);
    const from = browser.hive.requests.length;
    await clock.advance(10 * hour);
    expect(requestsFrom(from)).toEqual([]);
    browser.hive.startManually('org/a:f.gguf', run().manual?.port ?? 0);
    await clock.advance(3_000);
    await ask('run/check');
    await until(() => run().state === 'running', 5_000);
  });

  it.each([true, false])(
    'ends with the worker that the user started, despite service worker terminations (process list: %s)',
    async (processList) => {
      await waitForCommand({ processList });
      browser.terminate();
      await clock.advance(20 * minute);
      browser.terminate();
      browser.hive.startManually('org/a:f.gguf', (await stored()).manual?.port ?? 0);
      await until(() => run()?.state === 'running', 6 * minute);
      expect(count('POST worker_spawn')).toBe(1);
      expect(run().worker?.pid !== undefined).toBe(processList);
    },
  );

  const stored = async () => {
    await browser.boot();
    await clock.advance(100);
    return run();
  };
});
