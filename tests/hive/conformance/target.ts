import { describe, inject, test } from 'vitest';

export type Target = {
  url: string;
  /** `read`: only promises that change nothing on the hive. */
  mode: 'read' | 'full';
  standIn: boolean;
};

export const target: Target = inject('target');
const env = process.env;

/** The models used by promises that change something. All exist on the public hub; the first is 1.2 MB. */
export const samples = {
  model: env.HIVE_CONFORMANCE_MODEL ?? 'ggml-org/models:tinyllamas/stories260K.gguf',
  /** Large enough to be cancelled under way. */
  largeModel:
    env.HIVE_CONFORMANCE_LARGE_MODEL ?? 'bartowski/Llama-3.2-1B-Instruct-GGUF:Llama-3.2-1B-Instruct-Q4_K_M.gguf',
  gatedModel: env.HIVE_CONFORMANCE_GATED_MODEL ?? 'meta-llama/Llama-3.2-1B:model.safetensors',
  worker: env.HIVE_CONFORMANCE_WORKER ?? 'llm-worker-rbee-cpu',
  /** Left where the hive's own builds and downloads are waited for. */
  patienceMs: target.standIn ? 30_000 : 30 * 60_000,
};

let subject = '';

/** What the promises inside are about. */
export function about(name: string, promises: () => void): void {
  describe(name, () => {
    subject = name;
    promises();
  });
}

/** A promise that can be asked of any hive at any time. */
export const promise = test;

/** A promise that downloads, installs, spawns, deletes or changes a setting. It is left out by name if that is not wanted. */
export function promiseThatChanges(name: string, ask: () => Promise<void>): void {
  if (target.mode === 'full') test(name, ask, samples.patienceMs);
  else console.log(`Left out, needs HIVE_CONFORMANCE=full: ${subject} ${name}`);
}
