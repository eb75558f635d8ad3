import { expect, test } from './fixtures.ts';

test('console errors and warnings of page, popup and service worker are detected', async ({ extension, page }) => {
  const serviceWorker = await extension.serviceWorker();
  await serviceWorker.evaluate(() => {
    console.warn('deliberate: warning of the service worker');
    void Promise.reject(new Error('deliberate: rejection in the service worker'));
  });
  await page.goto('https://marketplace.rbee.dev/workers');
  await page.evaluate(() => {
    console.error('deliberate: error of the page');
    queueMicrotask(() => {
      throw new Error('deliberate: exception in the page');
    });
  });
  const popup = await extension.openExtensionPage('popup.html');
  await popup.evaluate(() => console.error('deliberate: error of the popup'));

  const problems = async () => {
    const found = await extension.console.problems();
    return found.map(({ where, level, text }) => `${level} at ${new URL(where).pathname}: ${text.split('\n')[0]}`);
  };
  await expect
    .poll(problems)
    .toEqual([
      'warning at /background.js: deliberate: warning of the service worker',
      'exception at /background.js: Uncaught (in promise) Error: deliberate: rejection in the service worker',
      'error at /workers: deliberate: error of the page',
      'exception at /workers: Uncaught Error: deliberate: exception in the page',
      'error at /popup.html: deliberate: error of the popup',
    ]);
  extension.console.allow(/deliberate/);
});
