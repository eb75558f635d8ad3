// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import '../english.ts';
import { App } from '../../../components/popup/app.tsx';
import { followConfirmation } from '../../../components/popup/confirmation.tsx';
import { followQuarantined, followRuns } from '../../../components/popup/stored-runs.ts';
import { followSettings } from '../../../components/ui/stored-settings.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { everyState, job, record, steps, stored } from '../../e2e/records.ts';
import { root, serve } from './service.ts';

const now = Date.now();

const store = (run: Run) => act(() => fakeBrowser.storage.local.set(stored([run])));

async function show(run: Run, more: Record<string, unknown> = {}): Promise<void> {
  serve({});
  await fakeBrowser.storage.local.set({ ...stored([run]), ...more });
  const [runs, quarantined, settings, confirmation] = await Promise.all([
    followRuns(),
    followQuarantined(),
    followSettings(),
    followConfirmation(),
  ]);
  await act(() =>
    render(
      <App {...{ runs, quarantined, settings, confirmation }} hives={{ hives: [], error: undefined }} isTab />,
      root,
    ),
  );
}

function press(name: RegExp): void {
  const button = [...root.querySelectorAll('button')].find(({ textContent }) => name.test(textContent ?? ''));
  button?.focus();
  expect(document.activeElement).toBe(button);
  button?.click();
}

const { running, stopped, choose, downloading, cancelled } = everyState(now);
const lost = record(now, {
  state: 'downloading',
  steps: steps('download', 'active', { job: job(now, { lostAt: now - 60_000 }) }),
});

it.each([
  ['Stop', running, { ...stopped, id: running.id }],
  ['Check now', lost, { ...running, id: lost.id }],
  ['Start again', lost, { ...downloading, id: lost.id }],
  ['Cancel', downloading, { ...running, id: downloading.id }],
  ['Install the worker', { ...choose, choice: 'install' }, { ...downloading, id: choose.id }],
  ['Choose a file', choose, { ...downloading, id: choose.id }],
] as [string, Run, Run][])(
  'the focus moves to the heading of the run when “%s” disappears',
  async (name, run, after) => {
    await show(run);
    press(new RegExp(`^${name}$`));
    await store(after);
    expect(root.querySelector('.run')?.getAttribute('data-state')).toBe(after.state);
    await vi.waitFor(() => expect(document.activeElement?.id).toBe(`run-${run.id}`));
  },
);

it('the focus stays on a button that is not removed', async () => {
  await show(cancelled);
  press(/^Retry$/);
  const before = document.activeElement;
  await store({ ...downloading, id: cancelled.id });
  expect(document.activeElement).toBe(before);
});

it('the focus does not move if the removed button did not have it', async () => {
  await show(running);
  await store({ ...stopped, id: running.id });
  expect(document.activeElement).toBe(document.body);
});

it('the focus moves to the heading of the section when the notice about quarantined runs is dismissed', async () => {
  await show(running, { 'quarantined:run:x': {} });
  await act(() => press(/^Dismiss$/));
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('runs-title'));
});
