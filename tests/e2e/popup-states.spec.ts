import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { type ErrorCode, errorCodes } from '../../lib/errors.ts';
import type { LogLine, Run, RunState } from '../../lib/runs/run.ts';
import { type Extension, expect, test } from './fixtures.ts';
import { everyFailure, everyState, failed, job, logOf, progress, record, steps, stored } from './records.ts';

/** Stores runs behind the service worker's back: it knows nothing of them, so they stay as they are. */
async function show(extension: Extension, runs: readonly Run[], logs: Record<string, LogLine[]> = {}): Promise<void> {
  const worker = await extension.serviceWorker();
  await worker.evaluate((items) => chrome.storage.local.set(items as Record<string, never>), stored(runs, logs));
}

/** Stores runs as they are when the browser starts: the next service worker takes them on. */
async function takeOn(extension: Extension, runs: readonly Run[]): Promise<void> {
  await show(extension, runs);
  await extension.killServiceWorker();
}

const item = (page: Page, run: Run): Locator => page.locator(`[data-run="${run.id}"]`);

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(told, what).toEqual([]);
}

const buttons: Record<RunState, string[]> = {
  queued: ['Cancel'],
  offline: ['Cancel'],
  resolving: ['Cancel'],
  choose: ['Choose a file', 'Cancel'],
  downloading: ['Cancel'],
  installing: ['Cancel'],
  starting: ['Cancel'],
  cancelling: ['Cancelling'],
  running: ['Copy address'],
  installed: ['Dismiss'],
  stopped: ['Run with rbee', 'Dismiss'],
  failed: ['Retry', 'Dismiss'],
  cancelled: ['Retry', 'Dismiss'],
};
const busy: RunState[] = ['resolving', 'downloading', 'installing', 'starting', 'cancelling'];

test('every state is told in words, with its steps and with what can be done', async ({ extension }) => {
  const runs = everyState(Date.now());
  await show(extension, Object.values(runs));
  const page = await extension.openExtensionPage('popup.html');
  const list = page.getByRole('list', { name: 'Runs' });
  await expect(list.locator('> li')).toHaveCount(Object.keys(runs).length);

  for (const [state, run] of Object.entries(runs) as [RunState, Run][]) {
    await test.step(state, async () => {
      const shown = item(page, run);
      await expect(shown).toHaveAttribute('data-state', state);
      await expect(shown).toHaveAttribute('data-subject', run.subject);
      await expect(shown.getByRole('heading', { level: 3 })).toContainText(run.subject.replace(/^\w+:/, ''));
      const closed = shown.getByRole('button', { name: /^Show / });
      if (await closed.isVisible()) await closed.click();
      for (const name of buttons[state]) {
        await expect(shown.getByRole('button', { name: new RegExp(`^${name}`) }).first()).toBeVisible();
      }
      await expect(shown.getByRole('progressbar')).toHaveCount(busy.includes(state) ? 1 : 0);
      for (const { name, state: step } of run.steps) {
        await expect(shown.locator(`ol [data-step="${name}"]`)).toHaveAttribute('data-state', step);
      }
    });
  }
  await expect(item(page, runs.cancelling).getByRole('button', { name: 'Cancelling' })).toBeDisabled();
  await expect(item(page, runs.running)).toContainText('http://localhost:8080');
});

test('a download shows how much, how fast and how long, as numbers that hold still', async ({ extension }) => {
  const run = everyState(Date.now()).downloading;
  await show(extension, [run]);
  const page = await extension.openExtensionPage('popup.html');
  const bar = item(page, run).getByRole('progressbar');
  await expect(bar).toHaveAttribute('aria-valuenow', '36');
  await expect(item(page, run)).toContainText('295 MB of 808 MB');
  await expect(item(page, run)).toContainText('7 MB/s');
  await expect(item(page, run)).toContainText(/\d+ (s|min) left/);

  const before = { bar: await bar.elementHandle(), box: await item(page, run).boundingBox() };
  const further = {
    ...run,
    steps: steps('download', 'active', {
      job: job(Date.now()),
      progress: progress(Date.now(), { percent: 80, rate: 0.0009 }),
    }),
  };
  await show(extension, [further]);
  await expect(bar).toHaveAttribute('aria-valuenow', '80');
  expect(await bar.evaluate((now, then) => now === then, before.bar), 'the same bar, moved').toBe(true);
  expect(await item(page, run).boundingBox(), 'nothing else moved').toEqual(before.box);
});

