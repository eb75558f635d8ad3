import { expect, test } from './fixtures.ts';

test('the toolbar’s popup opens and says that the hive is connected', async ({ extension }) => {
  const popup = await extension.openActionPopup();
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText(/connected/i);
});

test('opened in a tab it says the same, and still does after the service worker has died', async ({ extension }) => {
  await extension.killServiceWorker();
  const popup = await extension.openExtensionPage('popup.html');
  await expect(popup.getByRole('region', { name: 'Hive' })).toContainText(/connected/i);
});
