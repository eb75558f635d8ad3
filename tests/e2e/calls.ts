/** Models that every stand-in hive has room for, as a page names them. */
export const qwen = 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF';
export const llama = 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF';

/** What `hive.calls()` has of a job that was posted and followed. */
const once = (operation: string): string[] => [`POST ${operation}`, `GET ${operation}`];
export const times = (count: number, call: string): string[] => Array<string>(count).fill(call);

export const download = once('model_download');
export const list = once('model_list');
export const installed = once('worker_list_installed');
export const processes = once('worker_process_list');
export const install = once('worker_install');
export const spawn = once('worker_spawn');
export const stop = once('worker_process_delete');

/** Everything a hive is asked for a model that it does not have, in order. */
export const wholeRun = [...download, ...list, ...installed, ...spawn];

/** Job requests without process lists, which are read before each spawn and while evidence for one is looked for. */
export const callsOf = (hive: { calls(): string[] }): string[] =>
  hive.calls().filter((call) => !processes.includes(call));

/** What a hive was asked for runs: all calls except the one listing of models that pages need, once a minute for all of them. */
export function askedFor(hive: { calls(): string[] }): string[] {
  const made = callsOf(hive);
  for (const call of list) if (made.includes(call)) made.splice(made.indexOf(call), 1);
  return made;
}

/** Calls with every repeated look counted once: how often depends on timing. */
export function lookedOnce(calls: readonly string[], look: readonly string[] = list): string[] {
  const kept: string[] = [];
  for (const call of calls) {
    kept.push(call);
    const last = kept.slice(-2 * look.length);
    if (last.length === 2 * look.length && last.every((made, at) => made === look[at % look.length])) {
      kept.splice(-look.length);
    }
  }
  return kept;
}
