import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, property, string } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  buildWorkerCommand,
  otherHivePort,
  shellWord,
  startHiveCommand,
  startWorkerCommand,
} from '../../../lib/hive-commands/commands.ts';
import { record } from '../../e2e/records.ts';

const now = 1_764_000_000_000;

describe('commands to type on the hive’s machine', () => {
  it.each([
    ['http://localhost:7835', 'rbee-hive --port 7835'],
    ['http://gpu-box:9001', 'rbee-hive --port 9001'],
    ['https://gpu-box', 'rbee-hive --port 7835'],
    ['nonsense', 'rbee-hive --port 7835'],
  ])('a hive at %s is started with %s', (url, expected) => {
    expect(startHiveCommand(url)).toBe(expected);
  });

  it('where another program holds a port, the other of the two is taken', () => {
    expect(startHiveCommand('http://localhost:7835', otherHivePort('http://localhost:7835'))).toBe(
      'rbee-hive --port 7834',
    );
    expect(startHiveCommand('http://localhost:7834', otherHivePort('http://localhost:7834'))).toBe(
      'rbee-hive --port 7835',
    );
  });

  it('a worker is started with the model’s path as the hive’s catalog tells it, where it has told', () => {
    const command = startWorkerCommand(record(now, { path: '/data/my models/model.gguf' }));
    expect(command).toContain("--model '/data/my models/model.gguf' ");
  });

  it('a worker is started with the path of the model and the flags the worker knows', () => {
    const run = record(now, {
      model: 'a/b-GGUF:dir/b.Q4_K_M.gguf',
      worker: { address: 'http://localhost:8081', port: 8081 },
    });
    expect(startWorkerCommand(run)?.split(' \\\n  ')).toEqual([
      'llm-worker-rbee-cpu',
      '--worker-id by-hand',
      '--model ~/.cache/rbee/models/a-b-GGUF-dir-b.Q4_K_M.gguf/model.gguf',
      '--model-ref a/b-GGUF:dir/b.Q4_K_M.gguf',
      '--port 8081',
      '--hive-url http://localhost:7835',
    ]);
  });

  it('only the processor’s worker is told the model’s name', () => {
    const command = startWorkerCommand(record(now, { device: { backend: 'cuda', index: 1 } }));
    expect(command).toMatch(/^llm-worker-rbee-cuda /);
    expect(command).not.toContain('--model-ref');
  });

  it.each([
    ['worker:llm-worker-rbee', 'cpu', 'cargo build --release --bin llm-worker-rbee-cpu'],
    [
      'worker:llm-worker-rbee',
      'cuda',
      'cargo build --release --bin llm-worker-rbee-cuda --no-default-features --features cuda',
    ],
    ['worker:llm-worker-rbee-cpu', 'cpu', 'cargo build --release --bin llm-worker-rbee-cpu'],
    [
      'worker:llm-worker-rbee-metal',
      'metal',
      'cargo build --release --bin llm-worker-rbee-metal --no-default-features --features metal',
    ],
    ['worker:sd-worker-rbee', 'cpu', undefined],
  ] as const)('%s on %s is built with %s', (subject, worker, expected) => {
    expect(buildWorkerCommand(record(now, { subject, device: { backend: worker, index: 0 } }))).toBe(expected);
  });
});

describe('a worker that is missing for a model', () => {
  it('is built first, and then that program is started', () => {
    const run = record(now, { device: { backend: 'cuda', index: 0 } });
    const [build, ...start] = buildWorkerCommand(run)?.split(' &&\n  ') ?? [];
    expect(build).toBe('cargo build --release --bin llm-worker-rbee-cuda --no-default-features --features cuda');
    expect(start).toEqual([`target/release/${startWorkerCommand(run)}`]);
  });

  it('is only built where no model is known to start it with', () => {
    const { model: _, ...run } = record(now);
    expect(buildWorkerCommand(run)).toBe('cargo build --release --bin llm-worker-rbee-cpu');
  });
});

describe('a file name nobody vouches for, in a command that people paste', () => {
  // All of it harmless: should the quoting ever break, this is what a shell would run.
  const hostile = [
    '$(exit 3).gguf',
    '`exit 3`.gguf',
    "it's.gguf",
    'a; exit 3 #.gguf',
    'two words.gguf',
    '--help',
    '"q"',
    '~/x',
  ];

  // A shell that finds no program and no folder of anybody's.
  const folder = mkdtempSync(join(tmpdir(), 'rbee-shell-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const nowhere = {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: '', HOME: '/nowhere' },
  } as const;
  const readBack = (word: string) => execFileSync('/bin/sh', ['-c', `printf %s ${word}`], nowhere);

  it.each(hostile)('%s is one plain word to a shell', (name) => {
    const [model = ''] =
      /--model-ref (.*) \\$/m.exec(startWorkerCommand(record(now, { model: `a/b:${name}` })) ?? '')?.slice(1) ?? [];
    expect(readBack(model)).toBe(`a/b:${name}`);
  });

  it('so is any other text', () => {
    assert(
      property(string({ unit: 'grapheme-ascii', minLength: 1 }), (text) => {
        expect(readBack(shellWord(text))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});
