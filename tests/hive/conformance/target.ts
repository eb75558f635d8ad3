import { describe, inject, test } from 'vitest';

export type Target = {
  url: string;
  /** `read`: only tests that change nothing on the hive. */
  mode: 'read' | 'full';
  standIn: boolean;
};

export const target: Target = inject('target');
const env = process.env;

/** The models for modifying tests. All exist on the public hub; the first one has 1.2 MB. */
export const samples = {
  model: env.HIVE_CONFORMANCE_MODEL ?? 'ggml-org/models:tinyllamas/stories260K.gguf',
  /** Large enough to be cancelled during the download. */
  largeModel:
    env.HIVE_CONFORMANCE_LARGE_MODEL ?? 'bartowski/Llama-3.2-1B-Instruct-GGUF:Llama-3.2-1B-Instruct-Q4_K_M.gguf',
  worker: env.HIVE_CONFORMANCE_WORKER ?? 'llm-worker-rbee-cpu',
  /** Timeout for builds and downloads of the hive. */
  timeoutMs: target.standIn ? 30_000 : 30 * 60_000,
};

let suiteName = '';

/** `describe`, but `modifyingTest` knows its name. */
export function suite(name: string, tests: () => void): void {
  describe(name, () => {
    suiteName = name;
    tests();
  });
}

/** A test that downloads, installs, spawns or deletes. In the mode `read` only its name is printed. */
export function modifyingTest(name: string, run: () => Promise<void>): void {
  if (target.mode === 'full') test(name, run, samples.timeoutMs);
  else console.log(`Skipped, needs HIVE_CONFORMANCE=full: ${suiteName} ${name}`);
}
