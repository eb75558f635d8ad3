import { defined } from '../defined.ts';
import { isPrintable } from '../printable.ts';
import { sanitiseId } from './operation-types.ts';

/** A running worker as `worker_process_list` shows it: one line of `ps aux`. */
export type WorkerProcess = {
  pid: number;
  /** Base name of the executable: `llm-worker-rbee-cpu`. */
  program: string;
  /** Where it serves `/health`. */
  port: number;
  /** `--model`: the path of a model file, or a model id if the hive started the worker. */
  model?: string;
  /** `--model-ref`: the model's id. */
  modelRef?: string;
};

/** Workers started by hand have the name of their backend, workers started by a hive that of their instance. */
const workerName = /^(?:llm-worker-rbee(?:-(?:cpu|cuda|metal|rocm))?|worker-(?:cpu|cuda|metal)-\d+)$/;

/**
 * Reads one `worker_proc_list_entry`, a line of `ps aux` (Linux, macOS). Undefined for everything that is not a worker with a port:
 * the hive lists each line that contains `llm-worker`, compilers and editors included (rbee-keeper/rbee 0509312f, 2025-11-14).
 */
export function readWorkerProcess(line: string): WorkerProcess | undefined {
  // USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND
  const [, pid, command = ''] = /^\s*\S+\s+(\d+)(?:\s+\S+){8}\s+(\S.*)$/.exec(line) ?? [];
  const program = /^(?:\S*\/)?(\S+)/.exec(command)?.[1] ?? '';
  const port = wholeNumber(flag(command, 'port'), 65_535);
  const number = wholeNumber(pid, 2 ** 31 - 1);
  if (!number || !port || !workerName.test(program) || !isPrintable(command)) return undefined;
  const [model, modelRef] = [flag(command, 'model'), flag(command, 'model-ref')];
  return { pid: number, program, port, ...defined({ model, modelRef }) };
}

/** Whether a process serves this model. `path` is the model's path in the hive's catalog, if it is known. */
export function servesModel(process: Pick<WorkerProcess, 'model' | 'modelRef'>, id: string, path?: string): boolean {
  const { model, modelRef } = process;
  return (
    modelRef === id ||
    model === id ||
    (path !== undefined && model === path) ||
    model?.endsWith(`/models/${sanitiseId(id)}/model.gguf`) === true
  );
}

/** The value of `--name`, up to the next flag. Undefined where the flag occurs twice: a value may contain the text of a flag. */
function flag(command: string, name: string): string | undefined {
  const values = [...command.matchAll(new RegExp(` --${name}[ =](.*?)(?= --[a-z]|$)`, 'g'))];
  return values.length === 1 ? values[0]?.[1]?.trim() : undefined;
}

function wholeNumber(text: string | undefined, max: number): number | undefined {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : 0;
  return value > 0 && value <= max ? value : undefined;
}
