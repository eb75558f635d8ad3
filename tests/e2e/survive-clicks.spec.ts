import type { Page } from '@playwright/test';
import { askedFor, callsOf, download, qwen, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectState, openModel } from './one-run.ts';
import { expectRuns, expectTidy, openServicePage, withJob } from './service-page.ts';

test.use({ hiveOptions: { heartbeatMs: 50 } });

/** Ten clicks that do not wait for each other, nor for what they do. */
async function hammer(page: Page): Promise<() => Promise<unknown>> {
  const host = await openModel(page);
  await expect(host.getByRole('button')).not.toHaveClass(/\bnew\b/);
  const box = await host.getByRole('button').boundingBox();
  if (!box) throw new Error('The button is not to be seen.');
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, button: 'left', clickCount: 1 } as const;
  const types = Array.from({ length: 10 }, () => ['mousePressed', 'mouseReleased'] as const).flat();
  return () => Promise.all(types.map((type) => session.send('Input.dispatchMouseEvent', { type, ...at })));
}

test('ten clicks in each of five tabs at once are one run and one request', async ({ context, extension, hive }) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const pages = await Promise.all(Array.from({ length: 5 }, () => context.newPage()));
  const hammers = await Promise.all(pages.map(hammer));
  await Promise.all(hammers.map((strike) => strike()));

  await hive.until(({ paused }) => paused());
  for (const page of pages) await expectState(page.locator('rbee-run').first(), 'downloading');
  const service = await openServicePage(extension);
  await expectRuns(service, { state: 'downloading', attempt: 1 });
  expect(askedFor(hive)).toEqual(download);
  hive.release();

  await expectRuns(service, { state: 'running', attempt: 1 });
  expect(askedFor(hive)).toEqual(wholeRun);
  await expectTidy(service);
});

test('clicks that wake a service worker which has died find the run that is being looked for', async ({
  extension,
  hive,
}) => {
  hive.setFaults([
    { after: 'hf_download_file', pause: true },
    { on: 'submit', operation: 'model_list', hang: true, times: 1 },
  ]);
  const service = await openServicePage(extension);
  const run = await service.ask('run/start', { subject: qwen });
  await hive.until(({ paused }) => paused());
  await expectRuns(service, withJob('download', { state: 'live' }));
  await extension.killServiceWorker();

  const clicks = await Promise.all(Array.from({ length: 10 }, () => service.ask('run/start', { subject: qwen })));
  expect(clicks.map((click) => click.id)).toEqual(clicks.map(() => run.id));
  await hive.until(({ calls }) => calls().includes('POST model_list'));
  hive.release();
  await hive.until(({ jobs }) => jobs[0]?.state === 'completed');
  await extension.killServiceWorker();
  await Promise.all(Array.from({ length: 10 }, () => service.ask('run/start', { subject: qwen })));

  await expectRuns(service, { state: 'running', attempt: 1 });
  expect(callsOf(hive)).toEqual([...download, 'POST model_list', ...wholeRun.slice(2)]);
  await expectTidy(service);
});
