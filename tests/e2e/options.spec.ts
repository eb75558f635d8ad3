import { readFile, writeFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Download, Page } from '@playwright/test';
import { hiveFaults } from '../hive/faults.ts';
import { expect, test } from './fixtures.ts';
import { failed, logOf, record, stored } from './records.ts';

const settings = async (extension: { storage(): Promise<Record<string, unknown>> }) =>
  (await extension.storage()).settings as Record<string, unknown> | undefined;

async function addHives(page: Page, ...hives: (readonly [address: string, name: string])[]): Promise<void> {
  const add = page.getByRole('form', { name: 'Add a hive' });
  for (const [address, name] of hives) {
    await add.getByLabel('Address').fill(address);
    await add.getByLabel('Name').fill(name);
    await page.keyboard.press('Enter');
    await expect(add.getByLabel('Address')).toHaveValue('');
  }
}

async function saved(page: Page, button: string): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return download;
}

async function load(page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import settings' }).click(),
  ]);
  await chooser.setFiles(file);
}

const asFile = (text: string) => ({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(text) });

const anotherFile = {
  format: 'rbee-settings',
  version: 1,
  settings: {
    hives: [{ url: 'http://192.168.1.20:7835', name: 'Big box' }],
    downloadsAtOnce: 1,
    backend: 'auto',
    notifyFinished: true,
    notifyFailed: true,
    keepAwake: true,
  },
};

test('changed settings are stored and shown in other open pages', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const other = await extension.openExtensionPage('options.html');
  await page.getByLabel('Simultaneous downloads').selectOption('3');
  await page.getByLabel('Backend').selectOption('cuda');
  await page.getByLabel('Notify when a run finishes').uncheck();
  await expect(other.getByLabel('Simultaneous downloads')).toHaveValue('3');
  await expect(other.getByLabel('Notify when a run finishes')).not.toBeChecked();
  await expect
    .poll(() => settings(extension))
    .toMatchObject({ downloadsAtOnce: 3, backend: 'cuda', notifyFinished: false });
  await page.reload();
  await expect(page.getByLabel('Backend')).toHaveValue('cuda');
});

test('if no hive is configured, the options show the hive of this computer', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const row = page.getByRole('list', { name: 'Hives' }).locator('> li');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('localhost:7835');
  await expect(row).toContainText('Connected');
  await expect(row.getByRole('list', { name: 'Devices' })).toContainText('RAM');
  await expect(row.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
});

test('a hive can be added by address and name, tested and removed', async ({ extension, hive }) => {
  const page = await extension.openExtensionPage('options.html');
  const rows = page.getByRole('list', { name: 'Hives' }).locator('> li');
  await addHives(page, ['127.0.0.1', 'By number'], ['localhost:7835', '']);
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('By number127.0.0.1:7835');
  await expect(rows.first()).toContainText('Connected');
  await expect(rows.first()).toContainText('Version 0.1.0');

  await hive.kill();
  await rows.first().getByRole('button', { name: /^Test/ }).click();
  await expect(rows.first()).toContainText('Not running');

  await rows
    .last()
    .getByRole('button', { name: /^Remove/ })
    .click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole('heading', { name: 'Hives' })).toBeFocused();
  expect(await settings(extension)).toMatchObject({ hives: [{ url: 'http://127.0.0.1:7835', name: 'By number' }] });
});

test('the default hive can be chosen and set back to the best one; removing it unsets it', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const defaultHive = page.getByLabel('Default hive');
  await addHives(page, ['127.0.0.1', 'By number']);
  await expect(page.getByText('Models run on this hive.')).toBeVisible();
  await expect(defaultHive).toHaveCount(0);

  await addHives(page, ['localhost:7835', '']);
  await expect(defaultHive.locator('option:checked')).toHaveText('Best hive for the model');
  await expect(page.getByText('on which the model runs best')).toBeVisible();
  expect(await settings(extension)).not.toHaveProperty('defaultHive');

  await defaultHive.selectOption('By number · 127.0.0.1:7835');
  await expect(page.getByText('New runs use this hive.')).toBeVisible();
  await expect.poll(() => settings(extension)).toMatchObject({ defaultHive: 'http://127.0.0.1:7835' });
  await page.reload();
  await expect(defaultHive.locator('option:checked')).toHaveText('By number · 127.0.0.1:7835');
  // What is found out about a hive moves the buttons below it.
  await expect(page.locator('[data-hive]:not([data-state="connected"])')).toHaveCount(0);

  await defaultHive.selectOption('Best hive for the model');
  await expect.poll(() => settings(extension)).not.toHaveProperty('defaultHive');

  await defaultHive.selectOption('localhost:7835');
  await expect.poll(() => settings(extension)).toMatchObject({ defaultHive: 'http://localhost:7835' });
  await page.getByRole('button', { name: 'Remove localhost:7835' }).click();
  await expect(defaultHive).toHaveCount(0);
  expect(await settings(extension)).not.toHaveProperty('defaultHive');
});

