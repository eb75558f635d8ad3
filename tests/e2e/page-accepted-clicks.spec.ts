import type { Page } from '@playwright/test';
import { focusByTab, throttle } from './buttons.ts';
import { expect, test } from './fixtures.ts';
import { expectState, openModel, press, storedRuns } from './one-run.ts';
import { openServicePage } from './service-page.ts';

/** Adds an animation and a scrolling log beside the button. */
const animate = (page: Page) =>
  page.evaluate(() => {
    document.head.append(
      Object.assign(document.createElement('style'), {
        textContent:
          'h1 { animation: pulse 300ms infinite alternate } @keyframes pulse { to { opacity: 0.2; translate: 30px } } body { min-height: 4000px }',
      }),
    );
    const log = Object.assign(document.createElement('div'), { style: 'height:100px;overflow:auto' });
    document.querySelector('main')?.append(log);
    setInterval(() => {
      log.append(document.createElement('p'));
      log.scrollTop = log.scrollHeight;
    }, 50);
  });

const ways: Record<string, (page: Page) => Promise<unknown>> = {
  'on a processor that is six times slower': async (page) => {
    await throttle(page, 6);
    await page.getByRole('button', { name: 'Run with rbee' }).click();
  },
  'on a page that is animated and has been scrolled with the wheel': async (page) => {
    await animate(page);
    await page.mouse.wheel(0, 60);
    await page.getByRole('button', { name: 'Run with rbee' }).click();
  },
  'at the button’s position in the accessibility tree': async (page) => {
    const session = await page.context().newCDPSession(page);
    const { root } = await session.send('DOM.getDocument');
    const { nodes } = await session.send('Accessibility.queryAXTree', {
      nodeId: root.nodeId,
      role: 'button',
      accessibleName: 'Run with rbee',
    });
    expect(nodes).toHaveLength(1);
    const backendNodeId = nodes[0]?.backendDOMNodeId as number;
    const { model } = await session.send('DOM.getBoxModel', { backendNodeId });
    const [left = 0, top = 0, , , right = 0, bottom = 0] = model.border;
    await page.mouse.click((left + right) / 2, (top + bottom) / 2);
  },
  'with the keyboard': async (page) => {
    await focusByTab(page);
    await page.keyboard.press('Enter');
  },
};

for (const [how, click] of Object.entries(ways)) {
  test(`a click ${how} starts the run without a confirmation`, async ({ page, extension }) => {
    const host = await openModel(page);
    await click(page);
    await expectState(host, 'running');
    expect(await storedRuns(extension)).toHaveLength(1);
  });
}

test('a click on a zoomed page starts the run without a confirmation', async ({ page, extension }) => {
  const zoom = 1.5;
  const { page: service } = await openServicePage(extension);
  await page.setViewportSize({ width: 1_600, height: 1_000 });
  const host = await openModel(page);
  const zoomedTo = await service.evaluate(async (factor) => {
    // Both apply to the active tab.
    await chrome.tabs.setZoomSettings({ scope: 'per-tab' });
    await chrome.tabs.setZoom(factor);
    return chrome.tabs.getZoom();
  }, zoom);
  expect(zoomedTo).toBe(zoom);
  await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBe(zoom);
  await press(host);
  await expectState(host, 'running');
  expect(await storedRuns(extension)).toHaveLength(1);
});
