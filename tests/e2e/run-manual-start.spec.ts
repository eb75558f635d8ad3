import type { Page } from '@playwright/test';
import { runKey } from '../../lib/runs/keys.ts';
import { findFreePort } from '../net/free-port.ts';
import { descriptionOf } from './buttons.ts';
import { processes, spawn } from './calls.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { detailOf, expectState, file, model, openModel, press, runIn } from './one-run.ts';
import { expectRuns, openServicePage, type ServicePage, sometime, withJob, withStep } from './service-page.ts';

const whole = `${model}:${file}`;
const posts = (hive: { calls(): string[] }, operation: string) =>
  hive.calls().filter((call) => call === `POST ${operation}`).length;

async function displayedCommand(popup: Page): Promise<string> {
  const command = runIn(popup).locator('.command code').first();
  await expect(command).toContainText('llm-worker-rbee-cpu');
  return (await command.textContent()) ?? '';
}

/**
 * Terminates the service worker and changes the port of the command. Commands start at port 8080, so tests that run in
 * parallel would start their workers on the same port.
 */
async function useFreePort(extension: Extension, service: ServicePage): Promise<number> {
  await extension.terminateServiceWorker();
  const [run] = await service.runs();
  if (!run?.manual) throw new Error('The run does not wait for a worker.');
  const port = await findFreePort();
  await service.store({ [runKey(run.id)]: { ...run, manual: { ...run.manual, port } } });
  return port;
}

const isHealthy = (port = 0) =>
  fetch(`http://localhost:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );

test.describe('the hive of November 2025, without a worker binary', () => {
  test.use({ hiveOptions: { kind: 'today' } });
  test.setTimeout(120_000);

  test('a click and the displayed command start a worker, with a service worker termination in each step', async ({
    page,
    extension,
    hive,
    hub,
  }) => {
    hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
    const service = await openServicePage(extension);
    const host = await openModel(page);
    await press(host);
    await hub.until(({ held }) => held());
    await expectRuns(service, withJob('download', { state: 'live' }));
    await extension.terminateServiceWorker();
    hub.setFaults([]);
    hub.release();
    await hive.until(({ models }) => models().length === 1);
    await service.wake();
    await expectState(host, 'choose');
    await expect(host.getByRole('button')).toHaveAccessibleName(/^Continue in rbee/);

    await extension.terminateServiceWorker();
    const popup = await extension.openExtensionPage('popup.html');
    await runIn(popup)
      .getByRole('button', { name: /^Install the worker/ })
      .click();
    await expect.poll(() => descriptionOf(host)).toContain('The hive could not start a worker');
    await popup.goto('about:blank');
    await expectRuns(service, { choice: 'start-worker', manual: { nextPollAt: sometime } });
    const port = await useFreePort(extension, service);
    await popup.goBack();
    const command = await displayedCommand(popup);
    expect(command).toContain(`--port ${port}`);
    await extension.terminateServiceWorker();
    hive.shell(command);
    await expect(runIn(popup)).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
    await expectState(host, 'running');
    expect([posts(hive, 'model_download'), posts(hive, 'worker_spawn')]).toEqual([1, 0]);
    expect(await isHealthy(port)).toBe(true);

    await extension.terminateServiceWorker();
    await runIn(popup).getByRole('button', { name: /^Stop/ }).click();
    await expect(runIn(popup)).toHaveAttribute('data-state', 'stopped');
    await expectState(host, 'stopped');
    await expect.poll(() => isHealthy(port)).toBe(false);

    // The worker is started before the click.
    hive.shell(command);
    await expect.poll(() => isHealthy(port), { timeout: 30_000 }).toBe(true);
    await press(host, /^Run with rbee/);
    await expectState(host, 'running');
    await expect(runIn(popup).locator('.command')).toHaveCount(0);
    expect(posts(hive, 'worker_spawn')).toBe(0);
  });

  test('a click and the command start a worker, with browser restarts in between', async ({ extension, hive, hub }) => {
    hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
    const first = await openServicePage(extension);
    await first.ask('run/start', { subject: `hf:${model}` });
    await hub.until(({ held }) => held());
    await expectRuns(first, withJob('download', { state: 'live' }));

    const restarted = extension.relaunch();
    await hive.until(({ jobs }) => jobs[0]?.dropped);
    hub.setFaults([]);
    hub.release();
    await hive.until(({ models }) => models().length === 1);
    await restarted;
    const service = await openServicePage(extension);
    await expectRuns(service, { state: 'choose', manual: { nextPollAt: sometime } });
    const port = await useFreePort(extension, service);

    await extension.relaunch();
    const commandPopup = await extension.openExtensionPage('popup.html');
    // Instead of the installation by the hive, which would fail.
    await runIn(commandPopup).getByText('Build and start the worker yourself').click();
    hive.shell(await displayedCommand(commandPopup));
    await extension.relaunch();
    await expect.poll(() => isHealthy(port), { timeout: 30_000 }).toBe(true);
    const checking = await openServicePage(extension);
    const [waiting] = await checking.runs();
    // Each view that shows the command sends this.
    await checking.ask('run/check', { id: waiting?.id ?? '' });
    await expectRuns(checking, { state: 'running' });

    await extension.relaunch();
    const page = await extension.context.newPage();
    await page.goto(detailOf(model));
    const host = page.locator('rbee-run').first();
    await expectState(host, 'running');
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup)).toHaveAttribute('data-state', 'running');
    expect([posts(hive, 'model_download'), posts(hive, 'worker_spawn')]).toEqual([1, 0]);
    await runIn(popup).getByRole('button', { name: /^Stop/ }).click();
    await expect(runIn(popup)).toHaveAttribute('data-state', 'stopped');
  });
});

test.describe('the hive of November 2025, which reports an error although the worker runs', () => {
  test.use({ hiveOptions: { kind: 'today', installed: ['cpu'], models: [whole] } });

  test('the run ends as running and shows no command, even if the service worker is terminated at the error', async ({
    page,
    extension,
    hive,
  }) => {
    hive.setFaults([{ after: 'monitored_spawn', pause: true }]);
    const service = await openServicePage(extension);
    const host = await openModel(page);
    await press(host);
    await hive.until(({ paused }) => paused());
    await expectRuns(service, withJob('spawn', { state: 'live' }));
    hive.release();
    await expectRuns(service, withStep('spawn', { job: expect.objectContaining({ state: 'ended' }) }));
    await extension.terminateServiceWorker();
    await service.wake();
    await expectState(host, 'running');
    expect(hive.calls()).toEqual(expect.arrayContaining([...processes, ...spawn]));
    expect(posts(hive, 'worker_spawn')).toBe(1);
    const popup = await extension.openExtensionPage('popup.html');
    await expect(runIn(popup)).toHaveAttribute('data-state', 'running');
    await expect(popup.locator('.command')).toHaveCount(0);
  });
});
