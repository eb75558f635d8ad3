import { type HubFault, hubFaults } from '../hub/faults.ts';
import { descriptionOf } from './buttons.ts';
import { expect, test } from './fixtures.ts';
import { expectState, model, openModel } from './one-run.ts';
import { expectRuns, openServicePage } from './service-page.ts';

test.use({
  hiveOptions: { progressMs: 40 },
  // The browser logs failed requests of the service worker.
  allowConsole: [/Failed to load resource/],
});

const json = { 'content-type': 'application/json' };
const api = '/api/';
const refusal = (status: number, code: string): HubFault => ({
  path: api,
  status,
  headers: { ...json, 'x-error-code': code },
  body: '{"error":"No."}',
});

/** A repository in which the hive finds the file if the request names none. */
const repository = { id: model, files: [{ path: `${model.split('/')[1]}-Q4_K_M.gguf`, size: 400_000_000 }] };
test.beforeEach(({ hub }) => hub.setRepos([repository]));

test('a click on a gated model downloads without a file name and notes the unknown size', async ({
  page,
  hub,
  extension,
}) => {
  hub.setFaults([refusal(401, 'GatedRepo')]);
  const host = await openModel(page);
  await expectState(host, 'idle');
  await host.getByRole('button').click();
  await expectState(host, 'running');
  await expectRuns(await openServicePage(extension), {
    state: 'running',
    model,
    notes: expect.arrayContaining(['size-unknown']),
  });
  expect(await descriptionOf(host)).toContain('did not report the file size');
});

for (const fault of ['serverError', 'malformed'] as const) {
  test(`the request for a model’s files is repeated after an unusable reply (${fault})`, async ({
    page,
    hub,
    extension,
  }) => {
    // The first request comes from the page's button, the second one from the click.
    hub.setFaults([{ ...hubFaults[fault], times: 2 }]);
    const host = await openModel(page);
    await host.getByRole('button').click();
    await expectState(host, 'resolving');
    await expectState(host, 'running');
    await expectRuns(await openServicePage(extension), {
      state: 'running',
      model: expect.stringContaining(`${model}:`),
    });
  });
}

test('while the hub is slow, the button can be clicked, and it shows the file after the reply', async ({
  page,
  hub,
}) => {
  hub.setFaults([{ path: api, delayMs: 3_000, times: 1 }]);
  const host = await openModel(page);
  await expect(host.getByRole('button')).toHaveText('Run with rbee');
  await expect(host.getByRole('button')).toContainText('Q4_K_M', { timeout: 15_000 });
});