test('no more than 20 hives can be added', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  await page.evaluate(
    (hives) => chrome.storage.local.set({ settings: { schema: 1, hives } }),
    Array.from({ length: 20 }, (_, index) => ({ url: `http://127.0.0.1:${9000 + index}`, name: '' })),
  );
  await expect(page.getByRole('list', { name: 'Hives' }).locator('> li')).toHaveCount(20);
  await page.getByLabel('Address').fill('127.0.0.1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'It can hold 20 hives.' })).toBeVisible();
});

test('addresses of hives are normalised, and each one can be added only once', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  await addHives(page, [' HTTP://LocalHost/ ', ''], ['127.1:07834', '']);
  expect(await settings(extension)).toMatchObject({
    hives: [{ url: 'http://localhost:7835' }, { url: 'http://127.0.0.1:7834' }],
  });
  await page.getByLabel('Address').fill('http://127.0.0.1:7834/');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'already in the list' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Hives' }).locator('> li')).toHaveCount(2);
});

test('invalid addresses of hives are rejected with a reason', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const address = page.getByLabel('Address');
  for (const [typed, reason] of [
    ['', 'Enter an address.'],
    ['gpu-box:7835/api', 'after the port'],
    ['gpu box', 'not a valid host name'],
  ] as const) {
    await address.fill(typed);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('alert').filter({ hasText: reason })).toBeVisible();
  }
  expect(await settings(extension)).toBeUndefined();
});

test('the setting that keeps the computer awake requests the “power” permission', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const granted = () => page.evaluate(() => chrome.permissions.contains({ permissions: ['power'] }));
  expect(await granted()).toBe(false);
  await page.getByLabel('Keep this computer awake').check();
  await expect.poll(granted).toBe(true);
  await expect.poll(() => settings(extension)).toMatchObject({ keepAwake: true });
});

test.describe('testing the address of a hive', () => {
  test.use({ hiveOptions: { faults: hiveFaults.oldHive } });

  test('reports an outdated hive, another program, no response and a stopped hive', async ({ extension, hive }) => {
    const page = await extension.openExtensionPage('options.html');
    const row = page.getByRole('list', { name: 'Hives' }).locator('> li');
    const again = row.getByRole('button', { name: 'Test localhost:7835' });
    await expect(row).toContainText('Update required');

    hive.setFaults(hiveFaults.otherProgram);
    await again.click();
    await expect(row).toContainText('Not a hive');
    await expect(row).toContainText('Another program is using this port.');

    hive.setFaults(hiveFaults.neverReplies);
    await again.click();
    await expect(row).toContainText('Not responding', { timeout: 30_000 });
    await expect(row).toContainText('rbee-hive does not respond');

    await hive.kill();
    await again.click();
    await expect(row).toContainText('Not running');
    await expect(row).toContainText('Start it on this computer.');
  });
});

test('settings can be exported to a file and imported again after confirmation', async ({ extension }, testInfo) => {
  const page = await extension.openExtensionPage('options.html');
  await addHives(page, ['127.0.0.1', 'By number'], ['localhost:7835', '']);
  await page.getByLabel('Default hive').selectOption('By number · 127.0.0.1:7835');
  await page.getByLabel('Backend').selectOption('cpu');
  await expect.poll(() => settings(extension)).toMatchObject({ backend: 'cpu' });
  const before = await settings(extension);
  const download = await saved(page, 'Export settings');
  expect(download.suggestedFilename()).toBe('rbee-settings.json');
  const path = testInfo.outputPath('rbee-settings.json');
  await download.saveAs(path);

  await page.getByRole('button', { name: 'Remove By number' }).click();
  await page.getByLabel('Backend').selectOption('cuda');
  await page.getByLabel('Notify when a run finishes').uncheck();
  await expect.poll(() => settings(extension)).toMatchObject({ notifyFinished: false });
  const changed = await settings(extension);

  await load(page, path);
  const preview = page.getByRole('region', { name: 'This file changes:' });
  await expect(preview.getByRole('heading')).toBeFocused();
  await expect(preview.getByRole('listitem')).toHaveText([
    'Add By number · 127.0.0.1:7835',
    'Default hive: By number · 127.0.0.1:7835',
    'Backend: CPU',
    'Notify when a run finishes: on',
  ]);
  await preview.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('Nothing was changed.')).toBeFocused();
  expect(await settings(extension)).toEqual(changed);

  await load(page, path);
  await preview.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('The settings were imported.')).toBeFocused();
  expect(await settings(extension)).toEqual(before);
  await expect(page.getByLabel('Backend')).toHaveValue('cpu');
  await expect(page.getByRole('list', { name: 'Hives' }).locator('> li')).toHaveCount(2);

  await load(page, path);
  await expect(page.getByText('This file contains your current settings.')).toBeFocused();
});

