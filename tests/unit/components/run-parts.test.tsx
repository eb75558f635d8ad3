// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { describe, expect, it, vi } from 'vitest';
import '../english.ts';
import { FirstUse } from '../../../components/popup/first-use.tsx';
import { KnownHives } from '../../../components/popup/known-hives.ts';
import { RunChoice } from '../../../components/popup/run-choice.tsx';
import { RunElsewhere } from '../../../components/popup/run-elsewhere.tsx';
import { RequestError } from '../../../components/ui/request-error.tsx';
import { RbeeError } from '../../../lib/errors.ts';
import type { Run } from '../../../lib/runs/run.ts';
import { everyState, record } from '../../e2e/records.ts';
import { openDetails, root, serve } from './service.ts';

const now = 1_764_000_000_000;
const here = 'http://localhost:7835';
const other = 'http://gpu-box:7835';

/** The request that a click on “Run” sends. */
async function requestElsewhere(run: Run, pick?: string): Promise<unknown> {
  const requests = serve({});
  await act(() =>
    render(
      <KnownHives.Provider value={[here, other]}>
        <RunElsewhere run={run} name="x" />
      </KnownHives.Provider>,
      root,
    ),
  );
  await openDetails(root);
  const select = [...root.querySelectorAll('select')].at(-1) as HTMLSelectElement;
  if (pick !== undefined) {
    select.value = pick;
    await act(() => void select.dispatchEvent(new Event('change', { bubbles: true })));
  }
  await act(() => root.querySelector('button')?.click());
  return requests[0]?.request;
}

describe('running on another hive or with another backend', () => {
  it('starts a worker without a model with the same backend', async () => {
    const run = record(now, {
      subject: 'worker:llm-worker-rbee',
      state: 'offline',
      backend: 'cuda',
      steps: [
        { name: 'install', state: 'pending' },
        { name: 'spawn', state: 'pending' },
      ],
    });
    expect(await requestElsewhere(run)).toEqual({
      subject: run.subject,
      hive: other,
      backend: 'cuda',
      withoutModel: true,
    });
  });

  it('starts an installation again as an installation', async () => {
    const run = record(now, { ...everyState(now).installing, state: 'failed' });
    expect(await requestElsewhere(run)).not.toHaveProperty('withoutModel');
  });

  it('starts nothing on the same hive while a retry there would be refused', async () => {
    vi.useFakeTimers({ now });
    const run = record(now, { state: 'cancelled', cancel: { askedAt: now }, retryAt: now + 5_000 });
    expect(await requestElsewhere(run)).toBeUndefined();
    expect(root.querySelector('button')?.textContent).toBe('Retry in 5 sec');
  });

  it.each([
    ['cuda', undefined, 'cuda'],
    ['cuda', 'cpu', 'cpu'],
    ['metal', undefined, 'metal'],
    ['cuda', '', undefined],
    [undefined, undefined, undefined],
  ] as const)('a run with backend %s and the choice “%s” requests %s', async (backend, pick, expected) => {
    const run = record(now, { state: 'cancelled', ...(backend && { backend }) });
    const request = await requestElsewhere(run, pick);
    expect(request).toEqual({ subject: run.subject, hive: here, backend: expected });
    expect([...root.querySelectorAll('select')].at(-1)?.value).toBe(expected ?? '');
  });
});

it.each([
  ['http://localhost:7835', 'offline', 'Start rbee-hive on this computer.'],
  ['http://gpu-box:7835', 'offline', 'Connect your hive, as described above.'],
  ['http://localhost:7835', 'permission-missing', 'Connect your hive, as described above.'],
  ['http://gpu-box:7835', 'connected', 'rbee-hive is running.'],
] as const)('the first step with the hive %s that is %s: %s', (url, state, expected) => {
  render(<FirstUse hives={[{ url, state, devices: [] }]} />, root);
  expect(root.querySelector('li')?.textContent).toBe(expected);
});

it('the choice whether to install a worker does not mention files', async () => {
  const run = record(now, { state: 'choose', choice: 'install' });
  await act(() => render(<RunChoice run={run} name="x" />, root));
  expect([...root.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual(['Install the worker']);
  expect(root.textContent).toContain('rbee shows a command');
  expect(root.textContent).not.toMatch(/file/);
});

it.each([
  ['hive-rejected', 'No.', /^The hive reported an error\. Message from the hive: No\.$/],
  ['message-rejected', 'It still responds.', /^This is out of date\. What you clicked has changed/],
] as const)('the message for %s contains the error text only if it is from the hive', (code, text, expected) => {
  render(<RequestError error={new RbeeError(code, text)} />, root);
  expect(root.textContent).toMatch(expected);
});
