import { describe, expect, it } from 'vitest';
import { errorTitle } from '../../../lib/i18n/error-titles.ts';
import '../english.ts';
import { type ErrorCode, errorCodes } from '../../../lib/errors.ts';
import { errorDescriptions } from '../../../lib/i18n/error-descriptions.ts';
import { nextStep } from '../../../lib/i18n/next-steps.ts';
import { everyFailure, failed } from '../../e2e/records.ts';

const now = 1_764_000_000_000;
const failures = everyFailure(now);

describe.each(errorCodes)('a run that failed with %s', (code) => {
  // The same failure of a run about which little is known.
  const { model: _, file: __, worker: ___, ...bare } = failures[code];

  it.each([
    ['with all facts known', failures[code]],
    ['with few facts known', bare],
    ['on a worker’s page', { ...bare, subject: 'worker:sd-worker-rbee' }],
    ['with an unknown kind of subject', { ...bare, subject: 'ollama:phi3' }],
  ])('has a title, a sentence and one next step, %s', (_name, run) => {
    const title = errorTitle(code);
    const what = errorDescriptions[code](run);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(what).toMatch(/\S.*\S/);
    expect(`${title} ${what}`).not.toMatch(/[{}]|undefined|null|NaN/);
    const next = nextStep(code, run);
    if (next.kind === 'link') {
      expect(new URL(next.url).protocol).toMatch(/^https?:$/);
      expect(next.label).not.toBe('');
    }
    if (next.kind === 'command') expect(next.command).toMatch(/^(rbee-hive|llm-worker-rbee-cpu|test -d rbee|rm) /);
  });
});

describe('the next step of an error', () => {
  it.each([
    ['gated', 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF'],
    ['file-missing', 'https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/tree/main'],
    ['no-gguf', 'https://huggingface.co/models?library=gguf&search=Llama-3.2-1B-Instruct'],
    ['unsupported-source', 'https://huggingface.co/models?library=gguf'],
    ['spawn-unproven', 'http://localhost:8080/health'],
  ] as const)('%s links to %s', (code, url) => {
    expect(nextStep(code, failures[code])).toMatchObject({ kind: 'link', url });
  });

  it('the link opens the derivative that the user has chosen', () => {
    const run = { ...failures.gated, picked: { repo: 'other/Model-GGUF' } };
    expect(nextStep('gated', run)).toMatchObject({ url: 'https://huggingface.co/other/Model-GGUF' });
  });

  it.each([
    ['worker-missing', 'spawn', 'Worker binary not found for Cpu.'],
    ['worker-install', 'install', 'Build failed with exit code 101'],
  ] as const)('%s of a model is a command that builds and then starts the worker', (code, step, text) => {
    const next = nextStep(code, failed(now, code, step, text));
    expect(next).toMatchObject({ command: expect.stringMatching(/&& cargo run .* -- /) });
  });

  it.each(['Platform', 'Architecture'])('%s incompatible is not a build command', (what) => {
    const text = `${what} incompatible. Worker requires: ["macos"], Current platform: linux`;
    const run = failed(now, 'worker-install', 'install', text);
    expect(nextStep('worker-install', run)).toEqual({ kind: 'retry' });
    expect(errorDescriptions['worker-install'](run)).toBe(
      `This worker does not support the hive’s platform. Message from the hive: ${text}`,
    );
  });

  it('a full disk is described with twice the size of the file', () => {
    expect(errorDescriptions.disk(failures.disk)).toContain('1.6 GB');
  });
});

const catalog = 'rbee-hive cannot read the current worker catalog.';
const build = 'You can build the worker yourself from rbee’s source code on the hive’s machine.';
const denied = 'HuggingFace download failed: I/O error Permission denied (os error 13)';

type Case = [code: ErrorCode, text: string, ...expected: (string | RegExp)[]];

describe('the description of an error depends on the hive’s text', () => {
  it.each<Case>([
    ['no-gguf', 'No GGUF file here.', /^bartowski\/\S+ has no GGUF file/, /no quantized version by others/],
    ['no-gguf', 'Every GGUF model here is split into several files.', /^All GGUF files of this model are split/],
  ])('%s, detected in the hub’s list of files: %s', (code, text, ...expected) => {
    const what = errorDescriptions[code](failed(now, code, 'resolve', text));
    for (const part of expected) expect(what).toMatch(part);
    expect(what).not.toContain('The hive found');
  });

  it('no-gguf reported by the hive mentions that the hive may be offline', () => {
    expect(errorDescriptions['no-gguf'](failures['no-gguf'])).toMatch(/^The hive found no GGUF file .* offline/);
  });

  it.each<Case>([
    ['worker-install', 'Failed to fetch worker metadata', catalog, build],
    ['worker-install', 'Failed to parse worker metadata', catalog, build],
    ['worker-install', "Worker 'x' not found in catalog (HTTP 404 Not Found)", catalog, build],
    ['worker-install', "PKGBUILD not found for worker 'x' (HTTP 404 Not Found)", catalog, build],
    ['worker-install', 'Failed to download PKGBUILD', catalog, build],
    ['worker-install', 'Missing required field: pkgver', catalog, build],
    ['worker-install', 'Git clone timed out after 60 seconds', 'The hive could not download the source code.', build],
    ['worker-install', 'Build failed with exit code 101', 'The build failed on the hive’s machine.', build],
    ['worker-install', 'Permission denied (os error 13)', 'The hive could not write the files it needs', build],
    [
      'worker-install',
      'Failed to install binary to /usr/local/bin/x',
      'The hive could not write the files it needs',
      build,
    ],
    ['worker-install', 'Unknown worker type for worker_id: x', 'The hive did not finish the installation.', build],
    ['disk', 'HuggingFace download failed: I/O error Disk quota exceeded (os error 122)', 'Free up space'],
    ['disk', 'No space left on device (os error 28)', 'Free up space'],
    ['disk', denied, 'may not have permission to write', `Message from the hive: ${denied}`],
    [
      'spawn-binary',
      "Binary 'worker-cpu-8080' not found locally.",
      'under the wrong file name',
      'You can start the worker yourself',
    ],
  ])('%s: %s', (code, text, ...expected) => {
    const what = errorDescriptions[code]({ ...failures[code], failure: { code, step: 'install', text, at: now } });
    for (const sentence of expected) expect(what).toContain(sentence);
    if (code === 'worker-install') expect(what).toContain(`Message from the hive: ${text}`);
    expect(what.includes(catalog)).toBe(expected.includes(catalog));
    expect(what.includes('Free up space')).toBe(expected.includes('Free up space'));
    expect(what.includes('under the wrong file name')).toBe(expected.includes('under the wrong file name'));
  });

  it('the version of the hive is mentioned if it is known', () => {
    const description = errorDescriptions['spawn-binary'];
    expect(description(failures['spawn-binary'], '0.2.0')).toMatch(/^rbee-hive 0\.2\.0 looks for the worker/);
    expect(description(failures['spawn-binary'])).toMatch(/^rbee-hive looks for the worker/);
  });

  it('if the hive sent no text, none is quoted', () => {
    expect(errorDescriptions.disk(failed(now, 'disk', 'download', ''))).not.toContain('Message from the hive');
  });
});