test('a settings file contains no permissions: they are requested again after an import', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  await load(page, asFile(JSON.stringify(anotherFile)));
  await page.getByRole('button', { name: 'Apply' }).click();

  const row = page.getByRole('list', { name: 'Hives' }).locator('> li');
  await expect(row).toContainText('Not allowed');
  await expect(row.getByRole('button', { name: 'Allow Big box' })).toBeVisible();
  const keepAwake = page.getByLabel('Keep this computer awake');
  await expect(keepAwake).not.toBeChecked();
  await expect(page.getByRole('alert').filter({ hasText: 'has not granted permission yet' })).toBeVisible();

  await keepAwake.check();
  await expect(page.getByText('has not granted permission yet')).toHaveCount(0);
  await expect(keepAwake).toBeChecked();
});

test('an invalid settings file is rejected with a reason', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  await page.getByLabel('Simultaneous downloads').selectOption('3');
  await expect.poll(() => settings(extension)).toMatchObject({ downloadsAtOnce: 3 });
  const before = await settings(extension);
  const whole = await readFile((await (await saved(page, 'Export settings')).path()) as string, 'utf8');
  for (const [text, reason] of [
    [whole.slice(0, -20), 'damaged or not a settings file'],
    [whole.replace('"version": 1', '"version": 2'), 'a newer version'],
    [whole.replace('[]', '[{"url":"<b>box</b>","name":""}]'), '“<b>box</b>” in this file is invalid'],
    [whole + ' '.repeat(70_000), 'too large'],
  ] as const) {
    await load(page, asFile(text));
    await expect(page.getByText(reason)).toBeFocused();
    await expect(page.getByRole('button', { name: 'Apply' })).toHaveCount(0);
  }
  expect(await settings(extension)).toEqual(before);
});

test('the diagnostics file contains settings, hives and runs but no private names or tokens', async ({ extension }) => {
  const page = await extension.openExtensionPage('options.html');
  const now = Date.now();
  const run = failed(now, 'hive-rejected', 'download', 'Cannot write /home/anna/.cache: hf_AbCdEfGhIjKlMnOpQrStUvWx', {
    hive: 'http://192.168.1.20:7835',
  });
  const fine = record(now, { state: 'running', worker: { address: 'http://192.168.1.20:8080', port: 8080 } });
  const log = [...logOf(now, 60), { at: now, action: 'note', message: 'Bearer abc.def of annas-mac.local' }];
  await page.evaluate((items) => chrome.storage.local.set(items), {
    ...stored([run, fine], { [run.id]: log }),
    'quarantined:run:old': { any: 'thing' },
    settings: {
      schema: 1,
      hives: [
        { url: 'http://192.168.1.20:7835', name: 'Anna’s cellar' },
        { url: 'http://localhost:7835', name: '' },
      ],
    },
  });

  await expect(page.getByText('sent to nobody')).toBeVisible();
  const download = await saved(page, 'Save diagnostics');
  expect(download.suggestedFilename()).toBe('rbee-diagnostics.json');
  const text = await readFile((await download.path()) as string, 'utf8');
  expect(text).not.toMatch(/192\.168|anna|cellar|AbCdEf|abc\.def/i);
  const report = JSON.parse(text);
  expect(report).toMatchObject({
    format: 'rbee-diagnostics',
    settings: { hives: [{ url: 'http://hive-1:7835', named: true }, { url: 'http://localhost:7835' }] },
    hives: [
      { url: 'http://hive-1:7835', state: 'permission-missing' },
      { url: 'http://localhost:7835', state: 'connected' },
    ],
    runs: [{ id: fine.id }, { id: run.id, failure: { code: 'hive-rejected' } }],
  });
  expect(report.runs[1].log).toHaveLength(50);
});

test('settings and diagnostics files can be used with the keyboard alone', async ({ extension }, testInfo) => {
  const page = await extension.openExtensionPage('options.html');
  const path = testInfo.outputPath('mine.json');
  const reach = async (name: string) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.getByRole('button', { name }).and(page.locator(':focus')).count()) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab never reached “${name}”.`);
  };
  await reach('Export settings');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  await download.saveAs(path);
  await writeFile(path, (await readFile(path, 'utf8')).replace('"downloadsAtOnce": 1', '"downloadsAtOnce": 2'));

  // Starts before the key press, which may open the file chooser before Playwright has begun to intercept it.
  const chooser = page.waitForEvent('filechooser');
  await reach('Import settings');
  await page.keyboard.press('Space');
  await (await chooser).setFiles(path);
  await expect(page.getByRole('heading', { name: 'This file changes:' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The settings were imported.')).toBeFocused();
  await expect.poll(() => settings(extension)).toMatchObject({ downloadsAtOnce: 2 });

  await reach('Save diagnostics');
  const [report] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(report.suggestedFilename()).toBe('rbee-diagnostics.json');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no violation in the options with ${colorScheme} colours`, async ({ extension }) => {
    const page = await extension.openExtensionPage('options.html');
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 700 });
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByText('Enter an address.')).toBeVisible();
    await expect(page.getByText('Connected').first()).toBeVisible();
    await addHives(page, ['127.0.0.1', 'A machine with quite a long name in the cellar'], ['localhost', '']);
    await load(page, asFile(JSON.stringify(anotherFile)));
    await expect(page.getByRole('button', { name: 'Apply' })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
}
