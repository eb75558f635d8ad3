import type { Page } from '@playwright/test';
import { isRunKey } from '../../lib/runs/keys.ts';
import { header, hidingStyles } from './attack-styles.ts';
import { holdFocus, hostOf } from './buttons.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { clickable, openModel } from './one-run.ts';

const started = /^(queued|resolving|downloading|installing|starting|running)$/;
type Attack = {
  name: string;
  /** A style sheet that a README can contain. */
  css?: string;
  /** A script of the page; returns how to undo it. */
  script?: () => () => void;
};

const picture =
  'content: "Free wallpaper"; position: absolute; inset: 0; z-index: 9; background: white; pointer-events: none';

/** With each of them, a click on the button is a trusted event although the user cannot see or recognise the button. */
const attacks: Attack[] = [
  ...Object.entries(hidingStyles).map(([name, css]) => ({ name, css })),
  {
    name: 'a picture without pointer events covers the button',
    css: `${header}::after { ${picture} } ${header} { position: relative }`,
  },
  {
    name: 'a picture without pointer events covers the button until it is pressed',
    css: `${header}:not(:active)::after { ${picture} } ${header} { position: relative }`,
  },
  {
    name: 'an element in the top layer covers the button',
    script: () => {
      const cover = document.createElement('div');
      cover.popover = 'manual';
      cover.textContent = 'Free wallpaper';
      cover.style.cssText = 'inset:0;width:100vw;height:100vh;pointer-events:none;background:white';
      document.body.append(cover);
      cover.showPopover();
      return () => cover.remove();
    },
  },
  {
    name: 'the button moves under the pointer just before a press',
    script: () => {
      const host = document.querySelector<HTMLElement>('rbee-run');
      const { left = 0, top = 0 } = host?.getBoundingClientRect() ?? {};
      const row = host?.parentElement as HTMLElement;
      row.style.transform = 'translate(-300px, 200px)';
      const jump = () => {
        row.style.transform = '';
      };
      addEventListener('pointermove', ({ clientX, clientY }) => clientX > left && clientY > top && jump(), true);
      return jump;
    },
  },
];

async function confirmation(extension: Extension): Promise<unknown> {
  const serviceWorker = await extension.serviceWorker();
  return serviceWorker.evaluate(async () => (await chrome.storage.session.get('confirmation')).confirmation);
}

const runs = async (extension: Extension) => Object.keys(await extension.storage()).filter(isRunKey);

async function attack(page: Page, { css, script }: Attack): Promise<() => Promise<void>> {
  if (css) {
    const style = await page.addStyleTag({ content: css });
    return () => style.evaluate((element) => (element as Element).remove());
  }
  const undo = await page.evaluateHandle(script as () => () => void);
  return () => undo.evaluate((act) => act());
}

for (const one of attacks) {
  test(`a click starts no run while ${one.name}, but does afterwards`, async ({ page, extension, hive }) => {
    const host = await openModel(page);
    const button = host.locator('.main');
    await button.click({ trial: true });
    const box = await button.boundingBox();
    if (!box) throw new Error('The button has no box.');
    await page.mouse.move(5, 5);
    const undo = await attack(page, one);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const now = await button.boundingBox();
    // A transform has moved the button; a script will move it.
    const at = one.script || !now ? { x, y } : { x: now.x + now.width / 2, y: now.y + now.height / 2 };
    if (one.css) {
      await page.mouse.move(at.x, at.y);
      await holdFocus(page);
    }
    // A script's button is pressed at once, so that it is not unchanged for long enough even on a slow machine.
    await page.mouse.click(at.x, at.y, { delay: 200 });
    await expect.poll(() => confirmation(extension)).toBeTruthy();
    expect(await runs(extension)).toEqual([]);
    expect(hive.calls().filter((call) => /download|spawn|install$/.test(call))).toEqual([]);
    await expect(host).toHaveAttribute('data-state', 'idle');

    await undo();
    const undoneAt = await page.evaluate(() => performance.now());
    await page.mouse.move(at.x, at.y - 200);
    await page.waitForFunction((since) => performance.now() > since + 500, undoneAt);
    await hostOf(page).locator('.main').click();
    await expect(host).toHaveAttribute('data-state', started);
  });
}

test('a class that the page defines for <rbee-run> has no access to the shadow root', async ({ page, site }) => {
  await page.addInitScript(() => {
    const roots: unknown[] = [];
    Object.assign(window, { roots });
    customElements.define(
      'rbee-run',
      class extends HTMLElement {
        constructor() {
          super();
          roots.push(this.attachInternals().shadowRoot);
        }
      },
    );
  });
  await page.goto(site.url);
  await expect(page.locator('rbee-run').first()).toBeVisible();
  const roots = await page.evaluate(() => (window as unknown as { roots: unknown[] }).roots.map(String));
  expect(new Set(roots)).toEqual(new Set(['null']));
});

test('styles of the page do not change the appearance of the button', async ({ page }) => {
  const host = await openModel(page);
  const button = host.locator('.main');
  await button.click({ trial: true });
  const before = await button.screenshot();
  await page.addStyleTag({
    content: `@font-face { font-family: system-ui; src: local("Wingdings") }
      :root { --primary: transparent; --on-primary: transparent; --surface: transparent }
      rbee-run { --on-primary: transparent !important; -webkit-text-fill-color: transparent !important; font-size: 0 !important;
        opacity: 0 !important; content: url(data:,) !important; animation: fade 1s infinite; zoom: 0.1 !important }
      rbee-run::before { content: "Free wallpaper" !important; position: absolute; inset: 0; background: white }
      @keyframes fade { to { opacity: 0; transform: scale(0) } }`,
  });
  expect((await button.screenshot()).equals(before)).toBe(true);
});

test('a click is accepted after Escape has closed the list of files and left a focus ring beside the button', async ({
  page,
}) => {
  const host = await openModel(page);
  await host.locator('summary').click();
  await expect(host.getByRole('table').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(host.locator('summary')).toBeFocused();
  await clickable(host);
  await host.locator('.main').click();
  await expect(host).toHaveAttribute('data-state', started);
});
