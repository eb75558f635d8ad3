import { describe, expect, it } from 'vitest';
import {
  buildWorkerCommand,
  deletePartialFilesCommand,
  manualStartCommand,
  otherHivePort,
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
    ['an invalid address', 'rbee-hive --port 7835'],
  ])('a hive at %s is started with %s', (url, expected) => {
    expect(startHiveCommand(url)).toBe(expected);
  });

  it('a hive is started on the second default port if another program uses the first one', () => {
    expect(startHiveCommand('http://localhost:7835', otherHivePort('http://localhost:7835'))).toBe(
      'rbee-hive --port 7834',
    );
    expect(startHiveCommand('http://localhost:7834', otherHivePort('http://localhost:7834'))).toBe(
      'rbee-hive --port 7835',
    );
  });

  it('a worker is started with the path from the hive’s catalog if it is known', () => {
    const command = startWorkerCommand(record(now, { path: '/data/my models/model.gguf' }));
    expect(command).toContain("--model '/data/my models/model.gguf' ");
  });

  it('a worker is started with the default path of the model and the flags of the worker program', () => {
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

  it('only the command for a CPU worker contains --model-ref', () => {
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
    [
      'worker:llm-worker-rbee-metal',
      'metal',
      'cargo build --release --bin llm-worker-rbee-metal --no-default-features --features metal',
    ],
    ['worker:sd-worker-rbee', 'cpu', undefined],
  ] as const)('the command that builds %s on %s, after fetching its sources, is %s', (subject, backend, cargo) => {
    const command = buildWorkerCommand(record(now, { subject, device: { backend, index: 0 } }));
    const fetch = 'test -d rbee || git clone --recurse-submodules https://github.com/rbee-keeper/rbee && cd rbee && ';
    expect(command?.replaceAll(/(?: \\)?\n +/g, ' ')).toBe(cargo && fetch + cargo);
  });

  it('a worker that is missing for a model is built and started with the same flags', () => {
    const run = record(now, { device: { backend: 'cuda', index: 0 } });
    const start = startWorkerCommand(run, 8090)?.replace(/^llm-worker-rbee-cuda/, '--');
    expect(start).toContain('--port 8090');
    expect(buildWorkerCommand(run, 8090)?.endsWith(`cuda ${start}`)).toBe(true);
  });

  it('a worker is built but not started if the run has no model', () => {
    const { model: _, ...run } = record(now);
    expect(startWorkerCommand(run)).toBeUndefined();
    expect(buildWorkerCommand(run)).toMatch(/cargo build --release --bin llm-worker-rbee-cpu$/);
  });

  it('a manual start uses its own port, and builds the worker only if the hive has no binary', () => {
    const manual = (installed: boolean) => record(now, { manual: { port: 8123, installed, since: now } });
    expect(manualStartCommand(manual(true))).toMatch(/^llm-worker-rbee-cpu .*--port 8123/s);
    expect(manualStartCommand(manual(false))).toMatch(/cargo run .*--port 8123/s);
  });

  it('on Windows the commands consist of one line', () => {
    const path = 'C:\\Users\\Tom & Jerry\\model.gguf';
    const run = record(now, { model: 'a/b:c.gguf', path });
    const flags = `--worker-id by-hand --model "${path}" --model-ref a/b:c.gguf --port 8080 --hive-url http://localhost:7835`;
    expect(startWorkerCommand(run, 8080)).toBe(`llm-worker-rbee-cpu ${flags}`);
    expect(buildWorkerCommand(run, 8080)).toBe(
      'if (!(Test-Path rbee)) { git clone --recurse-submodules https://github.com/rbee-keeper/rbee }; cd rbee; ' +
        `cargo run --release --bin llm-worker-rbee-cpu -- ${flags}`,
    );
  });

  it('partial files are deleted from the folder of their repository', () => {
    expect(deletePartialFilesCommand('org/name-GGUF')).toBe(
      'rm ~/.cache/huggingface/hub/models--org--name-GGUF/blobs/*.part',
    );
    expect(deletePartialFilesCommand('org/$(exit 3)')).toBe(
      "rm ~/.cache/huggingface/hub/'models--org--$(exit 3)'/blobs/*.part",
    );
  });
});
