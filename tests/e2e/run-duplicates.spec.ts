import type { Locator } from '@playwright/test';
import { inClosedRoot } from '../browser/closed-roots.ts';
import { callsOfRuns, download } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { clickable, expectState, openModel, press } from './one-run.ts';
import { expectRuns, openServicePage } from './service-page.ts';

test.use({ hiveOptions: { progressMs: 40 } });

/** Returns a function that clicks the button several times without waiting between the clicks. */
async function prepareClicks(host: Locator): Promise<(clicks: number) => Promise<unknown>> {
  const button = host.getByRole('button');
  await button.scrollIntoViewIfNeeded();
  await clickable(host);
  const box = await button.boundingBox();
  if (!box) throw new Error('The button is not visible.');
  const session = await host.page().context().newCDPSession(host.page());
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, button: 'left', clickCount: 1 } as const;
  return (clicks) => {
    const types = Array.from({ length: clicks }, () => ['mousePressed', 'mouseReleased'] as const).flat();
    return Promise.all(types.map((type) => session.send('Input.dispatchMouseEvent', { type, ...at })));
  };
}

test('ten clicks in each of three tabs, one of them with a card, start one run that a tab can cancel', async ({
  page,
  context,
  site,
  extension,
  hive,
}) => {
  hive.setFaults([{ after: 'hf_download_file', pause: true }]);
  const list = await context.newPage();
  await list.goto(`${site.url}/models/huggingface`);
  // The worker can load it, so a click on the card asks nothing if it comes first.
  const loadable = 'TheBloke/Llama-2-7B-Chat-GGUF';
  const card = list.locator(`rbee-run[data-subject="hf:${loadable}"]`);
  const hosts = [card, await openModel(await context.newPage(), loadable), await openModel(page, loadable)];
  const clicks: Awaited<ReturnType<typeof prepareClicks>>[] = [];
  for (const host of hosts) {
    await host.page().bringToFront();
    clicks.push(await prepareClicks(host));
  }
  await Promise.all(clicks.map((click) => click(10)));

  await hive.until(({ paused }) => paused());
  for (const host of hosts) await expectState(host, 'downloading');
  const service = await openServicePage(extension);
  await expectRuns(service, { state: 'downloading', attempt: 1 });
  expect(callsOfRuns(hive)).toEqual(download);

  await press(card, /^Cancel/);
  for (const host of hosts) await expectState(host, 'cancelled');
  expect(callsOfRuns(hive)).toEqual([...download, 'DELETE model_download']);
});

test('clicks that continue just after the label changed to “Cancel” do not cancel the run; a later click does', async ({
  page,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const host = await openModel(page);
  // Counts the presses within 500 ms after the label changed.
  await inClosedRoot(page, (root) => {
    const label = root.querySelector('.label') as Element;
    const counted = { presses: 0, changedAt: Number.POSITIVE_INFINITY };
    const onChange = () => {
      counted.changedAt = Math.min(counted.changedAt, performance.now());
    };
    new MutationObserver(onChange).observe(label, { childList: true, characterData: true, subtree: true });
    const onPress = () => {
      const since = performance.now() - counted.changedAt;
      if (since >= 0 && since < 500) counted.presses += 1;
    };
    window.addEventListener('pointerdown', onPress, true);
    Object.assign(globalThis, { counted });
  });
  const earlyPresses = () =>
    inClosedRoot(page, () => (globalThis as unknown as { counted: { presses: number } }).counted.presses);
  const click = await prepareClicks(host);
  // Several clicks are always pending, so that there is no pause between two of them on a slow machine.
  const pending: Promise<unknown>[] = [];
  for (let clicks = 0; clicks < 500 && (await earlyPresses()) === 0; clicks += 1) {
    pending.push(click(2));
    if (pending.length > 3) await pending.shift();
  }
  await Promise.all(pending);
  expect(await earlyPresses()).toBeGreaterThan(0);

  await expectState(host, 'downloading');
  await hub.until(({ held }) => held());
  expect(callsOfRuns(hive)).toEqual(download);
  await expectRuns(await openServicePage(extension), { state: 'downloading', attempt: 1 });

  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  expect(callsOfRuns(hive)).toEqual([...download, 'DELETE model_download']);
});
