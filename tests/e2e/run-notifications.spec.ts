import { settingsKey } from '../../lib/settings/watch-stored.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { expectState, openModel, press, storedRuns } from './one-run.ts';

/** Ids of the notifications that the browser shows for the extension. */
async function notified(extension: Extension): Promise<string[]> {
  const worker = await extension.serviceWorker();
  return worker.evaluate(async () => Object.keys(await chrome.notifications.getAll()));
}

async function turnOff(extension: Extension, setting: 'notifyFinished' | 'notifyFailed'): Promise<void> {
  const worker = await extension.serviceWorker();
  await worker.evaluate(([key, name]) => chrome.storage.local.set({ [key]: { schema: 1, [name]: false } }), [
    settingsKey,
    setting,
  ] as const);
}

const ids = async (extension: Extension) => (await storedRuns(extension)).map(({ id }) => id);

test('a notification appears when the worker runs', async ({ page, extension, hive }) => {
  const host = await openModel(page);
  hive.setFaults([{ after: 'health_check', pause: true }]);
  await press(host);
  await hive.until(({ paused }) => paused());
  expect(await notified(extension)).toEqual([]);
  hive.release();
  await expectState(host, 'running');
  await expect.poll(() => notified(extension)).toEqual(await ids(extension));
});

test('a notification appears when a run fails, also if those for finished runs are off', async ({
  page,
  extension,
  hub,
}) => {
  await turnOff(extension, 'notifyFinished');
  hub.setFaults([{ path: /resolve/, status: 404 }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'failed');
  await expect.poll(() => notified(extension)).toEqual(await ids(extension));
});

test('no notification appears when a run fails if those are off', async ({ page, extension, hub }) => {
  await turnOff(extension, 'notifyFailed');
  hub.setFaults([{ path: /resolve/, status: 404 }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'failed');
  expect(await notified(extension)).toEqual([]);
});
