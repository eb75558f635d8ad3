import { settingsKey } from '../../lib/settings/watch-stored.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { expectState, openModel, otherModel, press, runIn, storedRuns } from './one-run.ts';
import { openServicePage } from './service-page.ts';

test.use({ hiveOptions: { progressMs: 40 } });

/** The toolbar badge with the icon's title, and the ids of the visible notifications. */
async function shown(extension: Extension): Promise<{ badge: string; notifications: string[] }> {
  const serviceWorker = await extension.serviceWorker();
  return serviceWorker.evaluate(async () => ({
    badge: `${await chrome.action.getBadgeText({})} (${await chrome.action.getTitle({})})`,
    notifications: Object.keys(await chrome.notifications.getAll()),
  }));
}

const expectShown = (extension: Extension, badge: string, notifications: string[]) =>
  expect.poll(() => shown(extension)).toEqual({ badge, notifications });

test('the badge shows the progress of one run or the number of several, and a notification reports the started worker', async ({
  page,
  context,
  extension,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const first = await openModel(page);
  await expectShown(extension, ' (rbee)', []);
  await press(first);
  await expectShown(extension, '40% (rbee – active runs: 1)', []);
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await expectShown(extension, '2 (rbee – active runs: 2)', []);
  await press(second, /^Cancel/);
  await expectShown(extension, '40% (rbee – active runs: 1)', []);
  hub.release();
  await page.bringToFront();
  await expectState(first, 'running');
  const [, run] = await storedRuns(extension);
  await expectShown(extension, ' (rbee)', [run?.id ?? '']);
});

test('a failed run has a notification, unless disabled, and a badge that a restart keeps until the popup is opened', async ({
  page,
  extension,
  hub,
}) => {
  const service = await openServicePage(extension);
  await service.store({ [settingsKey]: { schema: 1, notifyFailed: false } });
  hub.setFaults([{ path: /resolve/, status: 404 }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'failed');
  await expectShown(extension, '! (rbee – a run failed)', []);

  await service.store({ [settingsKey]: { schema: 1, notifyFinished: false } });
  await press(host, /^Retry/);
  await expect.poll(() => service.runs()).toMatchObject([{ state: 'failed', attempt: 2 }]);
  const [run] = await storedRuns(extension);
  await expectShown(extension, '! (rbee – a run failed)', [run?.id ?? '']);
  await extension.relaunch();
  await expectShown(extension, '! (rbee – a run failed)', []);
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'failed');
  await expectShown(extension, ' (rbee)', []);
});
