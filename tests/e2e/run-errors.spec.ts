import type { Page } from '@playwright/test';
import type { ErrorCode } from '../../lib/errors.ts';
import { runKey } from '../../lib/runs/keys.ts';
import type { StepName } from '../../lib/runs/run.ts';
import { hiveFaults } from '../hive/faults.ts';
import type { StandIn } from '../hive/start-hive.ts';
import type { Hub } from '../hub/start-hub.ts';
import { descriptionOf, hostOf } from './buttons.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { detailOf, expectState, model, otherModel, press, stepIn } from './one-run.ts';
import { expectRuns, openServicePage, type ServicePage, withStep } from './service-page.ts';

type Servers = { hive: StandIn; hub: Hub };

type Case = {
  when: string;
  code: ErrorCode;
  /** The step that fails. Undefined if it depends on when the hive was last verified. */
  step?: StepName;
  title: string;
  /** The accessible name of the page's button. Default: Retry. */
  button?: RegExp;
  /** The only button for a next step in the popup. */
  next: RegExp;
  /** The text behind "Details". */
  details: string | RegExp;
  /** The page to open before the click. Default: the page of the previous case. */
  url?: string;
  arrange(servers: Servers): unknown;
  /** Runs once the hive is paused. */
  meanwhile?(servers: Servers): Promise<unknown>;
  /** The failure is retried automatically before it is reported. */
  retries?: boolean;
};

const diskError = 'HuggingFace download failed: I/O error No space left on device (os error 28)';
const lockError = 'HuggingFace download failed: Lock acquisition failed: model.lock';
const sourceError = `Model ID '${model}' is not supported by HuggingFace vendor`;

const modelCases: readonly Case[] = [
  {
    when: 'another web server answers at the hive’s address',
    code: 'not-a-hive',
    title: 'Another program uses the hive’s port',
    next: /Copy command/,
    details: /not-a-hive/,
    url: detailOf(model),
    arrange: ({ hive }) => hive.setFaults(hiveFaults.otherProgram),
  },
  {
    when: 'the hive reports an unknown error',
    code: 'hive-rejected',
    step: 'download',
    title: 'The hive reported an error',
    next: /^Retry/,
    details: 'The moon is in the wrong phase',
    arrange: ({ hive }) => hive.setFaults([{ before: 'hf_download_start', fail: 'The moon is in the wrong phase' }]),
  },
  {
    when: 'the hive answers a POST in an unknown format',
    code: 'hive-protocol',
    step: 'download',
    title: 'The hive sent an unexpected response',
    next: /^Retry/,
    details: /HTTP 200/,
    arrange: ({ hive }) => hive.setFaults(hiveFaults.submitInvalid),
  },
  {
    when: 'the file was removed from the hub',
    code: 'file-missing',
    step: 'download',
    title: 'The file no longer exists',
    next: /View the files/,
    details: /status code 404/,
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, status: 404 }]),
  },
  {
    when: 'another download of the same file continues',
    code: 'download-locked',
    step: 'download',
    title: 'The hive is still downloading this file',
    next: /^Retry in \d+ sec$/,
    details: lockError,
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_download_file', fail: lockError }]),
  },
  {
    when: 'the disk is full',
    code: 'disk',
    step: 'download',
    title: 'The hive could not save the file',
    next: /^Retry/,
    details: diskError,
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_copy_start', fail: diskError }]),
  },
  {
    when: 'the connection to the hub breaks in the middle of the file',
    code: 'network',
    step: 'download',
    title: 'Hugging Face could not be reached',
    next: /^Retry/,
    details: /response body closed before all bytes were read/,
    retries: true,
    arrange: ({ hub }) => hub.setFaults([{ path: /resolve/, cutAt: 0.5 }]),
  },
  {
    when: 'the hive does not know the source',
    code: 'unsupported-source',
    step: 'download',
    title: 'This source is not supported',
    button: /^Find GGUF models/,
    next: /Find GGUF models/,
    details: /is not supported by HuggingFace vendor/,
    arrange: ({ hive }) => hive.setFaults([{ before: 'hf_download_start', fail: sourceError }]),
  },
  {
    when: 'another client cancels the job',
    code: 'cancelled-by-hive',
    step: 'download',
    title: 'The hive cancelled the run',
    next: /^Retry/,
    details: /cancelled/,
    arrange: ({ hive }) => hive.setFaults([{ after: 'hf_copy_start', pause: true }]),
    meanwhile: ({ hive }) => {
      const job = hive.jobs.findLast(({ operation }) => operation === 'model_download');
      return fetch(`${hive.url}/v1/jobs/${job?.id}`, { method: 'DELETE' });
    },
  },
  {
    when: 'every port of the hive is used',
    code: 'no-ports',
    step: 'spawn',
    title: 'The hive has no free ports',
    next: /Copy command/,
    details: 'No ports available (all 8080-9999 in use)',
    arrange: ({ hive }) => hive.set({ spawn: 'noPorts' }),
  },
  {
    when: 'the hive may not read a gated repository',
    code: 'gated',
    step: 'download',
    title: 'The model is gated',
    next: /Open the model’s page/,
    details: /status code 401/,
    url: detailOf('google/gemma-2-2b-it-GGUF'),
    arrange: () => {},
  },
  {
    when: 'the hub asks for a pause of more than a minute',
    code: 'hub-busy',
    step: 'resolve',
    title: 'Hugging Face is busy',
    next: /^Retry/,
    details: /429/,
    // The last case, because the pause applies to all requests; the files of this model have not been requested yet.
    url: detailOf(otherModel),
    arrange({ hub }) {
      const headers = { 'retry-after': '120', 'access-control-expose-headers': 'Retry-After' };
      hub.setFaults([{ path: '/api/', status: 429, headers }]);
    },
  },
];

