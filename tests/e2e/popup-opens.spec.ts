import { expect, test } from './fixtures.ts';

test('the toolbar popup opens and shows the connected hive', async ({ extension }) => {
  const popup = await extension.openActionPopup();
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText(/connected/i);
});

test('popup.html in a tab shows the connected hive after the service worker was terminated', async ({ extension }) => {
  await extension.terminateServiceWorker();
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText(/connected/i);
});
