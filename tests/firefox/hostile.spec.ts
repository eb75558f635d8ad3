import { hidingStyles } from '../e2e/attack-styles.ts';
import { detailOf, model } from '../e2e/one-run.ts';
import type { StandIn } from '../hive/start-hive.ts';
import { button, expect, expectState, test } from './fixtures.ts';

const page = detailOf(model);
const started = (hive: StandIn): string[] => hive.calls().filter((call) => /download|spawn/.test(call));

test('a click asks for confirmation while the page hides the button, but not afterwards', async ({ firefox, hive }) => {
  await firefox.goto(page);
  await expectState(firefox, 'idle');
  for (const [name, css] of Object.entries(hidingStyles)) {
    await test.step(name, async () => {
      await firefox.evaluate(
        `document.head.append(Object.assign(document.createElement('style'), { id: 'attack', textContent: args[0] }));`,
        [css],
      );
      await firefox.click(...button);
      await expect.poll(() => firefox.popupText()).toContain('The button may have been covered');
      expect(started(hive)).toEqual([]);
      await firefox.closePopup();
      await firefox.evaluate(`document.querySelector('#attack').remove();`);
    });
  }
  await firefox.click(...button);
  await expectState(firefox, 'running');
});

test('a script of the page has no access to the shadow root, and its dispatched events start no run', async ({
  firefox,
  hive,
}) => {
  await firefox.goto(page);
  await expectState(firefox, 'idle');
  const found = await firefox.evaluate<string>(`
    const script = document.createElement('script');
    script.textContent = \`
      const host = document.querySelector('rbee-run');
      for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
        host.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, cancelable: true }));
      host.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
      host.click();
      document.documentElement.dataset.found = [host.shadowRoot, host.openOrClosedShadowRoot, host.textContent].map(String).join();
    \`;
    document.head.append(script);
    return document.documentElement.dataset.found;`);
  expect(found).toBe('null,undefined,');
  await firefox.click('h1');
  await expectState(firefox, 'idle');
  expect(started(hive)).toEqual([]);
  await firefox.click(...button);
  await expectState(firefox, 'running');
});
