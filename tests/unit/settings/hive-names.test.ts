import { beforeEach, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { readHiveNames, watchHiveNames } from '../../../lib/settings/hive-names.ts';
import { setSettings } from '../../../lib/settings/settings.ts';

beforeEach(() => fakeBrowser.reset());

const tower = { url: 'http://192.168.1.20:7835', name: 'Tower' };

it('names are known by address, and a change of them is heard', async () => {
  await setSettings({ hives: [tower, { url: 'http://localhost:7835', name: '' }] });
  const named = { [tower.url]: 'Tower', 'http://localhost:7835': '' };
  expect(await readHiveNames()).toEqual(named);
  const seen: object[] = [];
  const controller = new AbortController();
  await watchHiveNames((names) => seen.push(names), controller.signal);
  await setSettings({ hives: [{ ...tower, name: 'Big box' }] });
  await vi.waitFor(() => expect(seen).toEqual([named, { [tower.url]: 'Big box' }]));
  controller.abort();
  await setSettings({ hives: [] });
  expect(seen).toHaveLength(2);
});

it.each([undefined, null, 7, {}, { hives: 7 }, { hives: [null, 7, { url: 1 }, { url: 'x', name: {} }] }])(
  'damaged settings (%j) name no hive',
  async (settings) => {
    if (settings !== undefined) await fakeBrowser.storage.local.set({ settings });
    expect(await readHiveNames()).toEqual({});
  },
);
