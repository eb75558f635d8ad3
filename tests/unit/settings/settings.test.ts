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
  const values: Settings[] = [];
  await watchSettings((settings) => values.push(settings), signal);
  return values;
}

describe('watchSettings', () => {
  it('calls the listener at once and after each change', async () => {
    await setSettings({ downloadsAtOnce: 2 });
    const values = await watched();
    await setSettings({ backend: 'cpu' });
    await vi.waitFor(() =>
      expect(values).toEqual([
        { ...defaultSettings, downloadsAtOnce: 2 },
        { ...defaultSettings, downloadsAtOnce: 2, backend: 'cpu' },
      ]),
    );
  });

  it('reports a change that happens while settings are read', async () => {
    const { local } = fakeBrowser.storage;
    const { promise: slow, resolve: finishRead } = Promise.withResolvers<void>();
    const read = local.get.bind(local);
    // Reads return the values at the time of their call, and finish in order.
    vi.spyOn(local, 'get').mockImplementation(async (keys) => {
      const [stored] = await Promise.all([read(keys), slow]);
      return stored;
    });
    const values: Settings[] = [];
    const reading = watchSettings((settings) => values.push(settings), new AbortController().signal);
    await local.set({ settings: { ...defaultSettings, downloadsAtOnce: 3 } });
    finishRead();
    await reading;
    await vi.waitFor(() => expect(values.at(-1)?.downloadsAtOnce).toBe(3));
    vi.restoreAllMocks();
  });

  it('keeps the last settings if they cannot be read after a change', async () => {
    const values = await watched();
    vi.spyOn(fakeBrowser.storage.local, 'get').mockRejectedValueOnce(new Error('No SW'));
    await fakeBrowser.storage.local.set({ settings: { ...defaultSettings, downloadsAtOnce: 3 } });
    // A later change is reported again.
    await setSettings({ backend: 'cpu' });
    await vi.waitFor(() =>
      expect(values).toEqual([defaultSettings, { ...defaultSettings, downloadsAtOnce: 3, backend: 'cpu' }]),
    );
    vi.restoreAllMocks();
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    const values = await watched(controller.signal);
    controller.abort();
    await setSettings({ backend: 'cpu' });
    expect(values).toEqual([defaultSettings]);
  });

  it('does not call the listener if aborted while settings are read', async () => {
    const controller = new AbortController();
    const values = watched(controller.signal);
    controller.abort();
    expect(await values).toEqual([]);
  });
});

it('each invalid field of stored settings gets its default, and the valid ones are used', () => {
  const damaged = { schema: 9, hives: 'none', downloadsAtOnce: 40, backend: 'metal', notifyFailed: 'yes', colour: 1 };
  expect(readSettings(damaged)).toEqual({ ...defaultSettings, backend: 'metal' });
  expect(readSettings('text')).toEqual(defaultSettings);
});
