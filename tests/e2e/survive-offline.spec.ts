import { callsOf, download, installed, list, llama, qwen, spawn, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectState, openModel, press, runIn } from './one-run.ts';
import { expectRuns, expectTidy, openServicePage } from './service-page.ts';

test.use({
  // The browser logs refused connections.
  allowConsole: [/^Failed to load resource: net::ERR_/],
});

test('runs that wait for an offline hive are started in click order by an alarm, without page and service worker', async ({
  extension,
  hive,
  hub,
  page,
}) => {
  await hive.disconnect();
  hub.setFaults([{ path: '/api/models/Qwen', delayMs: 1_000 }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'offline');
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: llama });
  await expectRuns(service, { state: 'offline', subject: qwen }, { state: 'offline', subject: llama });
  expect(await service.page.evaluate(() => chrome.alarms.getAll())).toMatchObject([
    { name: 'runs', periodInMinutes: 0.5 },
  ]);
  await page.close();
  await extension.terminateServiceWorker();
  await hive.connect();
  // The alarm fires now instead of within 30 seconds.
  await service.page.evaluate(() => chrome.alarms.create('runs', { when: Date.now(), periodInMinutes: 0.5 }));

  await expectRuns(service, { state: 'running', attempt: 1 }, { state: 'running', attempt: 1 });
  const posted = hive.jobs.filter(({ operation }) => operation === 'model_download').map(({ payload }) => payload);
  expect(posted).toMatchObject([qwen, llama].map((subject) => ({ model: expect.stringContaining(subject.slice(3)) })));
  const made = [...wholeRun, ...download, ...list, ...installed, ...spawn];
  expect(callsOf(hive).toSorted()).toEqual(made.toSorted());
  await expectTidy(service);
});

test('page and popup show that a run waits for the hive, and the run starts when an open popup finds the hive', async ({
  extension,
  hive,
  page,
}) => {
  await hive.disconnect();
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'offline');
  await expect(host.getByRole('button')).toContainText('waiting for the hive');
  const service = await openServicePage(extension);
  const { id } = await service.ask('run/start', { subject: llama });
  await expectRuns(service, { state: 'offline' }, { state: 'offline' });
  await service.ask('run/cancel', { id });
  await expectRuns(service, { state: 'offline' }, { state: 'cancelled' });

  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'offline');
  await expect(runIn(popup)).toContainText('localhost:7835 cannot be reached.');
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText('rbee-hive --port 7835');
  await hive.connect();
  await expect(runIn(popup)).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
  await expectState(host, 'running');
  expect(callsOf(hive), 'nothing of the cancelled run').toEqual(expect.not.arrayContaining(['DELETE model_download']));
  expect(callsOf(hive).filter((call) => call === 'POST model_download')).toHaveLength(1);
  await expectTidy(service);
});
