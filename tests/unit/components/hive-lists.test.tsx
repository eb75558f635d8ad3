// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import '../english.ts';
import { Models } from '../../../components/hive/models.tsx';
import { Workers } from '../../../components/hive/workers.tsx';
import type { HiveStatus } from '../../../lib/hive/types.ts';
import { rejected, serve } from './service.ts';

const url = 'http://localhost:7835';
const connected: HiveStatus = { url, state: 'connected', devices: [] };

const root = document.createElement('div');
beforeEach(() => document.body.append(root));
afterEach(() => {
  render(null, root);
  root.remove();
  vi.restoreAllMocks();
});

const list = (...ids: string[]) => ({
  ok: true,
  value: { models: ids.map((id) => ({ id, path: '', sizeBytes: 1e9 })), readAt: Date.now() },
});

async function openModels(): Promise<void> {
  await act(() => render(<Models hives={[connected]} />, root));
  const details = root.querySelector('details') as HTMLDetailsElement;
  await act(() => {
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
}

/** Once it is there and takes clicks: one that comes to mean something else takes none at once. */
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

it.each([
  ['an empty list, as every hive off Linux sends it', { ...connected, workers: [] }],
  ['none at all', connected],
])('with %s nobody is told that no worker runs', async (_, hive) => {
  await act(() => render(<Workers hives={[hive]} />, root));
  expect(root.textContent).toContain('No worker is listed. Only hives on Linux list theirs.');
});

it('a delete that was refused says why, and the list is read again', async () => {
  const asked = serve({ 'hive/models': (before) => (before === 0 ? list('a/b:c', 'd/e:f') : list('d/e:f')) });
  await openModels();
  await press('Delete');
  await press('Delete for good');
  await vi.waitFor(() => expect(root.querySelectorAll('li')).toHaveLength(1));
  expect(asked.map(({ type }) => type)).toEqual(['hive/models', 'model/delete', 'hive/models']);
  expect(root.querySelector('[role="alert"]')?.textContent).toContain('It may have changed or be gone. Look again.');
  expect(document.activeElement?.textContent, 'the button went with its model').toMatch(/^One model/);
});

it('the keyboard stays at a list that came when it was asked for again', async () => {
  serve({ 'hive/models': (before) => (before === 0 ? rejected : list('a/b:c')) });
  await openModels();
  await press('Try again');
  await vi.waitFor(() => expect(root.querySelectorAll('li')).toHaveLength(1));
  expect(document.activeElement?.textContent).toMatch(/^One model/);
});
