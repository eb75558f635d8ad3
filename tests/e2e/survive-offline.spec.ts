import { callsOf, qwen, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { clickable, expectState, openModel } from './one-run.ts';
import { expectRuns, expectTidy, openServicePage } from './service-page.ts';

test.use({
  hiveOptions: { heartbeatMs: 50 },
  // The browser's own line about a connection that nobody takes.
  allowConsole: [/^Failed to load resource: net::ERR_/],
});

test('a click while no hive runs starts by itself once one does, though page and service worker are gone by then', async ({
  extension,
  hive,
  page,
}) => {
  test.setTimeout(120_000);
  await hive.unplug();
  const host = await openModel(page);
  await host.getByRole('button').click();
  await expectState(host, 'offline');
  const service = await openServicePage(extension);
  expect(await service.page.evaluate(() => chrome.alarms.getAll())).toMatchObject([{ periodInMinutes: 0.5 }]);
  await page.close();
  await extension.killServiceWorker();
  await hive.plug();
  const back = Date.now();

  // Nothing but the alarm looks, and browsers ring none more often than every 30 s.
  await hive.until(({ requests }) => requests.length > 0, 45_000);
  expect(Date.now() - back).toBeLessThan(35_000);
  await expectRuns(service, { state: 'running', attempt: 1 });
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('opening the popup looks for the hive at once', async ({ extension, hive }) => {
  await hive.unplug();
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await expectRuns(service, { state: 'offline' });
  await hive.plug();

  const popup = await extension.openExtensionPage('popup.html');
  const run = popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="${qwen}"]`);
  await expect(run).toHaveAttribute('data-state', 'running');
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('a popup that is open sees the hive come', async ({ extension, hive }) => {
  await hive.unplug();
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  const popup = await extension.openExtensionPage('popup.html');
  const run = popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="${qwen}"]`);
  await expect(run).toHaveAttribute('data-state', 'offline');
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText('not running', { ignoreCase: true });

  await hive.plug();
  await expect(run).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('a run that waits for a hive is cancelled at once, and a hive that comes later hears nothing of it', async ({
  extension,
  hive,
  page,
}) => {
  await hive.unplug();
  const host = await openModel(page);
  await host.getByRole('button').click();
  await expectState(host, 'offline');
  await clickable(host);
  await host.getByRole('button').click();
  await expectState(host, 'cancelled');

  await hive.plug();
  const service = await openServicePage(extension);
  await service.wake();
  await expectRuns(service, { state: 'cancelled' });
  expect(callsOf(hive)).toEqual([]);
  await expectTidy(service);
});

test('clicks on several models while no hive runs are done in their order, however soon their files are found', async ({
  extension,
  hive,
  hub,
}) => {
  await hive.unplug();
  hub.setFaults([{ path: '/api/models/Qwen', delayMs: 1_000 }]);
  const service = await openServicePage(extension);
  const subjects = [qwen, 'hf:HuggingFaceTB/SmolLM2-135M-Instruct-GGUF'];
  for (const subject of subjects) await service.ask('run/start', { subject });
  await expectRuns(service, { state: 'offline' }, { state: 'offline' });
  await hive.plug();
  await service.ask('hive/status', {});

  await expectRuns(service, { state: 'running', attempt: 1 }, { state: 'running', attempt: 1 });
  const posted = hive.jobs.filter(({ operation }) => operation === 'model_download').map(({ payload }) => payload);
  expect(posted).toMatchObject(subjects.map((subject) => ({ model: expect.stringContaining(subject.slice(3)) })));
  await expectTidy(service);
});
