import { callsOf, install, installed } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { expectRuns, expectTidy, openServicePage } from './service-page.ts';

const bursts = 10;
const linesEach = 1_000;

test.use({
  hiveOptions: {
    installed: [],
    install: { buildLines: Array.from({ length: bursts }, (_, index) => `line ${index}`), lineMs: 0 },
  },
});

test('no event is lost if the popup is opened and closed ten times while the hive sends 10,000 events', async ({
  extension,
  hive,
}) => {
  hive.setFaults([
    { after: 'build_output', pause: true, times: bursts, burst: { count: linesEach, message: 'burst {i}' } },
  ]);
  const service = await openServicePage(extension);
  await service.page.evaluate(() => {
    const writes: number[] = [];
    Object.assign(window, { writes });
    chrome.storage.local.onChanged.addListener(() => writes.push(Date.now()));
  });
  await service.ask('run/start', { subject: 'worker:llm-worker-rbee-cpu' });

  const popup = await extension.context.newPage();
  const url = `chrome-extension://${extension.extensionId}/popup.html`;
  for (let opened = 0; opened < bursts; opened += 1) {
    await hive.until(({ paused }) => paused());
    const opening = popup.goto(url);
    hive.release();
    await opening;
    await expect(popup.getByRole('list', { name: 'Runs' }).locator('> [data-run]')).toHaveCount(1);
    await popup.goto('about:blank');
  }

  await expectRuns(service, { state: 'installed', attempt: 1 });
  const [job] = hive.jobs.filter(({ operation }) => operation === 'worker_install');
  expect(job?.lines.length).toBeGreaterThan(bursts * linesEach);
  expect(job?.dropped).toBe(0);
  const [[, log] = []] = Object.entries(await service.stored()).filter(([key]) => key.startsWith('log:'));
  const sent = job?.lines.slice(-300).map(({ action, message }) => ({ action, message: message.trimEnd() }));
  expect(log).toMatchObject(sent ?? []);
  expect(callsOf(hive)).toEqual([...installed, ...install, ...installed]);

  const writes = await service.page.evaluate(() => (window as unknown as { writes: number[] }).writes);
  const seconds = ((writes.at(-1) ?? 0) - (writes[0] ?? 0)) / 1_000;
  expect(writes.length).toBeLessThanOrEqual(4 * seconds + 2);
  await expectTidy(service);
});
