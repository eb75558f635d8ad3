// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { beforeEach, expect, it, vi } from 'vitest';
import '../english.ts';
import { ConfirmationRequest, followConfirmation } from '../../../components/popup/confirmation.tsx';
import { askForConfirmation, readConfirmation } from '../../../lib/confirmation.ts';
import { record } from '../../e2e/records.ts';
import { root, serve } from './service.ts';

const request = { subject: 'hf:org/model:model-Q4_K_M.gguf', hive: 'http://gpu-box:7835', backend: 'cuda' } as const;

beforeEach(() => void vi.useFakeTimers());

async function show(): Promise<void> {
  const confirmation = await followConfirmation();
  await act(() => render(<ConfirmationRequest confirmation={confirmation} />, root));
}

async function ask() {
  const requests = serve({ 'run/start': () => ({ ok: true, value: { run: record(Date.now()) } }) });
  await askForConfirmation(request);
  await show();
  return requests;
}

const press = (name: string) =>
  act(() => [...root.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.click());

it('the confirmation shows model, file, hive and backend, and focuses the question instead of a button', async () => {
  await ask();
  expect(document.activeElement?.textContent).toBe('Run model with rbee?');
  const facts = [...root.querySelectorAll('dd')].map(({ textContent }) => textContent);
  expect(facts).toEqual([
    'org/model',
    'model-Q4_K_M.gguf',
    'gpu-box:7835',
    expect.stringContaining('NVIDIA GPU (CUDA)'),
  ]);
});

it('the confirmation ignores clicks in the first 500 ms, also after the window got the focus again', async () => {
  const requests = await ask();
  await press('Run');
  await act(async () => void (await vi.advanceTimersByTimeAsync(500)));
  await act(() => void window.dispatchEvent(new Event('focus')));
  await press('Run');
  expect(requests).toEqual([]);
  await act(async () => void (await vi.advanceTimersByTimeAsync(500)));
  await press('Run');
  expect(requests).toEqual([{ type: 'run/start', request }]);
  await vi.waitFor(() => expect(root.textContent).toBe(''));
  expect(await readConfirmation()).toBeUndefined();
});

it('“Not now” closes the confirmation and starts no run', async () => {
  const requests = await ask();
  await press('Not now');
  await vi.waitFor(() => expect(root.textContent).toBe(''));
  expect(requests).toEqual([]);
});

it('a confirmation that is requested while the popup is open is shown', async () => {
  serve({});
  await show();
  await act(() => askForConfirmation({ subject: 'worker:llm-worker-rbee-cpu' }));
  await vi.waitFor(() => expect(root.textContent).toContain('Install llm-worker-rbee-cpu with rbee?'));
});
