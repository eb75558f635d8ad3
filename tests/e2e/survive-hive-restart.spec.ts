import { callsOf, download, install, installed, list, qwen, wholeRun, withoutRepetitions } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, sometime, withJob } from './service-page.ts';

test.use({
  hiveOptions: { workersOutlive: true },
  // The browser logs refused connections and interrupted responses.
  allowConsole: [/^Failed to load resource: (?:net::ERR_|the server responded with a status of 404)/],
});

test('after a hive restart, a lost download is submitted again, and a worker that was started before is found', async ({
  extension,
  hive,
}) => {
  hive.setFaults([
    { after: 'hf_download_file', pause: true, times: 1 },
    { after: 'health_check', pause: true, times: 1 },
  ]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));
  await hive.kill();
  await expectRuns(service, withJob('download', { offlineAt: sometime }));
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.locator('[data-notice="lost"]')).toContainText('The hive was stopped');
  await popup.close();
  await hive.restart();

  await hive.until(({ jobs }) => jobs.at(-1)?.lines.some(({ action }) => action === 'health_check'));
  await expectRuns(service, { notes: ['not-loadable', 'resubmitted'], ...withJob('spawn', { state: 'live' }) });
  await hive.kill();
  await expectRuns(service, { state: 'running', attempt: 1, notes: ['resubmitted', 'found-after-loss'] });
  await hive.restart();
  expect(callsOf(hive)).toEqual([...download, ...list, ...wholeRun]);
  await expectTidy(service);
});

test('a cancel while the hive is offline is sent later, even if the service worker is terminated meanwhile', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));

  await hive.disconnect();
  await service.ask('run/cancel', { id: run.id });
  await expectRuns(service, { state: 'cancelling' });
  await extension.terminateServiceWorker();
  await service.wake();
  await expectRuns(service, { state: 'cancelling' });
  await hive.connect();

  await expectRuns(service, { state: 'cancelled', attempt: 1 });
  expect(callsOf(hive)).toEqual([...download, 'DELETE model_download']);
  expect(hive.jobs.map(({ state }) => state)).toEqual(['cancelled']);
  await expectTidy(service);
});

test.describe('without a worker binary', () => {
  test.use({ hiveOptions: { installed: [] } });

  test('an installation that a hive restart interrupted is not repeated automatically', async ({ extension, hive }) => {
    hive.setFaults([{ after: 'build_start', pause: true }]);
    const service = await openServicePage(extension);
    await service.ask('run/start', { subject: 'worker:llm-worker-rbee-cpu' });
    await hive.until(({ paused }) => paused());
    await expectRuns(service, withJob('install', { state: 'live' }));

    await hive.kill();
    await expectRuns(service, withJob('install', { offlineAt: sometime }));
    await hive.restart();

    await expectRuns(service, { state: 'failed', failure: { code: 'job-lost' } });
    expect(withoutRepetitions(callsOf(hive), installed)).toEqual([...installed, ...install, ...installed]);
    await expectTidy(service);
  });
});
