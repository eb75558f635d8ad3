import { processes, spawn } from './calls.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { expectState, file, model, openModel, press, runIn } from './one-run.ts';
import { openServicePage } from './service-page.ts';

test.setTimeout(120_000);

const whole = `${model}:${file}`;
const posts = (hive: { calls(): string[] }, operation: string) =>
  hive.calls().filter((call) => call === `POST ${operation}`).length;

/** The command that the popup displays. The popup stays open, and looks for the worker. */
async function displayedCommand(extension: Extension, inside?: string): Promise<string> {
  const popup = await extension.openExtensionPage('popup.html');
  if (inside) await runIn(popup, model).getByText(inside).click();
  const command = runIn(popup, model).locator('.command code').first();
  await expect(command).toContainText('llm-worker-rbee-cpu', { timeout: 30_000 });
  return (await command.textContent()) ?? '';
}

test.describe('the hive of November 2025', () => {
  test.use({ hiveOptions: { kind: 'today' } });

  test('needs one click and one pasted command', async ({ page, extension, hive }) => {
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'choose');
    hive.shell(await displayedCommand(extension, 'Build and start the worker yourself'));
    await expectState(host, 'running', 60_000);
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup, model)).toHaveAttribute('data-state', 'running');
    await runIn(popup, model).getByRole('button', { name: /^Stop/ }).click();
    await expect(runIn(popup, model)).toHaveAttribute('data-state', 'stopped', { timeout: 20_000 });
    await expectState(host, 'stopped');
  });

  test('and a service worker that is terminated while the user starts the worker', async ({
    page,
    extension,
    hive,
  }) => {
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'choose');
    const command = await displayedCommand(extension, 'Build and start the worker yourself');
    await extension.killServiceWorker();
    hive.shell(command);
    await (await openServicePage(extension)).wake();
    await expectState(host, 'running', 60_000);
    expect(posts(hive, 'worker_spawn')).toBe(0);
  });
});

test.describe('a hive whose binaries have other names than it looks for', () => {
  test.use({ hiveOptions: { kind: 'today', installed: ['cpu'], spawn: 'real', models: [whole] } });

  test('leads to a command without a question', async ({ page, extension, hive }) => {
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'choose');
    await expect(host.getByRole('button')).toHaveAccessibleName(/^Start the worker/);
    hive.shell(await displayedCommand(extension));
    await expectState(host, 'running', 60_000);
    expect(posts(hive, 'worker_spawn')).toBe(1);
  });
});

test.describe('a hive that reports an error although the worker runs', () => {
  test.use({ hiveOptions: { kind: 'today', installed: ['cpu'], models: [whole] } });

  test('is believed only after 150 s: the run is running without a command', async ({ page, hive }) => {
    const host = await openModel(page);
    await press(host);
    await expectState(host, 'running', 60_000);
    expect(hive.calls()).toEqual(expect.arrayContaining([...processes, ...spawn]));
    expect(posts(hive, 'worker_spawn')).toBe(1);
  });
});
