// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it } from 'vitest';
import '../english.ts';
import { RunItem } from '../../../components/popup/run-item.tsx';
import { type ErrorCode, errorCodes } from '../../../lib/errors.ts';
import { everyFailure } from '../../e2e/records.ts';
import { root, serve } from './service.ts';

const now = Date.now();
const failures = everyFailure(now);

/** The command, the address of the link or the text of the button that is the primary action. */
const primaryActions: Record<ErrorCode, string | RegExp> = {
  'hive-unreachable': 'rbee-hive --port 7835',
  'not-a-hive': 'rbee-hive --port 7834',
  'hive-rejected': 'Retry',
  'hive-protocol': 'Retry',
  'no-gguf': 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct',
  'file-missing': 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/tree/main',
  gated: 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF',
  'private-or-missing': 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF',
  'repo-disabled': 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct',
  'partial-file': 'rm ~/.cache/huggingface/hub/models--bartowski--Llama-3.2-1B-Instruct-GGUF/blobs/*.part',
  'download-locked': 'Retry',
  disk: 'Retry',
  network: 'Retry',
  'hub-busy': 'Retry',
  'hub-protocol': 'Retry',
  'worker-missing': /^test -d rbee .* && cargo run --release --bin llm-worker-rbee-cpu -- /s,
  'worker-install': /^test -d rbee .* && cargo build --release --bin llm-worker-rbee-cpu$/s,
  'spawn-binary': /^llm-worker-rbee-cpu /,
  'spawn-timeout': /^llm-worker-rbee-cpu /,
  'spawn-unproven': 'http://localhost:8080/health',
  'no-ports': 'rbee-hive --port 7835',
  'model-unsupported': 'https://marketplace.rbee.dev/models',
  'unsupported-source': 'https://huggingface.co/models?library=gguf',
  'job-lost': 'Retry',
  'cancelled-by-hive': 'Retry',
  'message-rejected': 'Reload',
  'not-deleted': 'Retry',
  'not-stopped': 'Retry',
  'permission-missing': 'Open options',
  storage: 'Retry',
  internal: 'Retry',
  'extension-updated': 'Reload',
};

async function show(code: ErrorCode) {
  serve({});
  await act(() => render(<RunItem run={failures[code]} open opened={false} ahead={0} onToggle={() => {}} />, root));
  return root.querySelector(`[data-code="${code}"]`);
}

it.each(errorCodes)('the failure %s has a title, an explanation and exactly one primary action', async (code) => {
  const failure = await show(code);
  expect(failure?.querySelector('h4')?.textContent).toMatch(/\S/);
  expect(failure?.querySelector('p')?.textContent).toMatch(/\S/);
  // Retry is disabled while the file may be locked.
  const [primary, ...others] = root.querySelectorAll('.primary');
  expect(others).toEqual([]);
  const action = primary?.getAttribute('href') ?? failure?.querySelector('code')?.textContent ?? primary?.textContent;
  expect(action).toMatch(primaryActions[code]);
});

it('no two failures have the same title', async () => {
  const titles = new Set<string>();
  for (const code of errorCodes) titles.add((await show(code))?.querySelector('h4')?.textContent ?? '');
  expect(titles.size).toBe(errorCodes.length);
});
