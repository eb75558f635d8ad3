import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import '../../english.ts';
import { followLog, followQuarantined, followRuns } from '../../../../components/popup/stored-runs.ts';
import type { Live } from '../../../../components/ui/live.ts';
import { logOf, record, stored } from '../../../e2e/records.ts';

const now = 1_764_000_000_000;
const { local } = fakeBrowser.storage;

beforeEach(() => fakeBrowser.reset());

const listKeys = async () => Object.keys(await local.get(null));

/** All values, beginning with the current one. */
function valuesOf<T>(live: Live<T>): T[] {
  const values = [live.current];
  live.subscribe((value) => values.push(value));
  return values;
}

describe.each([
  ['with storage.getKeys', { getKeys: listKeys }],
  ['without storage.getKeys (Chrome before 130)', { getKeys: undefined }],
])('stored runs, %s', (_, ability) => {
  beforeEach(() => void Object.assign(local, ability));

  it('are read newest first and updated after additions, changes and removals', async () => {
    const [first, second, third] = [record(now), record(now), record(now)];
    await local.set({ ...stored([first, second]), settings: {}, 'log:x': [], 'quarantined:run:x': record(now) });
    const live = await followRuns();
    const seen = valuesOf(live);
    await local.set(stored([third]));
    await local.set(stored([{ ...first, state: 'cancelled' }]));
    await local.remove(`run:${second.id}`);
    expect(seen.map((runs) => runs.map(({ id, state }) => `${id} ${state}`))).toEqual([
      [`${second.id} queued`, `${first.id} queued`],
      [`${third.id} queued`, `${second.id} queued`, `${first.id} queued`],
      [`${third.id} queued`, `${second.id} queued`, `${first.id} cancelled`],
      [`${third.id} queued`, `${first.id} cancelled`],
    ]);
    expect(live.current).toBe(seen.at(-1));
  });

  it('that are quarantined are counted by their keys', async () => {
    await local.set({ ...stored([record(now)]), 'quarantined:run:x': 'damaged' });
    const seen = valuesOf(await followQuarantined());
    await local.set({ 'quarantined:run:y': 7 });
    await local.remove('quarantined:run:x');
    expect(seen).toEqual([['quarantined:run:x'], ['quarantined:run:x', 'quarantined:run:y'], ['quarantined:run:y']]);
  });
});

describe('stored runs', () => {
  it('are the same objects while they do not change', async () => {
    const [first, second] = [record(now), record(now)];
    await local.set(stored([first, second]));
    const seen = valuesOf(await followRuns());
    await local.set(stored([{ ...second, state: 'cancelled' }]));
    expect(seen[1]?.[1]).toBe(seen[0]?.[1]);
    expect(seen[1]?.[0]).not.toBe(seen[0]?.[0]);
  });

  it('do not contain invalid records, also if a record becomes invalid', async () => {
    const [first, second] = [record(now), record(now)];
    await local.set({ ...stored([first]), [`run:${second.id}`]: { ...second, state: 'unknown' } });
    const live = await followRuns();
    expect(live.current).toEqual([first]);
    await local.set({ [`run:${first.id}`]: 'damaged' });
    expect(live.current).toEqual([]);
  });

  it('contain a change that is made while the storage is being read', async () => {
    const run = record(now);
    await local.set(stored([run]));
    const following = followRuns();
    await local.set(stored([{ ...run, state: 'cancelled' }]));
    expect((await following).current.map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('do not report changes of other stored data', async () => {
    const seen = valuesOf(await followRuns());
    await local.set({ settings: { schema: 1, notifyFailed: false }, 'log:x': [] });
    expect(seen).toEqual([[]]);
  });
});

describe('the log of a run', () => {
  it('is read and updated without its invalid lines', async () => {
    const lines = logOf(now, 3);
    await local.set({ 'log:a': [...lines.slice(0, 2), 7, { at: 'noon' }] });
    const seen = valuesOf(await followLog('a', new AbortController().signal));
    await local.set({ 'log:a': lines, 'log:b': lines });
    await local.remove('log:a');
    expect(seen).toEqual([lines.slice(0, 2), lines, []]);
  });

  it('is not updated after it was closed', async () => {
    const controller = new AbortController();
    const listener = vi.fn();
    (await followLog('a', controller.signal)).subscribe(listener);
    controller.abort();
    await local.set({ 'log:a': logOf(now, 1) });
    expect(listener).not.toHaveBeenCalled();
  });
});
