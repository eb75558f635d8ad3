import { runKey } from '../../lib/runs/keys.ts';
import { llama, qwen } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage, withJob } from './service-page.ts';

test.use({ hiveOptions: { progressMs: 20 } });

test('downloads, queue and starting workers continue after a browser restart, and ended workers are shown as stopped', async ({
  extension,
  hive,
  hub,
}) => {
  test.setTimeout(120_000);
  const posts = (operation: string) => hive.calls().filter((call) => call === `POST ${operation}`).length;
  const rows = async () => {
    const popup = await extension.openExtensionPage('popup.html');
    const row = (subject: string) =>
      popup.getByRole('list', { name: 'Runs' }).locator(`> [data-subject^="${subject}"]`);
    return { first: row(qwen), second: row(llama) };
  };
  hub.setFaults([{ path: /\/resolve\//, holdAt: 0.5 }]);
  hive.setFaults([{ after: 'health_check', pause: true, skip: 1, times: 1 }]);
  let service = await openServicePage(extension);
  for (const subject of [qwen, llama]) await service.ask('run/start', { subject });
  await hub.until(({ held }) => held());
  await expectRuns(service, withJob('download', { state: 'live' }), { state: 'queued' });

  await extension.relaunch();
  let { first, second } = await rows();
  await expect(first).toHaveAttribute('data-state', 'downloading');
  await expect(first).toContainText('The live log was lost. The hive may still be downloading.');
  await expect(first.getByRole('button', { name: /^Check now/ })).toBeVisible();
  await expect(second).toHaveAttribute('data-state', 'downloading');
  hub.setFaults([]);
  hub.release();
  await hive.until(({ paused }) => paused());

  // One worker was verified, the other one is being started.
  await expect(first.or(second).and(first.page().locator('[data-state="running"]'))).toHaveCount(1);
  await extension.relaunch();
  service = await openServicePage(extension);
  await expectRuns(service, { state: 'running', notes: ['found-after-loss'] }, { state: 'running' });
  expect([posts('model_download'), posts('worker_spawn')]).toEqual([2, 2]);
  expect(hive.workers).toMatchObject([{ alive: true }, { alive: true }]);
  await expectTidy(service);

  // The last evidence for the workers is too old to be accepted.
  for (const run of await service.runs()) {
    await service.store({ [runKey(run.id)]: { ...run, worker: { ...run.worker, provenAt: 0 } } });
  }
  const restarted = extension.relaunch();
  for (const { pid } of hive.workers) process.kill(pid);
  await restarted;
  ({ first, second } = await rows());
  for (const row of [first, second]) await expect(row).toHaveAttribute('data-state', 'stopped');
  expect([posts('model_download'), posts('worker_spawn')]).toEqual([2, 2]);
});
