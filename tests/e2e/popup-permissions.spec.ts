import { openSiteAccess } from '../browser/site-access.ts';
import { expect, test } from './fixtures.ts';

test('the popup explains withheld site access, sends no request meanwhile, and is updated when access is granted', async ({
  extension,
  hive,
}) => {
  const siteAccess = await openSiteAccess(extension);
  const popup = await extension.openExtensionPage('popup.html');
  const region = popup.getByRole('region', { name: 'Hive' });
  const missingButtons = region.getByText('add its buttons to marketplace.rbee.dev');
  await expect(region).toContainText('Connected');
  await expect(missingButtons).toHaveCount(0);

  await siteAccess.withhold();
  await expect(region).toContainText('Not allowed');
  await expect(missingButtons).toBeVisible();
  await expect(region.getByRole('button', { name: 'Allow localhost:7835' })).toBeVisible();
  await expect(region.getByRole('button', { name: 'Allow marketplace.rbee.dev' })).toBeVisible();
  const before = hive.requests.length;
  await popup.reload();
  await expect(region).toContainText('Not allowed');
  expect(hive.requests.slice(before)).toEqual([]);

  await siteAccess.allow('http://localhost/*');
  await siteAccess.allow('https://marketplace.rbee.dev/*');
  await expect(region).toContainText('Connected');
  await expect(missingButtons).toHaveCount(0);
});
