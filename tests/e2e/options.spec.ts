import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

const settings = async (extension: { storage(): Promise<Record<string, unknown>> }) =>
  (await extension.storage()).settings as Record<string, unknown> | undefined;

test('what a person decides is kept, and an open page of before follows', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const other = await extension.openExtensionPage('options.html');
  await page.getByLabel('Downloads at a time').selectOption('3');
  await page.getByLabel('Worker').selectOption('cuda');
  await page.getByLabel('Notify me').uncheck();
  await expect(other.getByLabel('Downloads at a time')).toHaveValue('3');
  await expect(other.getByLabel('Notify me')).not.toBeChecked();
  await expect
    .poll(() => settings(extension))
    .toMatchObject({ downloadsAtOnce: 3, worker: 'cuda', notifications: false });
  await page.reload();
  await expect(page.getByLabel('Worker')).toHaveValue('cuda');
});

test('this computer is looked at as long as no hive is named, and says what it has', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const row = page.getByRole('list', { name: 'Hives' }).locator('> li');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('localhost:7835');
  await expect(row).toContainText('Connected');
  await expect(row.getByRole('list', { name: 'Devices' })).toContainText('memory');
  await expect(row.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
});

test('a hive is added by address and name, tested, made the first choice and removed', async ({ extension, hive }) => {
  const page = await extension.openExtensionPage('options.html');
  const rows = page.getByRole('list', { name: 'Hives' }).locator('> li');
  const add = page.getByRole('form', { name: 'Add a hive' });

  for (const [address, name] of [
    ['127.0.0.1', 'By number'],
    ['localhost:7835', ''],
  ] as const) {
    await add.getByLabel('Address').fill(address);
    await add.getByLabel('Name').fill(name);
    await page.keyboard.press('Enter');
    await expect(add.getByLabel('Address')).toHaveValue('');
  }
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('By number127.0.0.1:7835');
  await expect(rows.first()).toContainText('Connected');
  await expect(rows.first().getByRole('button', { name: /^First choice/ })).toBeDisabled();

  await rows
    .last()
    .getByRole('button', { name: /^Make it the first choice/ })
    .click();
  await expect.poll(() => settings(extension)).toMatchObject({ defaultHive: 'http://localhost:7835' });

  await hive.kill();
  await rows.first().getByRole('button', { name: /^Test/ }).click();
  await expect(rows.first()).toContainText('Not running');

  await rows
    .last()
    .getByRole('button', { name: /^Remove/ })
    .click();
  await expect(rows).toHaveCount(1);
  expect(await settings(extension)).toMatchObject({ hives: [{ url: 'http://127.0.0.1:7835', name: 'By number' }] });
  expect(await settings(extension)).not.toHaveProperty('defaultHive');
});

test('an address that cannot be a hive’s is refused in words, and nothing is kept', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const address = page.getByLabel('Address');
  for (const [typed, told] of [
    ['', 'Type an address.'],
    ['ftp://gpu-box', 'Only http and https'],
    ['http://me:secret@gpu-box', 'user name or password'],
    ['gpu-box:7835/api', 'after the port'],
    ['gpu-box:99999', 'from 1 to 65535'],
  ] as const) {
    await address.fill(typed);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('alert').filter({ hasText: told })).toBeVisible();
  }
  expect(await settings(extension)).toBeUndefined();
});

test('staying awake is asked of the browser when it is turned on', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const granted = () => page.evaluate(() => chrome.permissions.contains({ permissions: ['power'] }));
  expect(await granted()).toBe(false);
  await page.getByLabel('Keep this computer awake').check();
  await expect.poll(granted).toBe(true);
  await expect.poll(() => settings(extension)).toMatchObject({ keepAwake: true });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the options stand in nobody’s way, in the ${colorScheme}`, async ({ extension }) => {
    const page = await extension.openExtensionPage('options.html');
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 700 });
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByText('Type an address.')).toBeVisible();
    await expect(page.getByText('Connected')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
}
