import type { ErrorCode } from '../../lib/errors.ts';
import { runKey } from '../../lib/runs/keys.ts';
import { hiveFaults } from '../hive/faults.ts';
import type { HiveOptions, StandIn } from '../hive/start-hive.ts';
import type { Hub } from '../hub/start-hub.ts';
import { hostOf } from './buttons.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { detailOf, model, press, stepIn } from './one-run.ts';
import { expectRuns, openServicePage, withStep } from './service-page.ts';

type Step = 'resolve' | 'download' | 'install' | 'spawn';

type Case = {
  /** What happens. */
  when: string;
  code: ErrorCode;
  /** The step that fails. */
  step: Step;
  title: string;
  /** The one button that is the next step. */
  /** The name of the page's button. Default: Retry. */
  button?: RegExp;
  next: RegExp;
  /** The text of the hive, behind "Details". */
  says: string | RegExp;
  page?: string;
  hive?: HiveOptions;
  arrange?(world: { hive: StandIn; hub: Hub }): void;
  /** What happens once the hive stands at a pause. */
  meanwhile?(world: { hive: StandIn; hub: Hub }): Promise<unknown>;
  /** The failure is retried automatically first. */
  retries?: boolean;
};

const cacheError = 'HuggingFace download failed: I/O error No space left on device (os error 28)';
const lockError = 'HuggingFace download failed: Lock acquisition failed: model.lock';
const cpuWorkerPage = 'https://marketplace.rbee.dev/workers/cpu-llm?generation=g3';

const cases: readonly Case[] = [
  {
    when: 'another web server answers at the hive’s address',
    code: 'not-a-hive',
    step: 'resolve',
    title: 'Another program uses the hive’s port',
    next: /Copy command/,
    says: /not-a-hive/,
    arrange: ({ hive }) => hive.setFaults(hiveFaults.somebodysWebServer),
  },
  {
    when: 'the hive refuses with a text that nobody knows',
    code: 'hive-rejected',
    step: 'download',
    title: 'The hive reported an error',
    next: /^Retry/,
    says: 'The moon is in the wrong phase',
    arrange: ({ hive }) => hive.setFaults([{ before: 'hf_download_start', fail: 'The moon is in the wrong phase' }]),
  },
  {
    when: 'the hive answers a job in words of another version',
    code: 'hive-protocol',
    step: 'download',
    title: 'The hive sent an unexpected response',
    next: /^Retry/,
    says: /HTTP 200/,
    arrange: ({ hive }) => hive.setFaults(hiveFaults.submitGarbage),
  },
  {
    when: 'the hub asks for a pause of more than a minute',
    code: 'hub-busy',
    step: 'resolve',
    title: 'The hub is busy',
    next: /^Retry/,
    says: /429/,
    arrange({ hub }) {
      const headers = { 'retry-after': '120', 'access-control-expose-headers': 'Retry-After' };
      hub.setFaults([{ path: '/api/', status: 429, headers }]);
    },
  },
  {
    when: 'the file is not on the hub any more',
    code: 'file-missing',
    step: 'download',
    title: 'The file no longer exists',
    next: /View the files/,
    says: /status code 404/,
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, status: 404 }]),
  },
  {
    when: 'the hive may not read a gated repository',
    code: 'gated',
    step: 'download',
    title: 'The model is gated',
    next: /Open the model’s page/,
    says: /status code 401/,
    page: detailOf('google/gemma-2-2b-it-GGUF'),
    hive: { machine: 'server' },
  },
  {
    when: 'the hive’s token has no access to a gated repository',
    code: 'gated',
    step: 'download',
    title: 'The model is gated',
    next: /Open the model’s page/,
    says: /status code 403/,
    page: detailOf('google/gemma-2-2b-it-GGUF'),
    hive: { machine: 'server', hubToken: 'of-somebody-else' },
  },
  {
    when: 'somebody else’s download of the same file goes on',
    code: 'download-locked',
    step: 'download',
    title: 'The hive is still downloading this file',
    next: /^Retry in \d+ sec$/,
    says: lockError,
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_download_file', fail: lockError }]),
  },
  {
    when: 'the disk is full',
    code: 'disk',
    step: 'download',
    title: 'The hive could not save the file',
    next: /^Retry/,
    says: cacheError,
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_copy_start', fail: cacheError }]),
  },
  {
    when: 'the connection to the hub breaks in the middle of the file',
    code: 'network',
    step: 'download',
    title: 'The hive could not reach the hub',
    next: /^Retry/,
    says: /response body closed before all bytes were read/,
    retries: true,
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, cutAt: 0.5 }]),
  },
  {
    when: 'the hive cannot get to the hub',
    code: 'network',
    step: 'download',
    title: 'The hive could not reach the hub',
    next: /^Retry/,
    says: /Connection refused/,
    retries: true,
    // Nothing listens there.
    hive: { hub: 'http://127.0.0.1:1' },
  },
  {
    when: 'the hive knows no such source',
    code: 'unsupported-source',
    step: 'download',
    title: 'This source is not supported',
    button: /^Find GGUF models/,
    next: /Find GGUF models/,
    says: /is not supported by HuggingFace vendor/,
    arrange: ({ hive }) =>
      hive.setFaults([
        { before: 'hf_download_start', fail: `Model ID '${model}' is not supported by HuggingFace vendor` },
      ]),
  },
  {
    when: 'somebody else cancels the job',
    code: 'cancelled-by-hive',
    step: 'download',
    title: 'The hive cancelled the run',
    next: /^Retry/,
    says: /Download cancelled|cancelled/,
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_copy_start', pause: true }]),
    meanwhile: ({ hive }) => {
      const job = hive.jobs.find(({ operation }) => operation === 'model_download');
      return fetch(`${hive.url}/v1/jobs/${job?.id}`, { method: 'DELETE' });
    },
  },
  {
    when: 'every port of the hive is used up',
    code: 'no-ports',
    step: 'spawn',
    title: 'The hive has no free ports',
    next: /Copy command/,
    says: 'No ports available (all 8080-9999 in use)',
    hive: { spawn: 'noPorts' },
  },
  {
    when: 'today’s hive cannot install a worker, because its catalog is not there',
    code: 'worker-install',
    step: 'install',
    title: 'The worker could not be installed',
    next: /Copy command/,
    says: 'Failed to fetch worker metadata',
    page: cpuWorkerPage,
    hive: { installed: [], install: false },
  },
  {
    when: 'the build of a worker fails',
    code: 'worker-install',
    step: 'install',
    title: 'The worker could not be installed',
    next: /Copy command/,
    says: 'Build failed with exit code 101',
    page: cpuWorkerPage,
    hive: { installed: [], faults: [{ after: 'build_output', fail: 'Build failed with exit code 101' }] },
  },
  {
    // The catalog has had no entry of its own for each backend since 2025-11-12, and the hive can install nothing else.
    when: 'a worker of today’s catalog is asked for by its backend, which that catalog does not list',
    code: 'worker-install',
    step: 'install',
    title: 'The worker could not be installed',
    next: /Copy command/,
    says: "Worker 'llm-worker-rbee-cpu' not found in catalog (HTTP 404 Not Found)",
    hive: {
      installed: [],
      faults: [
        {
          before: 'send_request_ok',
          fail: "Worker 'llm-worker-rbee-cpu' not found in catalog (HTTP 404 Not Found)",
        },
      ],
    },
    page: 'https://marketplace.rbee.dev/workers/llm-worker-rbee',
  },
];

