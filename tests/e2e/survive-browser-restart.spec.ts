import { callsOf, download, installed, list, llama, lookedOnce, qwen, smol, spawn, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, withJob } from './service-page.ts';

test.use({ hiveOptions: { heartbeatMs: 50, progressMs: 20 } });

const half = [{ path: /\/resolve\//, holdAt: 0.5 }];
const found = { state: 'running', attempt: 1, notes: ['found-after-loss'] };

test('a download that ends while the browser is closed is found at the next start, with no view open', async ({
  extension,
  hive,
  hub,
}) => {
  hub.setFaults(half);
  const before = await openServicePage(extension);
  await before.ask('run/start', { subject: qwen });
  await hub.until(({ held }) => held());
  await expectRuns(before, withJob('download', { state: 'live' }));

  const reopened = extension.relaunch();
  await hive.until(({ jobs }) => jobs[0]?.dropped);
  hub.release();
  await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  await reopened;

  await hive.until(({ jobs }) => jobs.at(-1)?.operation === 'worker_spawn');
  const service = await openServicePage(extension);
  await expectRuns(service, found);
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('a download that is still under way at the next start goes on, and says that its live log was lost', async ({
  extension,
  hive,
  hub,
}) => {
  hub.setFaults(half);
  const before = await openServicePage(extension);
  await before.ask('run/start', { subject: qwen });
  await hub.until(({ held }) => held());
  await expectRuns(before, withJob('download', { state: 'live' }));

  await extension.relaunch();

  const popup = await extension.openExtensionPage('popup.html');
  const run = popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="${qwen}"]`);
  await expect(run).toHaveAttribute('data-state', 'downloading');
  await expect(run).toContainText('The live log was lost. The hive may still be downloading.');
  await expect(run.getByRole('button', { name: /^Check now/ })).toBeVisible();
  await expect.poll(() => lookedOnce(callsOf(hive))).toEqual([...download, ...list]);

  hub.release();
  const service = await openServicePage(extension);
  await expectRuns(service, found);
  expect(lookedOnce(callsOf(hive))).toEqual(wholeRun);
  await expect(run).toContainText('The live log was lost, but the result was found on the hive.');
  await expectTidy(service);
});

test('a worker that was being started when the browser closed is found, and not started twice', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'health_check', pause: true }]);
  const before = await openServicePage(extension);
  await before.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(before, withJob('spawn', { state: 'live' }));

  await extension.relaunch();

  const service = await openServicePage(extension);
  await expectRuns(service, found);
  const [worker] = hive.workers;
  await expectRuns(service, { worker: { port: worker?.port, pid: worker?.pid } });
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('a worker that ended while the browser was closed is not said to be running', async ({ extension, hive }) => {
  const before = await openServicePage(extension);
  await before.ask('run/start', { subject: qwen });
  await expectRuns(before, { state: 'running' });

  const reopened = extension.relaunch();
  for (const { pid } of hive.workers) process.kill(pid);
  await reopened;

  const popup = await extension.openExtensionPage('popup.html');
  const run = popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="${qwen}"]`);
  await expect(run).toHaveAttribute('data-state', 'stopped', { timeout: 30_000 });
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(await openServicePage(extension));
});

test.describe('on a hive without a worker binary', () => {
  test.use({ hiveOptions: { heartbeatMs: 50, progressMs: 20, installed: [] } });

  test('what was queued keeps its order', async ({ extension, hive, hub }) => {
    hub.setFaults(half);
    const before = await openServicePage(extension);
    for (const subject of [smol, qwen, llama]) await before.ask('run/start', { subject });
    await hub.until(({ held }) => held());
    const opened = withJob('download', { state: 'live' });
    await expectRuns(before, opened, { state: 'queued' }, { state: 'queued' });

    const reopened = extension.relaunch();
    await hive.until(({ jobs }) => jobs[0]?.dropped);
    hub.setFaults([]);
    hub.release();
    await reopened;

    const service = await openServicePage(extension);
    const waiting = { state: 'choose', choice: 'install' };
    await expectRuns(
      service,
      { ...waiting, subject: smol },
      { ...waiting, subject: qwen },
      { ...waiting, subject: llama },
    );
    const posted = hive.requests.filter(({ method, operation }) => method === 'POST' && operation === 'model_download');
    expect(posted.map(({ json }) => `hf:${(json as { model: string }).model}`.split(':', 2).join(':'))).toEqual([
      smol,
      qwen,
      llama,
    ]);
    expect(hive.calls().filter((call) => call.startsWith('DELETE') || spawn.includes(call))).toEqual([]);
    expect(lookedOnce(callsOf(hive), installed).filter((call) => download.includes(call))).toHaveLength(6);
    await expectTidy(service);
  });
});
