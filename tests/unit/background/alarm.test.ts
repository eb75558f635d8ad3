import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { createAlarm, runsAlarm } from '../../../lib/background/alarm.ts';
import { at, clicked, t0 } from '../runs/samples.ts';

let updateAlarm: ReturnType<typeof createAlarm>;
beforeEach(() => {
  fakeBrowser.reset();
  updateAlarm = createAlarm(() => t0);
});

const exists = async () => (await fakeBrowser.alarms.get(runsAlarm)) !== undefined;
const choose = at('resolving', { type: 'choice-needed', reason: 'no-fit' });

describe('the alarm that starts the service worker', () => {
  it.each([
    ['exists while a run is in progress', [at('downloading')], true],
    ['exists while a run waits for its hive', [at('resolving', { type: 'hive-offline', nextCheckAt: 0 })], true],
    ['exists while a cancel is not confirmed', [at('downloading', { type: 'cancel-asked' })], true],
    ['does not exist while a run waits only for the user', [choose], false],
    ['does not exist for a run that has ended', [at('running')], false],
    ['does not exist without runs', [], false],
  ] as const)('%s', async (_, runs, expected) => {
    await updateAlarm(runs);
    expect(await exists()).toBe(expected);
  });

  it('is cleared when the last run ends', async () => {
    await updateAlarm([clicked()]);
    await updateAlarm([at('running')]);
    expect(await exists()).toBe(false);
  });

  it('exists for a run that starts while it is being cleared', async () => {
    await updateAlarm([clicked()]);
    await Promise.all([updateAlarm([at('running')]), updateAlarm([clicked()])]);
    expect(await exists()).toBe(true);
  });

  it('does not exist for a run that ends while it is being created', async () => {
    await Promise.all([updateAlarm([clicked()]), updateAlarm([at('running')])]);
    expect(await exists()).toBe(false);
  });
});
