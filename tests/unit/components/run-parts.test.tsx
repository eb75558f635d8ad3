// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../english.ts';
import { KnownHives } from '../../../components/popup/known-hives.ts';
import { RunChoice } from '../../../components/popup/run-choice.tsx';
import { RunOtherwise } from '../../../components/popup/run-otherwise.tsx';
import { AskError } from '../../../components/ui/request-error.tsx';
import { RbeeError } from '../../../lib/errors.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { everyState, record } from '../../e2e/records.ts';
import { serve } from './service.ts';

const now = 1_764_000_000_000;
const here = 'http://localhost:7835';
const other = 'http://gpu-box:7835';

let root = document.createElement('div');
afterEach(() => {
  render(null, root);
  root = document.createElement('div');
  vi.restoreAllMocks();
});

/** What is asked for once “Run” was pressed. */
async function runOtherwise(run: Run, pick?: string): Promise<unknown> {
  const asked = serve({});
  await act(() =>
    render(
      <KnownHives.Provider value={[here, other]}>
        <RunOtherwise run={run} name="x" />
      </KnownHives.Provider>,
      root,
    ),
  );
  const select = [...root.querySelectorAll('select')].at(-1) as HTMLSelectElement;
  if (pick !== undefined) {
    select.value = pick;
    await act(() => void select.dispatchEvent(new Event('change', { bubbles: true })));
  }
  await act(() => root.querySelector('button')?.click());
  return asked[0]?.request;
}

describe('a run on another hive, or with another worker', () => {
  it('of a worker without a model is again the start of a worker, of the same kind', async () => {
    const run = record(now, {
      subject: 'worker:llm-worker-rbee',
      state: 'offline',
      backend: 'cuda',
      steps: [
        { name: 'install', state: 'pending' },
        { name: 'spawn', state: 'pending' },
      ],
    });
    expect(await runOtherwise(run)).toEqual({ subject: run.subject, hive: other, backend: 'cuda', bare: true });
  });

  it('of an install stays an install', async () => {
    const run = record(now, { ...everyState(now).installing, state: 'failed' });
    expect(await runOtherwise(run)).not.toHaveProperty('bare');
  });

  it.each([
    ['cuda', undefined, 'cuda'],
    ['cuda', 'cpu', 'cpu'],
    ['metal', undefined, 'metal'],
    ['cuda', '', undefined],
    [undefined, undefined, undefined],
  ] as const)('started with %s, and with “%s” picked, is asked for with %s', async (backend, pick, expected) => {
    const run = record(now, { state: 'cancelled', ...(backend && { backend }) });
    const request = await runOtherwise(run, pick);
    expect(request).toEqual({ subject: run.subject, hive: here, backend: expected });
    expect([...root.querySelectorAll('select')].at(-1)?.value).toBe(expected ?? '');
  });
});

it('where only a yes is asked for, nothing speaks of files', async () => {
  const run = record(now, { state: 'choose', choice: 'install' });
  await act(() => render(<RunChoice run={run} name="x" />, root));
  expect([...root.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual(['Install and go on']);
  expect(root.textContent).toContain('rbee-hive 0.1.0 cannot do that');
  expect(root.textContent).not.toMatch(/file/);
});

it.each([
  ['hive-rejected', 'No.', /The hive refused\. It said: No\.$/],
  ['message-rejected', 'It still answers.', /may be out of date\. It may have changed or be gone\. Look again\.$/],
] as const)('%s tells the hive’s words as the hive’s, and never ours', (code, text, told) => {
  render(<AskError error={new RbeeError(code, text)} />, root);
  expect(root.textContent).toMatch(told);
});