const installFailure = {
  code: 'worker-install',
  step: 'install',
  title: 'The worker could not be installed',
  next: /Copy command/,
} as const;
const notListed = "Worker 'llm-worker-rbee-cpu' not found in catalog (HTTP 404 Not Found)";

const workerCases: readonly Case[] = [
  {
    // Since 2025-11-12 the catalog has had no entries for single backends, and the hive can install nothing else.
    ...installFailure,
    when: 'the catalog does not list the worker of a backend',
    details: notListed,
    url: 'https://marketplace.rbee.dev/workers/llm-worker-rbee',
    arrange: ({ hive }) => hive.setFaults([{ before: 'send_request_ok', fail: notListed }]),
  },
  {
    ...installFailure,
    when: 'the hive’s worker catalog does not respond',
    details: 'Failed to fetch worker metadata',
    url: 'https://marketplace.rbee.dev/workers/cpu-llm?generation=g3',
    arrange: ({ hive }) => hive.set({ install: false }),
  },
  {
    ...installFailure,
    when: 'the build of a worker fails',
    details: 'Build failed with exit code 101',
    arrange({ hive }) {
      hive.set({ install: true });
      hive.setFaults([{ after: 'build_output', fail: 'Build failed with exit code 101' }]);
    },
  },
];

type Views = { page: Page; popup: Page; service: ServicePage; extension: Extension };

/** Clicks, expects the failure on the button and in the popup, and dismisses the run. */
async function expectFailure(given: Case, { page, popup, service, extension }: Views, servers: Servers): Promise<void> {
  const { code, step, title, button, next, details, url, arrange, meanwhile, retries } = given;
  const { hive, hub } = servers;
  hive.setFaults([]);
  hub.setFaults([]);
  await arrange(servers);
  if (url) await page.goto(url);
  const host = hostOf(page);
  await expect(host).toHaveAttribute('data-state', 'idle');
  await press(host, /with rbee/);
  if (meanwhile) {
    await hive.until(({ paused }) => paused());
    await meanwhile(servers);
  }
  if (retries) {
    await expect(host).toHaveAttribute('data-state', 'downloading');
    await skipRetries(extension, service);
  }

  await expect(host).toHaveAttribute('data-state', 'failed', { timeout: 30_000 });
  await expect(host.getByRole('button')).toHaveAccessibleName(button ?? /^Retry/);
  await expect(host.locator('#description')).toContainText(title);
  await expect(host.locator('#description')).toBeVisible();

  await popup.bringToFront();
  const run = popup.getByRole('list', { name: 'Runs' }).locator('> li');
  await expect(run).toHaveCount(1);
  await expect(run).toHaveAttribute('data-state', 'failed');
  const failedStep = step ? stepIn(run, step) : run.locator('ol [data-step][data-state="failed"]');
  await expect(failedStep).toHaveAttribute('data-state', 'failed');
  await expect(run.locator(`[data-code="${code}"]`).getByRole('heading')).toHaveText(title);
  await expect(run.locator('.primary, button:disabled')).toHaveText(next);
  await run.getByText('Details').click();
  await expect(run.getByLabel(/^Hive log for/)).toContainText(details);

  const [failed] = await service.runs();
  await service.ask('run/dismiss', { id: failed?.id ?? '' });
  await expectState(host, 'idle');
}

/** Restarts the service worker with a stored run that has one automatic retry left. */
async function skipRetries(extension: Extension, service: ServicePage): Promise<void> {
  await expectRuns(service, withStep('download', { retry: expect.objectContaining({ count: 1 }) }));
  await extension.terminateServiceWorker();
  for (const run of await service.runs()) {
    for (const { retry } of run.steps) if (retry) Object.assign(retry, { count: 3, at: 0 });
    await service.store({ [runKey(run.id)]: run });
  }
  await service.wake();
}

async function openViews(page: Page, extension: Extension): Promise<Views> {
  const popup = await extension.openExtensionPage('popup.html');
  return { page, popup, service: await openServicePage(extension), extension };
}

test.describe('on a model page', () => {
  test.use({
    hiveOptions: { progressMs: 40, machine: 'server' },
    // The browser logs this reply of the hub.
    allowConsole: [/^Failed to load resource: the server responded with a status of 429/],
  });
  test.setTimeout(120_000);

  test('each cause of failure has its own text on the button and its own next step in the popup', async ({
    page,
    extension,
    hive,
    hub,
  }) => {
    const views = await openViews(page, extension);
    for (const given of modelCases) {
      await test.step(`${given.code}: ${given.when}`, () => expectFailure(given, views, { hive, hub }));
    }
  });
});

test.describe('on a worker page', () => {
  test.use({ hiveOptions: { installed: [], install: true } });

  test('each failed installation has its own text, and a further click installs the worker', async ({
    page,
    extension,
    hive,
    hub,
  }) => {
    const views = await openViews(page, extension);
    for (const given of workerCases) await test.step(given.when, () => expectFailure(given, views, { hive, hub }));

    hive.setFaults([{ after: 'build_start', pause: true }]);
    const host = hostOf(page);
    await press(host, /^Install with rbee/);
    await expectState(host, 'installing');
    await expect.poll(() => descriptionOf(host)).toContain('Building from source. This takes several minutes');
    hive.release();
    await expectState(host, 'installed');
    expect(hive.installed().map(({ id }) => id)).toEqual(['llm-worker-rbee-cpu-0.1.0-linux']);
    const run = views.popup.locator('[data-subject="worker:llm-worker-rbee-cpu"]');
    await expect(run).toHaveAttribute('data-state', 'installed');
    await expect(run).toContainText('The worker is installed.');
  });
});
