import { openSiteAccess } from '../browser/site-access.ts';
import { expect, test } from './fixtures.ts';
import { openModel, runIn } from './one-run.ts';
import { expectRuns, openServicePage, withJob } from './service-page.ts';

const subject = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';

test('a run whose access to its hive is withdrawn waits, and continues when access is granted', async ({
  extension,
  hive,
}) => {
  const siteAccess = await openSiteAccess(extension);
  const service = await openServicePage(extension);
  hive.setFaults([{ after: 'hf_download_file', pause: true, times: 1 }]);
  await service.ask('run/start', { subject });
  await hive.until(({ paused }) => paused());
  await siteAccess.withhold();
  const before = hive.requests.length;
  hive.release();
  await expectRuns(service, withJob('download', { state: 'ended', checks: expect.any(Number) }));
  expect(hive.requests.slice(before)).toEqual([]);

  await siteAccess.allow('http://localhost/*');
  await expectRuns(service, { state: 'running' });
  expect(hive.calls().filter((call) => call === 'POST model_download')).toHaveLength(1);
});

test('a running worker is not reported as stopped while access is withheld', async ({ page, extension, hive }) => {
  const siteAccess = await openSiteAccess(extension);
  const service = await openServicePage(extension);
  await service.ask('run/start', { subject });
  await expectRuns(service, { state: 'running' });
  await siteAccess.withhold();
  const before = hive.requests.length;
  await extension.killServiceWorker();
  await service.wake();
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText('Not allowed');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'running');
  expect(hive.requests.slice(before)).toEqual([]);
  await expectRuns(service, { state: 'running' });

  await siteAccess.allow('http://localhost/*');
  await siteAccess.allow('https://marketplace.rbee.dev/*');
  await expect((await openModel(page)).getByRole('button')).toHaveAccessibleName(/^Open/);
});