test('without a percentage the bar claims none, and standing still is said after 45 seconds', async ({ extension }) => {
  const now = Date.now();
  const still = progress(now, { changedAt: now - 50_000 });
  const run = record(now, {
    state: 'downloading',
    steps: steps('download', 'active', { job: job(now), progress: still }),
  });
  await show(extension, [run]);
  const page = await extension.openExtensionPage('popup.html');
  const bar = item(page, run).getByRole('progressbar');
  await expect(bar).toBeVisible();
  expect(await bar.getAttribute('aria-valuenow')).toBeNull();
  await expect(item(page, run)).toContainText(/No progress for 5\d sec\./);
  await expect(item(page, run)).not.toContainText(/NaN|Infinity|undefined/);
});

test('lost contact is said in words, with a look now and a new start', async ({ extension }) => {
  const now = Date.now();
  const lost = job(now, { lostAt: now - 60_000, checks: 2, nextCheckAt: now + 25_000 });
  const step = { job: lost, progress: progress(now, { percent: 41 }) };
  const run = record(now, { state: 'downloading', steps: steps('download', 'active', step) });
  await show(extension, [run]);
  const page = await extension.openExtensionPage('popup.html');
  const shown = item(page, run);
  await expect(shown).toContainText('The live log was lost. The hive may still be working.');
  await expect(shown).toContainText(/Next check in \d+ sec\./);
  await expect(shown).toContainText('Last known:  41%');
  expect(await shown.getByRole('progressbar').getAttribute('aria-valuenow')).toBeNull();
  await expect(shown.getByRole('button', { name: /^Check now/ })).toBeEnabled();
  await expect(shown.getByRole('button', { name: /^Start again/ })).toBeEnabled();
});

const next: Record<ErrorCode, string | RegExp> = {
  'hive-unreachable': 'rbee-hive --port 7835',
  'not-a-hive': 'rbee-hive --port 7834',
  'hive-rejected': 'Retry',
  'hive-protocol': 'Retry',
  'no-gguf': 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct-GGUF',
  'file-missing': 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/tree/main',
  gated: 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF',
  'private-or-missing': 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF',
  'repo-disabled': 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct-GGUF',
  'partial-file': 'rm ~/.cache/huggingface/hub/models--bartowski--Llama-3.2-1B-Instruct-GGUF/blobs/*.part',
  'download-locked': 'Retry',
  disk: 'Retry',
  network: 'Retry',
  'hub-busy': 'Retry',
  'worker-missing': /^test -d rbee .* && cargo run --release --bin llm-worker-rbee-cpu -- /s,
  'worker-install': /^test -d rbee .* && cargo build --release --bin llm-worker-rbee-cpu$/s,
  'spawn-binary': /^llm-worker-rbee-cpu /,
  'spawn-timeout': /^llm-worker-rbee-cpu /,
  'spawn-unproven': 'http://localhost:8080/health',
  'no-ports': 'rbee-hive --port 7835',
  'model-unsupported': 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct-GGUF',
  'unsupported-source': 'https://huggingface.co/models?library=gguf',
  'job-lost': 'Retry',
  'cancelled-by-hive': 'Retry',
  'message-rejected': 'Reload',
  'permission-missing': 'Open options',
  storage: 'Retry',
  internal: 'Retry',
  'extension-updated': 'Reload',
};

test('every failure has a title, what happened and one next step that is real', async ({ extension }) => {
  const runs = everyFailure(Date.now());
  await show(extension, Object.values(runs));
  const page = await extension.openExtensionPage('popup.html');
  const titles = new Set<string>();
  for (const code of errorCodes) {
    await test.step(code, async () => {
      const shown = item(page, runs[code]);
      const failure = shown.locator(`[data-code="${code}"]`);
      titles.add((await failure.getByRole('heading', { level: 4 }).textContent()) ?? '');
      await expect(failure.locator('p')).toHaveText(/\S\.?$/);
      const primary = shown.locator('.primary');
      const wanted = next[code];
      if (code === 'download-locked') {
        await expect(shown.getByRole('button', { name: /^Retry in \d+ s / })).toBeDisabled();
      } else {
        await expect(primary).toHaveCount(1);
      }
      if (typeof wanted !== 'string' || /^(rbee|rm)/.test(wanted)) {
        await expect(failure.locator('code')).toHaveText(wanted);
        await expect(primary).toHaveText(/Copy command/);
      } else if (wanted.startsWith('http')) {
        await expect(primary).toHaveAttribute('href', wanted);
      } else {
        await expect(shown.locator('.button', { hasText: new RegExp(`^${wanted}`) })).toBeVisible();
      }
    });
  }
  expect(titles.size, 'no two failures are called the same').toBe(errorCodes.length);
});

