import { type Extension, expect, test } from './fixtures.ts';
import { expectState, openModel, otherModel, press, runIn } from './one-run.ts';

test.use({ hiveOptions: { progressMs: 40 } });

/** What the toolbar's icon shows and is called. */
async function badge(extension: Extension): Promise<string> {
  const worker = await extension.serviceWorker();
  return worker.evaluate(async () => `${await chrome.action.getBadgeText({})} (${await chrome.action.getTitle({})})`);
}

const seen = (extension: Extension) => expect.poll(() => badge(extension));

test('the toolbar shows how far one run is, how many there are, and nothing when none goes on', async ({
  page,
  context,
  extension,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const first = await openModel(page);
  await seen(extension).toBe(' (rbee)');
  await press(first);
  await seen(extension).toBe('40% (rbee – active runs: 1)');
  const second = await openModel(await context.newPage(), otherModel);
  await press(second);
  await seen(extension).toBe('2 (rbee – active runs: 2)');
  await press(second, /^Cancel/);
  await seen(extension).toBe('40% (rbee – active runs: 1)');
  hub.release();
  await page.bringToFront();
  await expectState(first, 'running');
  await seen(extension).toBe(' (rbee)');
});

test('a failure is marked until somebody has seen it', async ({ page, extension, hub }) => {
  hub.setFaults([{ path: /resolve/, status: 404 }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'failed');
  await seen(extension).toBe('! (rbee – a run failed)');
  const popup = await extension.openExtensionPage('popup.html');
  await expect(runIn(popup)).toHaveAttribute('data-state', 'failed');
  await seen(extension).toBe(' (rbee)');
  await press(host, /^Retry/);
  await expectState(host, 'failed');
  await popup.bringToFront();
  await seen(extension).toBe(' (rbee)');
});

test('a failure is still marked after the browser was closed', async ({ page, extension, hub }) => {
  hub.setFaults([{ path: /resolve/, status: 404 }]);
  const host = await openModel(page);
  await press(host);
  await expectState(host, 'failed');
  await seen(extension).toBe('! (rbee – a run failed)');
  await extension.relaunch();
  await seen(extension).toBe('! (rbee – a run failed)');
});
