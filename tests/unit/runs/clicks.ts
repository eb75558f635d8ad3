import type { Fault } from '../../hive/start-hive.ts';
import { hive, service } from './hives.ts';

export const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
export const file = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';
export const model = `${repo}:${file}`;
export const otherModel = 'Qwen/Qwen2.5-0.5B-Instruct-GGUF:qwen2.5-0.5b-instruct-q4_k_m.gguf';
export const subject = `hf:${model}`;

export const start = (what = subject) => service.handlers['run/start']({ subject: what });
export const paused = (after: string): Fault[] => [{ after, pause: true, times: 1 }];

/** Whether a worker answers on this port. */
export const isHealthy = (port = 0) =>
  fetch(`http://localhost:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
/** The number of workers of the first hive whose processes run. */
export const alive = () => hive.workers.filter((worker) => worker.alive).length;
