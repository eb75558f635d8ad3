import { expect, test } from './fixtures.ts';
import { expectState, openModel, otherModel, press, runIn, storedRuns } from './one-run.ts';

test.use({ hiveOptions: { progressMs: 40 } });

const posts = (calls: readonly string[], operation: string): number =>
  calls.filter((call) => call === `POST ${operation}`).length;

test('the second model waits until the first one’s download has ended, and says so', async ({
  page,
  context,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4, times: 2 }]);
  hive.setFaults([{ after: 'health_check', pause: true, times: 1 }]);
  const first = await openModel(page);
  await press(first);
  await hub.until(({ held }) => held());
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await expectState(second, 'queued');
  await expect(second.getByRole('button')).toContainText('queued');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup, otherModel)).toContainText('Runs ahead of this one: 1.');
  expect(posts(hive.calls(), 'model_download')).toBe(1);

  hub.release();
  await hive.until(({ paused }) => paused());
  await expectState(first, 'starting');
  await expectState(second, 'queued');
  await hive.until(({ models }) => models().length === 2);
  await expect
    .poll(() => storedRuns(extension))
    .toMatchObject([
      { state: 'queued', steps: [{}, { name: 'download', state: 'done' }, {}, { name: 'spawn', state: 'pending' }] },
      { state: 'starting' },
    ]);
  expect(posts(hive.calls(), 'worker_spawn'), 'one start at a time').toBe(1);

  hive.release();
  await expectState(first, 'running');
  await expectState(second, 'running');
  expect(posts(hive.calls(), 'model_download')).toBe(2);
  expect(posts(hive.calls(), 'worker_spawn')).toBe(2);
  expect(hive.workers).toMatchObject([{ alive: true }, { alive: true }]);
});

test('the next one’s turn comes when the one before it is cancelled', async ({ page, context, hive, hub }) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4, times: 2 }]);
  const first = await openModel(page);
  await press(first);
  await hub.until(({ held }) => held());
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await expectState(second, 'queued');
  await press(first, /^Cancel/);
  await expect(first).toHaveAttribute('data-state', 'cancelled');
  await expectState(second, 'running');
  expect(hive.models().map(({ id }) => id.split(':')[0])).toEqual([otherModel]);
});

test('a failure holds nobody up', async ({ page, context, hive, hub }) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4, times: 2 }]);
  hive.setFaults([{ after: 'hf_copy_start', fail: 'Failed to copy', times: 1 }]);
  const first = await openModel(page);
  await press(first);
  await hub.until(({ held }) => held());
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await expectState(second, 'queued');
  hub.release();
  await expectState(first, 'failed');
  await expectState(second, 'running');
});
