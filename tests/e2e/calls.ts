/** Subjects of models that fit into the memory of every stand-in hive. */
export const qwen = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';
export const llama = 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF';

/** The entries of `hive.calls()` for a job that was submitted and followed. */
const once = (operation: string): string[] => [`POST ${operation}`, `GET ${operation}`];
export const times = (count: number, call: string): string[] => Array<string>(count).fill(call);

export const download = once('model_download');
export const list = once('model_list');
export const installed = once('worker_list_installed');
export const processes = once('worker_process_list');
export const install = once('worker_install');
export const spawn = once('worker_spawn');
export const stop = once('worker_process_delete');

/** All calls of a run whose model the hive does not have, in order. */
export const wholeRun = [...download, ...list, ...installed, ...spawn];

/** Calls for jobs, without the process lists that are read before each spawn and to find evidence for one. */
export const callsOf = (hive: { calls(): string[] }): string[] =>
  hive.calls().filter((call) => !processes.includes(call));

/** The calls that runs caused: all except one list of models, which is requested for pages once a minute. */
export function callsOfRuns(hive: { calls(): string[] }): string[] {
  const made = callsOf(hive);
  for (const call of list) if (made.includes(call)) made.splice(made.indexOf(call), 1);
  return made;
}

/** Calls without immediate repetitions of a sequence, because their number depends on timing. */
export function withoutRepetitions(calls: readonly string[], repeated: readonly string[] = list): string[] {
  const kept: string[] = [];
  for (const call of calls) {
    kept.push(call);
    const last = kept.slice(-2 * repeated.length);
    if (last.length === 2 * repeated.length && last.every((made, at) => made === repeated[at % repeated.length])) {
      kept.splice(-repeated.length);
    }
  }
  return kept;
}