test('what the hive said is loaded when it is asked for, followed, and can be copied', async ({ extension }) => {
  const now = Date.now();
  const run = failed(now, 'file-missing', 'download', 'HuggingFace download failed: <b>status code 404</b>');
  const lines = logOf(now, 4);
  await show(extension, [run], { [run.id]: lines.slice(0, 3) });
  const page = await extension.openExtensionPage('popup.html');
  await expect(item(page, run)).not.toContainText('Still downloading');
  await item(page, run).getByText('Details').click();
  const said = item(page, run).getByRole('log', { name: /^Hive log for/ });
  await expect(said).toContainText(lines[2]?.message ?? '');
  await expect(said, 'as text, never as a part of the page').toContainText('<b>status code 404</b>');
  await show(extension, [run], { [run.id]: lines });
  await expect(said).toContainText(lines[3]?.message ?? '');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await item(page, run).getByRole('button', { name: 'Copy details' }).click();
  await expect(item(page, run).getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(lines[3]?.message ?? '');
});

test('a damaged record is left out, and the others are shown', async ({ extension }) => {
  const run = everyState(Date.now()).running;
  await show(extension, [run, { ...run, id: 'damaged', state: 'levitating' as RunState }]);
  const page = await extension.openExtensionPage('popup.html');
  await expect(page.locator('[data-run]')).toHaveCount(1);
});

test('it opens complete: its first picture already holds every run', async ({ extension }) => {
  const now = Date.now();
  const runs = Array.from({ length: 200 }, () =>
    record(now, { state: 'cancelled', steps: steps('download', 'cancelled') }),
  );
  await show(extension, runs);
  const page = await extension.context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const list = document.querySelector('#app ul[aria-label]');
      if (!list) return;
      document.documentElement.dataset.first = String(list.children.length);
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`chrome-extension://${extension.extensionId}/popup.html`);
  await expect(page.locator('html')).toHaveAttribute('data-first', '200');
  await expect(page.locator('.run-body')).toHaveCount(1);
});

test('nothing moves when the hive’s answer comes after the first picture', async ({ extension, hive }) => {
  hive.setFaults([{ on: 'capabilities', delayMs: 500 }]);
  await show(extension, [everyState(Date.now()).running]);
  const page = await extension.context.newPage();
  await page.addInitScript(() => {
    const moved: string[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources } = entry as unknown as { sources: { node?: Element }[] };
        moved.push(...sources.map(({ node }) => node?.className ?? '?'));
      }
    }).observe({ type: 'layout-shift', buffered: true });
    Object.assign(globalThis, { moved });
  });
  await page.goto(`chrome-extension://${extension.extensionId}/popup.html`);
  const region = page.getByRole('region', { name: 'Hive' });
  await expect(region).toContainText('Looking for a hive');
  await expect(region).toContainText('Connected');
  // Two frames: by then the browser has told what moved in the first.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await page.evaluate(() => Reflect.get(globalThis, 'moved'))).toEqual([]);
});

test('it opens at the run it was opened for', async ({ extension }) => {
  const now = Date.now();
  const runs = Array.from({ length: 60 }, () =>
    record(now, { state: 'cancelled', steps: steps('download', 'cancelled') }),
  );
  await show(extension, runs);
  const [oldest] = runs as [Run];
  const page = await extension.openExtensionPage(`popup.html#run=${oldest.id}`);
  await expect(item(page, oldest).getByRole('heading')).toBeFocused();
  await expect(item(page, oldest)).toBeInViewport();
  await expect(item(page, oldest).locator('.run-body')).toBeVisible();
});

test('the hive’s region says what to type where none runs, and notices by itself when one does', async ({
  extension,
  hive,
}) => {
  await hive.kill();
  const page = await extension.openExtensionPage('popup.html');
  const region = page.getByRole('region', { name: 'Hive' });
  await expect(region).toContainText('Not running');
  await expect(region.locator('code')).toHaveText('rbee-hive --port 7835');
  await expectAccessible(page, 'no hive');
  await hive.restart();
  await expect(region).toContainText('Connected');
  await expect(region.getByRole('list', { name: 'Devices' }).getByRole('listitem').last()).toContainText('memory');
});

