// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import '../english.ts';
import { RunItem } from '../../../components/popup/run-item.tsx';
import { RunList } from '../../../components/popup/run-list.tsx';
import type { Run } from '../../../lib/runs/run.ts';
import { everyState, job, manualStart, record, steps } from '../../e2e/records.ts';
import { openDetails, root, serve } from './service.ts';

const now = 1_764_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now }));

async function show(run: Run) {
  const requests = serve({});
  await act(() => render(<RunItem run={run} open opened={false} ahead={0} onToggle={() => {}} />, root));
  return requests;
}

const buttons = () =>
  [...root.querySelectorAll('button')].map((button) => button.getAttribute('aria-label') ?? button.textContent);

const manual = (...more: [Parameters<typeof manualStart>[1], Partial<Run>?]): Run => manualStart(now, ...more);

describe('the manual start', () => {
  it('shows the command with the port of the run and offers no Retry', async () => {
    await show(manual({}));
    expect(root.querySelector('code')?.textContent).toMatch(/^llm-worker-rbee-cpu [\s\S]+--port 8085/);
    expect(root.querySelector('[role=status]')?.textContent).toBe('Waiting for the worker.');
    const name = 'Llama-3.2-1B-Instruct-GGUF';
    expect(buttons()).toEqual([`Copy command ${name}`, `Cancel ${name}`, `Let the hive try ${name}`]);
  });

  it('builds the worker first if the hive does not have it', async () => {
    await show(manual({ installed: false }));
    expect(root.querySelector('code')?.textContent).toMatch(/git clone[\s\S]+cargo run [\s\S]+--port 8085/);
    expect(root.textContent).toContain('SSH key');
  });

  it('has a single line for PowerShell if the hive runs on Windows', async () => {
    await show(manual({}, { path: 'C:\\models\\org-model\\model.gguf' }));
    expect(root.querySelector('code')?.textContent).not.toContain('\n');
    expect(root.textContent).toContain('Run it in PowerShell.');
  });

  it('shows no command before the hive was searched for a running worker', async () => {
    await show(manual({ since: now, nextPollAt: now }));
    expect(root.querySelector('code')).toBeNull();
    expect(root.textContent).toContain('Waiting for the worker.');
  });

  it('requests a check for the worker every 10 s while it is visible', async () => {
    const requests = await show(manual({}));
    await act(async () => void (await vi.advanceTimersByTimeAsync(20_000)));
    expect(requests.map(({ type }) => type)).toEqual(['run/check', 'run/check', 'run/check']);
  });
});

it('the choice whether to install a worker also offers the command', async () => {
  await show(manual({ installed: false }, { choice: 'install', steps: steps('install', 'active') }));
  expect(buttons()[0]).toBe('Install the worker Llama-3.2-1B-Instruct-GGUF');
  const [first] = root.querySelectorAll('details');
  await openDetails(first?.parentElement as Element, 0);
  expect(root.querySelector('code')?.textContent).toContain('cargo run');
});

it('an automatic retry counts down and can be cancelled', async () => {
  const retry = { count: 2, at: now + 30_000, code: 'network' as const };
  await show(record(now, { state: 'downloading', steps: steps('download', 'active', { retry }) }));
  expect(root.querySelector('[data-notice=retry]')?.textContent).toMatch(/reached\. Next attempt in 30 sec\.$/);
  expect(root.querySelector('[role=progressbar]')).toBeNull();
  await act(() => vi.advanceTimersByTime(10_000) && undefined);
  expect(root.textContent).toContain('20 sec');
  expect(buttons()).toEqual(['Cancel Llama-3.2-1B-Instruct-GGUF']);
});

it('a cancelled download shows that the hive continues downloading', async () => {
  await show(record(now, { state: 'cancelled', steps: steps('download', 'cancelled', { job: job(now) }) }));
  expect(root.textContent).toContain('The hive continues downloading');
});

it('the name of every button and disclosure contains the run', async () => {
  const name = 'Llama-3.2-1B-Instruct-GGUF';
  for (const run of Object.values(everyState(now)).filter(({ subject }) => subject.endsWith(name))) {
    await show(run);
    const controls = [...root.querySelectorAll('button, summary')].map((control) => control.getAttribute('aria-label'));
    expect(controls.length).toBeGreaterThan(0);
    for (const label of controls) expect(label, run.state).toContain(name);
    render(null, root);
  }
});

it('owner and name are isolated, so that right-to-left text around them does not reorder “owner/”', async () => {
  await show(everyState(now).queued);
  const isolated = [...root.querySelectorAll('h3 bdi')].map(({ textContent }) => textContent);
  expect(isolated).toEqual(['bartowski/', 'Llama-3.2-1B-Instruct-GGUF']);
});

it('a run that was hidden after its end is shown again when it is active', async () => {
  serve({});
  const show = (run: Run) => act(() => render(<RunList runs={[run]} target={undefined} />, root));
  const run = everyState(now).cancelled;
  await show(run);
  await act(() => root.querySelector<HTMLElement>('.toggle')?.click());
  expect(buttons()).toEqual([expect.stringMatching(/^Show /)]);
  await show({ ...everyState(now).downloading, id: run.id });
  expect(buttons()).toContainEqual(expect.stringMatching(/^Cancel /));
});