/** The next service worker finds the run before the last of its automatic retries. */
async function skipRetries(extension: Extension): Promise<void> {
  const service = await openServicePage(extension);
  await expectRuns(service, withStep('download', { retry: expect.objectContaining({ count: 1 }) }));
  await extension.killServiceWorker();
  for (const run of await service.runs()) {
    for (const { retry } of run.steps) if (retry) Object.assign(retry, { count: 3, at: 0 });
    await service.store({ [runKey(run.id)]: run });
  }
  await service.wake();
}

for (const {
  when,
  code,
  step,
  title,
  button,
  next,
  says,
  page: url,
  hive: options = {},
  arrange,
  meanwhile,
  retries,
} of cases) {
  test.describe(`${code}: ${when}`, () => {
    test.use({ hiveOptions: { progressMs: 40, ...options } });

    test('the button says it, the popup explains it, and names one next step', async ({
      page,
      extension,
      hive,
      hub,
    }) => {
      arrange?.({ hive, hub });
      await page.goto(url ?? detailOf(model));
      const host = hostOf(page);
      await press(host);
      if (meanwhile) {
        await hive.until(({ paused }) => paused());
        await meanwhile({ hive, hub });
      }
      if (retries) {
        await expect(host).toHaveAttribute('data-state', 'downloading');
        await skipRetries(extension);
      }

      await expect(host).toHaveAttribute('data-state', 'failed', { timeout: 30_000 });
      await expect(host.getByRole('button')).toHaveAccessibleName(button ?? /^Retry/);
      await expect(host.locator('#description')).toContainText(title);
      await expect(host.locator('#description')).toBeVisible();

      const popup = await extension.openExtensionPage('popup.html');
      const run = popup.getByRole('list', { name: 'Runs' }).locator('> li');
      await expect(run).toHaveCount(1);
      await expect(run).toHaveAttribute('data-state', 'failed');
      await expect(stepIn(run, step)).toHaveAttribute('data-state', 'failed');
      const failure = run.locator(`[data-code="${code}"]`);
      await expect(failure.getByRole('heading')).toHaveText(title);
      await expect(run.locator('.primary, button:disabled')).toHaveCount(1);
      await expect(run.locator('.primary, button:disabled')).toHaveText(next);
      await run.getByText('Details').click();
      await expect(run.getByLabel(/^Hive log for/)).toContainText(says);
    });
  });
}
