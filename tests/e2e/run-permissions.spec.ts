import { settingsKey } from '../../lib/settings/watch-stored.ts';
import { openSiteAccess } from '../browser/site-access.ts';
import { qwen } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { openModel, runIn } from './one-run.ts';
import { expectRuns, openServicePage, withJob } from './service-page.ts';

test('a blocked hive is named; while access is withheld, downloads wait and running workers are not “stopped”', async ({
  page,
  extension,
  hive,
}) => {
  const siteAccess = await openSiteAccess(extension);
  const service = await openServicePage(extension);
  const configure = async (settings: object) => {
    await service.store({ [settingsKey]: { schema: 1, ...settings } });
    // The running one may handle a request before it has read them.
    await extension.terminateServiceWorker();
  };
  await configure({ hives: [{ url: 'http://192.168.1.20:7835', name: '' }] });
  const { id } = await service.ask('run/start', { subject: qwen });
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup).locator('[data-code="permission-missing"]')).toContainText('192.168.1.20:7835');
  await expect(runIn(popup).locator('.primary')).toHaveText('Open options');
  await popup.close();
  await service.ask('run/dismiss', { id });
  await configure({});

  hive.setFaults([{ after: 'hf_download_file', pause: true, times: 1 }]);
  await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await siteAccess.withhold();
  let before = hive.requests.length;
  hive.release();
  await expectRuns(service, withJob('download', { state: 'ended', checks: expect.any(Number) }));
  expect(hive.requests.slice(before)).toEqual([]);
  await siteAccess.allow('http://localhost/*');
  await expectRuns(service, { state: 'running' });
  expect(hive.calls().filter((call) => call === 'POST model_download')).toHaveLength(1);

  await siteAccess.withhold();
  before = hive.requests.length;
  await extension.terminateServiceWorker();
  await service.wake();
  const reopened = await extension.openExtensionPage('popup.html');
  await expect(reopened.getByRole('region', { name: 'Hive' })).toContainText('Not allowed');
  await expect(runIn(reopened)).toHaveAttribute('data-state', 'running');
  expect(hive.requests.slice(before)).toEqual([]);

  await siteAccess.allow('http://localhost/*');
  await siteAccess.allow('https://marketplace.rbee.dev/*');
  await expect((await openModel(page)).getByRole('button')).toHaveAccessibleName(/^Open/);
});
