import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import {
  defaultSettings,
  readSettings,
  type Settings,
  setSettings,
  watchSettings,
} from '../../../lib/settings/settings.ts';

beforeEach(() => fakeBrowser.reset());

async function watched(signal = new AbortController().signal) {
  const seen: Settings[] = [];
  await watchSettings((settings) => seen.push(settings), signal);
  return seen;
}

describe('watchSettings', () => {
  it('calls back at once and after each change', async () => {
    await setSettings({ downloadsAtOnce: 2 });
    const seen = await watched();
    await setSettings({ backend: 'cpu' });
    await vi.waitFor(() =>
      expect(seen).toEqual([
        { ...defaultSettings, downloadsAtOnce: 2 },
        { ...defaultSettings, downloadsAtOnce: 2, backend: 'cpu' },
      ]),
    );
  });

  it('reports a change that happens while settings are read', async () => {
    const { local } = fakeBrowser.storage;
    const { promise: slow, resolve: answer } = Promise.withResolvers<void>();
    const read = local.get.bind(local);
    // Reads see what was there when they were asked, and are answered in turn.
    vi.spyOn(local, 'get').mockImplementation(async (keys) => {
      const [stored] = await Promise.all([read(keys), slow]);
      return stored;
    });
    const seen: Settings[] = [];
    const reading = watchSettings((settings) => seen.push(settings), new AbortController().signal);
    await local.set({ settings: { ...defaultSettings, downloadsAtOnce: 3 } });
    answer();
    await reading;
    await vi.waitFor(() => expect(seen.at(-1)?.downloadsAtOnce).toBe(3));
    vi.restoreAllMocks();
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    const seen = await watched(controller.signal);
    controller.abort();
    await setSettings({ backend: 'cpu' });
    expect(seen).toEqual([defaultSettings]);
  });

  it('does not call back if aborted while settings are read', async () => {
    const controller = new AbortController();
    const seen = watched(controller.signal);
    controller.abort();
    expect(await seen).toEqual([]);
  });
});

it('each invalid field of stored settings gets its default, and the valid ones are used', () => {
  const damaged = { schema: 9, hives: 'none', downloadsAtOnce: 40, backend: 'metal', notifyFailed: 'yes', colour: 1 };
  expect(readSettings(damaged)).toEqual({ ...defaultSettings, backend: 'metal' });
  expect(readSettings('text')).toEqual(defaultSettings);
});
