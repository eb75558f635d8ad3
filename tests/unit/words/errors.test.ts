import { describe, expect, it } from 'vitest';
import '../english.ts';
import { errorCodes } from '../../../lib/errors.ts';
import { errorWords, searchHubUrl } from '../../../lib/words/errors.ts';
import { everyFailure, record } from '../../e2e/records.ts';

const now = 1_764_000_000_000;
const failures = everyFailure(now);

describe.each(errorCodes)('a run that failed with %s', (code) => {
  const words = errorWords[code];
  // The same failure in a run of which little is known.
  const { model: _, file: __, worker: ___, ...bare } = failures[code];

  it.each([
    ['with everything known', failures[code]],
    ['with little known', bare],
    ['on a worker’s page', { ...bare, subject: 'worker:sd-worker-rbee' }],
    ['on a subject of another version', { ...bare, subject: 'ollama:phi3' }],
  ])('has a title, a sentence and one next step, %s', (_name, run) => {
    const title = words.title();
    const what = words.what(run);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(what).toMatch(/\S.*\S/);
    expect(`${title} ${what}`).not.toMatch(/[{}]|undefined|null|NaN/);
    const next = words.next(run);
    if (next.kind === 'link') {
      expect(new URL(next.url).protocol).toMatch(/^https?:$/);
      expect(next.label).not.toBe('');
    }
    if (next.kind === 'command') expect(next.command).toMatch(/^(rbee-hive|llm-worker-rbee-cpu|cargo build) /);
  });
});

describe('what the words are built from', () => {
  it.each([
    ['gated', 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF'],
    ['file-missing', 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/tree/main'],
    ['no-gguf', 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct-GGUF'],
    ['unsupported-source', 'https://huggingface.co/models?library=gguf'],
    ['spawn-unproven', 'http://localhost:8080/health'],
  ] as const)('%s leads to %s', (code, url) => {
    expect(errorWords[code].next(failures[code])).toMatchObject({ kind: 'link', url });
  });

  it('a repository that a person picked instead is the one that is linked', () => {
    const run = { ...failures.gated, picked: { repo: 'other/Model-GGUF' } };
    expect(errorWords.gated.next(run)).toMatchObject({ url: 'https://huggingface.co/other/Model-GGUF' });
  });

  it('the hub is searched for the model’s name alone', () => {
    expect(searchHubUrl(record(now, { subject: 'hf:meta-llama/Llama-3.2-1B' }))).toMatch(/search=Llama-3\.2-1B$/);
  });

  it('twice the file’s size is named where the size is known', () => {
    expect(errorWords.disk.what(failures.disk)).toContain('1.6 GB');
  });
});
