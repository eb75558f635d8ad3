import { hostOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';
import { model, openModel } from './one-run.ts';

// The browser logs that the hub does not have the models.
test.use({ allowConsole: [/status of 40[14]/] });

test('a page that changes its model 150 times causes requests for only a few models', async ({ page, hive, hub }) => {
  const begin = performance.now();
  await openModel(page);
  await page.evaluate(async () => {
    for (let index = 1; index <= 150; index += 1) {
      history.pushState({}, '', `/models/huggingface/someone%2Fmodel-${index}`);
      for (const code of document.querySelectorAll('code')) code.textContent = `someone/model-${index}`;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  await expect(hostOf(page)).toHaveAttribute('data-subject', 'hf:someone/model-150');
  const asked = () => new Set(hub.requests.map(({ path }) => /model-\d+/.exec(path)?.[0]));
  // The last one must be requested, because the page shows it.
  await hub.until(() => asked().has('model-150'), 60_000);
  const allowed = 5 + Math.ceil((performance.now() - begin) / 3_000);
  expect(asked().size).toBeLessThanOrEqual(allowed + 1);
  expect(hive.calls().filter((call) => call === 'POST model_list').length).toBeLessThanOrEqual(1);
  expect(hive.requests.length).toBeLessThanOrEqual(3 * allowed);
});

test('opening and closing the list of files 200 times causes only a few requests', async ({ page, hive, hub }) => {
  const begin = performance.now();
  const host = await openModel(page);
  await expect(host.locator('summary')).toBeVisible();
  await host.locator('summary').focus();
  const before = { hive: hive.requests.length, hub: hub.requests.length };
  for (let index = 0; index < 201; index += 1) await page.keyboard.press('Enter');
  await expect(host.getByRole('table', { name: 'File' })).toBeVisible({ timeout: 30_000 });
  const allowed = 5 + Math.ceil((performance.now() - begin) / 2_000);
  // Each time: health, capabilities, and the list of models, which is a job and its stream.
  expect(hive.requests.length - before.hive).toBeLessThanOrEqual(4 * allowed);
  expect(hub.requests.length - before.hub).toBeLessThanOrEqual(4 * allowed);
  expect(await page.evaluate(() => document.querySelector('rbee-run')?.shadowRoot)).toBeNull();
  await expect(host).toHaveAttribute('data-subject', `hf:${model}`);
});
