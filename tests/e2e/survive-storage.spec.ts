import { logKey, runKey } from '../../lib/runs/keys.ts';
import { callsOf, qwen, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { failed, logOf, record } from './records.ts';
import { expectRuns, expectTidy, openServicePage, withJob } from './service-page.ts';

const now = Date.now();
const running = { state: 'running', attempt: 1 };

test('damaged records and a record of a later version are quarantined, and other runs continue', async ({
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));
  await extension.terminateServiceWorker();
  hive.release();
  await hive.until(({ jobs }) => jobs[0]?.state === 'completed');

  const fine = failed(now, 'network', 'download', 'HuggingFace download failed: request error: connection reset');
  const strange = {
    [runKey('damaged')]: { ...record(now), id: 'damaged', state: 'unknown' },
    [runKey('text')]: 'not even an object',
    [runKey('later')]: { ...record(now), id: 'later', schema: 2, field: 'new', steps: { download: 'done' } },
    [runKey('moved')]: record(now, { id: 'elsewhere' }),
  };
  await service.store({ ...strange, [logKey('damaged')]: logOf(now, 3), [runKey(fine.id)]: fine });
  await service.wake();

  await expect.poll(async () => (await service.runs()).find(({ id }) => id === run.id)).toMatchObject(running);
  expect(callsOf(hive)).toEqual(wholeRun);
  const stored = await service.stored();
  for (const [key, value] of Object.entries(strange)) {
    expect(stored[key]).toBeUndefined();
    expect(stored[`quarantined:${key}`]).toEqual(value);
  }
  expect(stored[runKey(fine.id)]).toEqual(fine);
  expect(stored[logKey('damaged')]).toBeUndefined();

  const popup = await extension.openExtensionPage('popup.html');
  const shown = popup.getByRole('list', { name: 'Runs' }).locator('> [data-run]');
  await expect(shown).toHaveCount(2);
  const notice = popup.locator('[data-notice="quarantined"]');
  await expect(notice).toContainText('Saved runs that were set aside: 4.');
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
  await popup.reload();
  await expect(shown).toHaveCount(2);
  await expect(notice).toHaveCount(0);
});

test('if storage is full, old logs are deleted and a new run is completed', async ({ extension, hive }) => {
  const service = await openServicePage(extension);
  const old = Array.from({ length: 100 }, (_, index) => failed(now, 'network', 'download', 'x', { order: index + 1 }));
  const line = { at: now, action: 'build_output', message: 'x'.repeat(2_000) };
  const full = (bytes: number) => Array<typeof line>(Math.floor(bytes / JSON.stringify(line).length)).fill(line);
  await service.store(Object.fromEntries(old.map((run) => [runKey(run.id), run])));
  await service.store(Object.fromEntries(old.map((run) => [logKey(run.id), full(103_000)])));
  // Filled to the last byte, so that even a new run's record cannot be stored.
  await service.page.evaluate(
    async (key) => {
      const { local } = chrome.storage;
      const free = 10_485_760 - (await local.getBytesInUse());
      const { [key]: lines } = await local.get(key);
      await local.set({ [key]: [...(lines as object[]), { at: 1, action: 'x', message: 'y'.repeat(free - 40) }] });
    },
    logKey(old[0]?.id ?? ''),
  );
  expect(await service.page.evaluate(() => chrome.storage.local.getBytesInUse())).toBeGreaterThan(10_485_700);
  await extension.terminateServiceWorker();

  await service.ask('run/start', { subject: qwen });
  await expectRuns(service, ...old.map(({ id, failure }) => ({ id, failure })), running);
  expect(callsOf(hive)).toEqual(wholeRun);
  await expectTidy(service);
});