test('a person who opens it for the first time is told what to do', async ({ extension }) => {
  const page = await extension.openExtensionPage('popup.html');
  const hive = page.getByRole('region', { name: 'Hive' });
  await expect(hive).toContainText('Connected');
  await expect(page.getByText('Run your first model')).toBeVisible();
  await expect(page.getByRole('link', { name: 'marketplace.rbee.dev' })).toHaveAttribute(
    'href',
    'https://marketplace.rbee.dev/',
  );
  await expectAccessible(page, 'first use');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing stands in anybody’s way, in the ${colorScheme}`, async ({ extension }) => {
    const now = Date.now();
    const lost = job(now, { lostAt: now - 60_000, checks: 2, nextCheckAt: now + 25_000 });
    const runs = [
      ...Object.values(everyState(now)),
      ...Object.values(everyFailure(now)),
      record(now, { state: 'downloading', steps: steps('download', 'active', { job: lost }) }),
    ];
    await show(extension, runs, Object.fromEntries(runs.map(({ id }) => [id, logOf(now, 5)])));
    const page = await extension.openExtensionPage('popup.html');
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('[data-run]')).toHaveCount(runs.length);
    // All at once: what a click on each one does is shown elsewhere.
    await page.evaluate(() => {
      for (const button of document.querySelectorAll<HTMLElement>('.toggle[aria-expanded="false"]')) button.click();
    });
    await expect(page.locator('.run-body')).toHaveCount(runs.length);
    await page.evaluate(() => {
      for (const summary of document.querySelectorAll('summary')) summary.click();
    });
    await expect(page.locator('.console')).toHaveCount(runs.length);
    await expectAccessible(page, 'every state and failure, with everything open');
  });
}

for (const width of [360, 320]) {
  test(`nothing is cut off at ${width} pixels (a popup, and a tab at 200 %)`, async ({ extension }) => {
    const now = Date.now();
    const long = {
      subject: `hf:${'organisation-with-a-long-name/'.slice(0, 28)}/${'Model-Name-'.repeat(8)}x`.replace('//', '/'),
    };
    await show(extension, [
      ...Object.values(everyState(now)),
      ...Object.values(everyFailure(now)),
      record(now, {
        ...long,
        state: 'running',
        worker: { address: 'http://a-host-with-a-rather-long-name.example:8080', port: 8080 },
      }),
    ]);
    const page = await extension.openExtensionPage('popup.html');
    await page.setViewportSize({ width, height: 600 });
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#app *:not(.hidden)')]
        .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
        .map((element) => element.outerHTML.slice(0, 120)),
    );
    expect(wide).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}

test('nothing moves for people who asked for less motion', async ({ extension }) => {
  await show(extension, Object.values(everyState(Date.now())));
  const page = await extension.openExtensionPage('popup.html');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(page.getByRole('progressbar').first()).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('a failure that was seen leaves the toolbar', async ({ extension }) => {
  const run = failed(Date.now(), 'network', 'download', 'connection reset');
  await takeOn(extension, [run]);
  const worker = await extension.serviceWorker();
  const badge = () => worker.evaluate(() => chrome.action.getBadgeText({}));
  await expect.poll(badge).toBe('!');
  const page = await extension.openExtensionPage('popup.html');
  await expect(item(page, run)).toBeVisible();
  await expect.poll(badge).toBe('');
  await expect(item(page, run).locator('.run-body'), 'and stays open while it is looked at').toBeVisible();
});

test('with the keyboard alone: open, dismiss, and go on where the run was', async ({ extension }) => {
  const now = Date.now();
  const runs = [1, 2, 3].map(() => record(now, { state: 'cancelled', steps: steps('download', 'cancelled') })) as [
    Run,
    Run,
    Run,
  ];
  await takeOn(extension, runs);
  const page = await extension.openExtensionPage('popup.html');
  const [last, middle] = runs;
  await expect(page.locator('[data-run]')).toHaveCount(3);

  const toggle = item(page, middle).getByRole('button', { name: /^Show / });
  for (
    let presses = 0;
    presses < 30 && !(await toggle.evaluate((button) => button === document.activeElement));
    presses += 1
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(toggle).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(item(page, middle).getByRole('button', { name: /^Hide / })).toHaveAttribute('aria-expanded', 'true');

  const dismiss = item(page, middle).getByRole('button', { name: /^Dismiss/ });
  for (
    let presses = 0;
    presses < 5 && !(await dismiss.evaluate((button) => button === document.activeElement));
    presses += 1
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(dismiss).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(item(page, middle)).toHaveCount(0);
  await expect(item(page, last).getByRole('heading')).toBeFocused();
});
