// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import '../english.ts';
import { Models } from '../../../components/hive/models.tsx';
import { Workers } from '../../../components/hive/workers.tsx';
import { useRestoreFocus } from '../../../components/ui/restore-focus.ts';
import type { HiveStatus } from '../../../lib/hive/types.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { everyState } from '../../e2e/records.ts';
import { openDetails, rejected, root, serve } from './service.ts';

const url = 'http://localhost:7835';
const connected: HiveStatus = { url, state: 'connected', devices: [] };

const list = (...ids: string[]) => ({
  ok: true,
  value: { models: ids.map((id) => ({ id, path: '', sizeBytes: 1e9 })), readAt: Date.now() },
});

function ModelsWithFocus() {
  useRestoreFocus();
  return <Models hives={[connected]} />;
}

async function openModels(): Promise<void> {
  await act(() => render(<ModelsWithFocus />, root));
  await openDetails(root);
}

/** Waits until the button is enabled: a button whose action has just changed accepts no clicks. */
async function press(name: string): Promise<void> {
  const button = await vi.waitFor(
    () => {
      const found = [...root.querySelectorAll('button')].find(({ textContent }) => textContent === name);
      expect(found?.getAttribute('aria-disabled')).toBe('false');
      return found;
    },
    { timeout: 5_000 },
  );
  button?.focus();
  button?.click();
}

it('a connected hive without workers shows that no worker is running, unless a run on it has just started one', async () => {
  const show = (...runs: Run[]) =>
    act(() => render(<Workers hives={[{ ...connected, workers: [] }]} runs={runs} />, root));
  const { running } = everyState(0);
  await show();
  expect(root.textContent).toContain('No worker is running.');
  await show({ ...running, hive: 'http://192.168.1.20:7835' });
  expect(root.textContent).toContain('No worker is running.');
  await show({ ...running, hive: url });
  expect(root.textContent).toContain('Loading the workers');
});

it('a rejected delete shows the reason, and the list is loaded again', async () => {
  const requests = serve({ 'hive/models': (before) => (before === 0 ? list('a/b:c', 'd/e:f') : list('d/e:f')) });
  await openModels();
  await press('Delete');
  await press('Delete model');
  await vi.waitFor(() => expect(root.querySelectorAll('li')).toHaveLength(1));
  expect(requests.map(({ type }) => type)).toEqual(['hive/models', 'model/delete', 'hive/models']);
  expect(root.querySelector('[role="alert"]')?.textContent).toContain(
    'What you clicked has changed or no longer exists. Check the current state, then try again.',
  );
  await vi.waitFor(() => expect(document.activeElement?.textContent).toMatch(/^Models: 1/));
});

it('the focus moves to the list when “Try again” has loaded it', async () => {
  serve({ 'hive/models': (before) => (before === 0 ? rejected : list('a/b:c')) });
  await openModels();
  await press('Try again');
  await vi.waitFor(() => expect(root.querySelectorAll('li')).toHaveLength(1));
  await vi.waitFor(() => expect(document.activeElement?.textContent).toMatch(/^Models: 1/));
});
