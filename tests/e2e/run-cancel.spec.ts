import type { Page } from '@playwright/test';
import { inClosedRoot } from '../browser/closed-roots.ts';
import { callsOfRuns, download } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectState, file, model, openModel, press, runIn, stepIn, storedRuns } from './one-run.ts';

test.use({ hiveOptions: { progressMs: 40, lockWaitMs: 200 } });

/** Records every label of the page's button from now on. */
async function recordLabels(page: Page): Promise<() => Promise<string[]>> {
  await inClosedRoot(page, (root) => {
    const label = root.querySelector('.label') as Element;
    const labels: string[] = [];
    const record = () => labels.push(label.textContent);
    new MutationObserver(record).observe(label, { childList: true, characterData: true, subtree: true });
    Object.assign(globalThis, { labels });
  });
  return () => inClosedRoot(page, () => (globalThis as unknown as { labels: string[] }).labels);
}

test('a cancelled download shows “Cancelling” until the hive confirms, then Retry is enabled after a countdown', async ({
  page,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  hive.setFaults([{ on: 'cancel', delayMs: 2_000 }]);
  const popup = await extension.openExtensionPage('popup.html');
  const host = await openModel(page);
  const button = host.getByRole('button');
  const labels = await recordLabels(page);
  await press(host);
  await expect(button).toContainText('downloading 40%');
  await press(host, /^Cancel/);
  await expectState(host, 'cancelling');
  await expect(button).toBeDisabled();
  await expect(runIn(popup).getByRole('button', { name: /^Cancelling/ })).toBeDisabled();
  await expect(host).toHaveAttribute('data-state', 'cancelled');
  await expect(button).toHaveAccessibleName(/^Retry in \d sec$/);
  await expect(button).toBeDisabled();
  await expect(stepIn(runIn(popup), 'download')).toHaveAttribute('data-state', 'cancelled');
  expect(callsOfRuns(hive)).toEqual([...download, 'DELETE model_download']);
  expect(hive.downloads(), 'the hive’s thread still downloads').toBe(1);

  await expect(button).toHaveAccessibleName('Retry');
  await expect(button).toBeEnabled();
  const countdown = (await labels())
    .filter((label) => label.startsWith('Retry'))
    .map((label) => parseInt(label.slice(9), 10) || 0);
  expect(countdown, 'second by second, to zero').toEqual(countdown.toSorted((a, b) => b - a));
  expect(countdown.length).toBeGreaterThan(3);
  expect(countdown[0]).toBeLessThanOrEqual(5);

  hub.setFaults([]);
  hub.release();
  await hive.until(({ downloads }) => downloads() === 0);
  await press(host, /^Retry$/);
  await expectState(host, 'running');
  expect(hive.models().map(({ id }) => id)).toEqual([`${model}:${file}`]);
  // Pages are notified of a change before it is stored.
  await expect.poll(() => storedRuns(extension)).toMatchObject([{ state: 'running', attempt: 2 }]);
});

test('cancelling the start of a worker terminates its process', async ({ page, hive }) => {
  await hive.restart({ add: [`${model}:${file}`] });
  hive.setFaults([{ after: 'health_check', pause: true }]);
  const host = await openModel(page);
  await press(host);
  await hive.until(({ paused }) => paused());
  await expectState(host, 'starting');
  expect(hive.workers).toMatchObject([{ alive: true }]);
  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  await hive.until(({ workers }) => workers.every(({ alive }) => !alive));
  expect(callsOfRuns(hive)).toEqual(expect.arrayContaining(['DELETE worker_spawn', 'POST worker_process_delete']));
});
