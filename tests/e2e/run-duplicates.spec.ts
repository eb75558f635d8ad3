import type { Locator, Page } from '@playwright/test';
import { inClosedRoot } from '../browser/closed-roots.ts';
import { askedFor, wholeRun } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectState, openModel, press, storedRuns } from './one-run.ts';

/** A mouse that does not wait: what it does goes out at once, as fast as the page takes it. */
async function impatientMouse(page: Page, host: Locator): Promise<() => Promise<unknown>> {
  const session = await page.context().newCDPSession(page);
  await host.getByRole('button').hover();
  const box = await host.getByRole('button').boundingBox();
  if (!box) throw new Error('The button is not to be seen.');
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, button: 'left', clickCount: 1 } as const;
  return () =>
    Promise.all([
      session.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at }),
      session.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at }),
    ]);
}

test.use({ hiveOptions: { progressMs: 40 } });

test('a double click starts a run and does not cancel it', async ({ page, extension, hive }) => {
  const host = await openModel(page);
  const click = await impatientMouse(page, host);
  await Promise.all([click(), click()]);
  await expectState(host, 'running');
  expect(askedFor(hive)).toEqual(wholeRun);
  expect(await storedRuns(extension)).toMatchObject([{ state: 'running', attempt: 1 }]);
});

test('clicks that go on until the label says “Cancel” cancel nothing; one after it was read does', async ({
  page,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const host = await openModel(page);
  // Counts the presses that came after the label had changed and before anybody could have read it.
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
  const click = await impatientMouse(page, host);
  // Always some on their way, so that no slow moment of this machine is longer than a person's patience.
  const away: Promise<unknown>[] = [];
  for (let clicks = 0; clicks < 500 && (await earlyPresses()) === 0; clicks += 1) {
    away.push(click(), click());
    if (away.length > 6) await away.shift();
  }
  await Promise.all(away);
  expect(await earlyPresses()).toBeGreaterThan(0);

  await expectState(host, 'downloading');
  await hub.until(({ held }) => held());
  expect(askedFor(hive)).toEqual(wholeRun.slice(0, 2));
  expect(await storedRuns(extension)).toMatchObject([{ state: 'downloading', attempt: 1 }]);

  await press(host, /^Cancel/);
  await expectState(host, 'cancelled');
  expect(askedFor(hive)).toEqual([...wholeRun.slice(0, 2), 'DELETE model_download']);
});

test('a click on a card is the run of the model’s own page, and never a second one', async ({
  page,
  context,
  site,
  extension,
  hive,
  hub,
}) => {
  hub.setFaults([{ path: /resolve/, holdAt: 0.4 }]);
  const list = await context.newPage();
  await list.goto(`${site.url}/models/huggingface`);
  const card = list.locator('rbee-run[data-subject="hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF"]');
  await expectState(card, 'idle');
  const host = await openModel(page);
  await press(host);
  await hub.until(({ held }) => held());
  await expectState(card, 'downloading');
  await press(card);
  await expectState(card, 'cancelled');
  await expectState(host, 'cancelled');
  expect(askedFor(hive)).toEqual([...wholeRun.slice(0, 2), 'DELETE model_download']);
  expect(await storedRuns(extension)).toHaveLength(1);
});
