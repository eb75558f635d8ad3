import { callsOf, download, install, installed, list, lookedOnce, qwen, spawn, times, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, sometime, withJob } from './service-page.ts';

const id = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q4_k_m.gguf';

test.use({
  hiveOptions: { heartbeatMs: 50 },
  // The browser's own lines about a hive that is not there, or that goes away in the middle of an answer.
  allowConsole: [/^Failed to load resource: (?:net::ERR_|the server responded with a status of 404)/],
});

test('a download is sent again once for each restart of the hive, three times and no more', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });

  for (const restarts of [1, 2, 3, 4]) {
    await hive.until(({ jobs, paused }) => paused() && jobs.at(-1)?.operation === 'model_download');
    await expectRuns(service, withJob('download', { state: 'live' }));
    await hive.kill();
    await expectRuns(service, withJob('download', { downAt: sometime }));
    await hive.restart();
    if (restarts < 4)
      await hive.until(({ jobs }) => jobs.filter(({ operation }) => operation === 'model_download').length > restarts);
  }

  await expectRuns(service, { state: 'failed', failure: { code: 'job-lost' }, notes: ['sent-again'] });
  const round = [...download, ...list];
  expect(callsOf(hive)).toEqual([...round, ...round, ...round, ...round]);
  await expectTidy(service);
});

test('a hive that comes back with the finished model is not asked for it again', async ({ extension, hive }) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));

  await hive.kill();
  await expectRuns(service, withJob('download', { downAt: sometime }));
  await hive.restart({ add: [id] });

  await expectRuns(service, { state: 'running', attempt: 1, notes: ['found-after-loss'] });
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('a network that fails for a while is no restart: the job goes on and is not sent again', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));

  await hive.unplug();
  hive.release();
  await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  await expectRuns(service, withJob('download', { state: 'lost' }));
  await hive.plug();

  await expectRuns(service, { state: 'running', attempt: 1, notes: ['found-after-loss'] });
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('a cancel is remembered while the hive is gone and the service worker has died, and sent when it is back', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));

  await hive.unplug();
  await service.ask('run/cancel', { id: run.id });
  await expectRuns(service, { state: 'cancelling' });
  await extension.killServiceWorker();
  await service.wake();
  await expectRuns(service, { state: 'cancelling' });
  await hive.plug();

  await expectRuns(service, { state: 'cancelled', attempt: 1 });
  expect(callsOf(hive)).toEqual([...download, 'DELETE model_download']);
  expect(hive.jobs.map(({ state }) => state)).toEqual(['cancelled']);
  await expectTidy(service);
});

test('a cancel that was remembered finds a hive that was restarted and knows no such job', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));

  await hive.kill();
  await expectRuns(service, withJob('download', { downAt: sometime }));
  await service.ask('run/cancel', { id: run.id });
  await hive.restart();

  await expectRuns(service, { state: 'cancelled', attempt: 1 });
  // The hive knows the id no more, so the stand-in cannot say of which operation it was.
  expect(callsOf(hive)).toEqual([...download, 'DELETE ?']);
  await expectTidy(service);
});

test('a spawn is never sent again, and a cancel ends the search for its worker', async ({ extension, hive }) => {
  hive.setFaults([{ after: 'health_check', pause: true }]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('spawn', { state: 'live' }));

  await hive.kill();
  await expectRuns(service, withJob('spawn', { downAt: sometime }));
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.locator('[data-notice="lost"]')).toContainText('The hive was stopped');
  await popup.close();
  await hive.restart();
  const before = hive.requests.length;
  // Each look asks the telemetry for a worker of this model.
  await hive.until(
    ({ requests }) => requests.slice(before).filter(({ path }) => path.includes('heartbeats')).length >= 2,
  );
  await expectRuns(service, { state: 'starting' });
  expect(callsOf(hive)).toEqual(wholeRun);

  await service.ask('run/cancel', { id: run.id });
  await expectRuns(service, { state: 'cancelled', attempt: 1 });
  expect(callsOf(hive).filter((call) => spawn.includes(call))).toEqual(spawn);
  await expectTidy(service);
});

test.describe('whose workers outlive it', () => {
  test.use({ hiveOptions: { heartbeatMs: 50, workersOutlive: true } });

  test('a worker that a hive had started before it died is found', async ({ extension, hive }) => {
    hive.setFaults([{ after: 'health_check', pause: true }]);
    const service = await openServicePage(extension);
    await service.ask('run/start', { subject: qwen });
    await hive.until(({ paused }) => paused());
    await expectRuns(service, withJob('spawn', { state: 'live' }));

    await hive.kill();

    await expectRuns(service, { state: 'running', attempt: 1, notes: ['found-after-loss'] });
    await hive.restart();
    expect(callsOf(hive)).toEqual(wholeRun);
    await expectTidy(service);
  });
});

test.describe('without a worker binary', () => {
  test.use({ hiveOptions: { heartbeatMs: 50, installed: [] } });

  test('an installation is never sent again by itself', async ({ extension, hive }) => {
    hive.setFaults([{ after: 'build_start', pause: true }]);
    const service = await openServicePage(extension);
    await service.ask('run/start', { subject: 'worker:llm-worker-rbee-cpu' });
    await hive.until(({ paused }) => paused());
    await expectRuns(service, withJob('install', { state: 'live' }));

    await hive.kill();
    await expectRuns(service, withJob('install', { downAt: sometime }));
    await hive.restart();

    await expectRuns(service, { state: 'failed', failure: { code: 'job-lost' } });
    expect(lookedOnce(callsOf(hive), installed)).toEqual([...installed, ...install, ...installed]);
    await expectTidy(service);
  });
});

test('a request whose answer was lost is sent again by itself, and one job runs', async ({ extension, hive }) => {
  hive.setFaults([{ on: 'submit', operation: 'model_download', drop: true, late: true, times: 2 }]);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject: qwen });

  // The browser sends it once more by itself where it had used the connection before; then the run waits for the hive.
  const lookedAt = async () => {
    await service.ask('hive/status', {});
    return service.runs();
  };
  await expect.poll(lookedAt, { timeout: 30_000 }).toMatchObject([{ state: 'running', attempt: 1 }]);
  expect(callsOf(hive)).toEqual([...times(2, 'POST model_download'), ...wholeRun]);
  expect(hive.jobs.filter(({ operation, openedAt }) => operation === 'model_download' && openedAt)).toHaveLength(1);
  await expectTidy(service);
});
