import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import '../../english.ts';
import { readAside, readRuns, watchAside, watchLog, watchRuns } from '../../../../components/popup/watch-runs.ts';
import type { LogLine, Run } from '../../../../lib/runs/run.ts';
import { logOf, record, stored } from '../../../e2e/records.ts';

const now = 1_764_000_000_000;
const { local } = fakeBrowser.storage;

beforeEach(() => fakeBrowser.reset());

const listKeys = async () => Object.keys(await local.get(null));

async function watched(signal = new AbortController().signal) {
  const seen: Run[][] = [];
  await watchRuns((runs) => seen.push(runs), signal);
  return seen;
}

describe.each([
  ['in a browser that lists its keys', { getKeys: listKeys }],
  ['in one that cannot (Chrome before 130)', { getKeys: undefined }],
])('the runs a view shows, %s', (_, ability) => {
  beforeEach(() => void Object.assign(local, ability));

  it('are all there at once, newest click first', async () => {
    const [first, second] = [record(now), record(now)];
    await local.set(stored([first, second]));
    expect(await readRuns()).toEqual([second, first]);
    expect(await watched()).toEqual([[second, first]]);
  });

  it('that could not be read are told of by their keys', async () => {
    await local.set({ ...stored([record(now)]), 'aside:run:x': 'torn' });
    expect(await readAside()).toEqual(['aside:run:x']);
    const seen: string[][] = [];
    await watchAside((keys) => seen.push(keys), new AbortController().signal);
    await local.set({ 'aside:run:y': 7 });
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['aside:run:x', 'aside:run:y']));
  });

  it('none are none, and not a wait', async () => {
    expect(await watched()).toEqual([[]]);
  });

  it('change, appear and go as the service worker writes them', async () => {
    const [first, second] = [record(now), record(now)];
    await local.set(stored([first]));
    const seen = await watched();
    await local.set(stored([second]));
    await local.set(stored([{ ...first, state: 'cancelled' }]));
    await local.remove(`run:${second.id}`);
    expect(seen.map((runs) => runs.map(({ id, state }) => `${id} ${state}`))).toEqual([
      [`${first.id} queued`],
      [`${second.id} queued`, `${first.id} queued`],
      [`${second.id} queued`, `${first.id} cancelled`],
      [`${first.id} cancelled`],
    ]);
  });

  it('stay the same objects where nothing changed, so that only what changed is drawn again', async () => {
    const [first, second] = [record(now), record(now)];
    await local.set(stored([first, second]));
    const seen = await watched();
    await local.set(stored([{ ...second, state: 'cancelled' }]));
    expect(seen[1]?.[1]).toBe(seen[0]?.[1]);
    expect(seen[1]?.[0]).not.toBe(seen[0]?.[0]);
  });

  it('a damaged record is left out alone, also when it becomes damaged while it is shown', async () => {
    const [first, second] = [record(now), record(now)];
    await local.set({ ...stored([first]), [`run:${second.id}`]: { ...second, state: 'levitating' } });
    const seen = await watched();
    expect(seen.at(-1)).toEqual([first]);
    await local.set({ [`run:${first.id}`]: 'gone' });
    expect(seen.at(-1)).toEqual([]);
  });

  it('a change that arrives while the storage is still being read is not overwritten by what was read', async () => {
    const run = record(now);
    await local.set(stored([run]));
    const seen: Run[][] = [];
    const watching = watchRuns((runs) => seen.push(runs), new AbortController().signal);
    await Promise.all([watching, local.set(stored([{ ...run, state: 'cancelled' }]))]);
    expect(seen.at(-1)?.map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('nothing else that is stored is taken for a run, or tells of one', async () => {
    await local.set({ settings: { schema: 1 }, 'log:x': [], 'aside:run:x': record(now) });
    const seen = await watched();
    await local.set({ settings: { schema: 1, notifications: false } });
    expect(seen).toEqual([[]]);
  });

  it('are not told of any more once the view has closed', async () => {
    const controller = new AbortController();
    const seen = await watched(controller.signal);
    controller.abort();
    await local.set(stored([record(now)]));
    expect(seen).toEqual([[]]);
  });
});

describe('what the hive said about a run', () => {
  async function watchedLog(id: string, signal = new AbortController().signal) {
    const seen: LogLine[][] = [];
    await watchLog(id, (lines) => seen.push(lines), signal);
    return seen;
  }

  it('is read when it is asked for, and followed from then on', async () => {
    const lines = logOf(now, 3);
    await local.set({ 'log:a': lines.slice(0, 2) });
    const seen = await watchedLog('a');
    await local.set({ 'log:a': lines, 'log:b': lines });
    expect(seen).toEqual([lines.slice(0, 2), lines]);
  });

  it('is empty where nothing was said, and where it was dropped to make room', async () => {
    const seen = await watchedLog('a');
    await local.set({ 'log:a': logOf(now, 1) });
    await local.remove('log:a');
    expect(seen.map(({ length }) => length)).toEqual([0, 1, 0]);
  });

  it('leaves out a damaged line alone', async () => {
    const [line] = logOf(now, 1);
    await local.set({ 'log:a': [line, 7, { at: 'noon' }] });
    expect(await watchedLog('a')).toEqual([[line]]);
  });

  it('is not followed once it was closed', async () => {
    const controller = new AbortController();
    const listener = vi.fn();
    await watchLog('a', listener, controller.signal);
    controller.abort();
    await local.set({ 'log:a': logOf(now, 1) });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
