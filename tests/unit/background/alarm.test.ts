import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { createAlarm, lookAlarm } from '../../../lib/background/message-handlers.ts';
import { at, clicked } from '../runs/play.ts';

let keepAlarm: ReturnType<typeof createAlarm>;
beforeEach(() => {
  fakeBrowser.reset();
  keepAlarm = createAlarm();
});

const exists = async () => (await fakeBrowser.alarms.get(lookAlarm)) !== undefined;
const choose = at('resolving', { type: 'choice-needed', reason: 'no-fit' });

describe('the alarm that wakes the service worker', () => {
  it.each([
    ['while a run is under way', [at('downloading')], true],
    ['while a run waits for its hive', [at('resolving', { type: 'hive-down', nextCheckAt: 0 })], true],
    ['while a cancel is not settled', [at('downloading', { type: 'cancel-asked' })], true],
    ['not while only a person is waited for', [choose], false],
    ['not for what is over', [at('running')], false],
    ['not where there is nothing', [], false],
  ] as const)('exists %s', async (_, runs, expected) => {
    await keepAlarm(runs);
    expect(await exists()).toBe(expected);
  });

  it('goes when the last run has ended', async () => {
    await keepAlarm([clicked()]);
    await keepAlarm([at('running')]);
    expect(await exists()).toBe(false);
  });

  it('is there for a run that begins while the browser still takes it away', async () => {
    await keepAlarm([clicked()]);
    await Promise.all([keepAlarm([at('running')]), keepAlarm([clicked()])]);
    expect(await exists()).toBe(true);
  });

  it('is gone for a run that ends while the browser still sets it', async () => {
    await Promise.all([keepAlarm([clicked()]), keepAlarm([at('running')])]);
    expect(await exists()).toBe(false);
  });
});
