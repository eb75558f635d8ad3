import { sanitiseId } from '../hive/operation-types.ts';
import type { Run } from '../runs/run.ts';
import { neededWorker } from '../runs/step-operation.ts';
import { quote, type Shell, shellOf } from './shell.ts';

const sources = 'https://github.com/rbee-keeper/rbee';

/** Starts a hive on the port of this address (`--port` of the rbee-hive binary, rbee-keeper/rbee 0509312f, 2025-11-14). */
export function startHiveCommand(url: string, port = portOf(url)): string {
  return `rbee-hive --port ${port}`;
}

/** The other one of the two default ports. */
export const otherHivePort = (url: string): number => (portOf(url) === 7835 ? 7834 : 7835);

/**
 * Starts the run's worker manually. The flags are those of the worker programs, which differ from what rbee-hive passes to them (0509312f,
 * 2025-11-14): a path instead of a model id, `--hive-url` instead of `--queen-url`, no `--device`. Undefined if no model is known, which all
 * of them need, or if a name cannot be quoted.
 */
export function startWorkerCommand(run: Run, port = run.manual?.port ?? run.worker?.port ?? 8080): string | undefined {
  const shell = shellOf(run.path);
  const flags = workerFlags(run, port, shell);
  return flags && lines([`llm-worker-rbee-${backendOf(run)}`, ...flags], shell);
}

/**
 * Builds the worker that the run needs and starts it, or only builds it if the run has no model. Fetches the sources first unless they are in the current
 * folder. Undefined if it is not known how to build the worker.
 */
export function buildWorkerCommand(run: Run, port = run.manual?.port ?? run.worker?.port ?? 8080): string | undefined {
  const id = neededWorker(run);
  const backend = /^llm-worker-rbee-(cpu|cuda|metal|rocm)$/.exec(id)?.[1];
  if (!backend) return undefined;
  const shell = shellOf(run.path);
  const flags = run.model && !run.subject.startsWith('worker:') ? workerFlags(run, port, shell) : undefined;
  const features = backend === 'cpu' ? '' : ` --no-default-features --features ${backend}`;
  const build = `--release --bin ${id}${features}`;
  const cargo = flags ? lines([`cargo run ${build} --`, ...flags], shell) : `cargo build ${build}`;
  const clone = `git clone --recurse-submodules ${sources}`;
  return shell === 'windows'
    ? `if (!(Test-Path rbee)) { ${clone} }; cd rbee; ${cargo}`
    : `test -d rbee || ${clone} &&\n  cd rbee && ${cargo}`;
}

/** What the user runs on the hive's machine while the run waits for a manually started worker. */
export const manualStartCommand = (run: Run): string | undefined =>
  run.manual?.installed ? startWorkerCommand(run) : buildWorkerCommand(run);

/** Deletes the partial downloads of a repository from the cache of the hub client that rbee-hive uses (hf-hub 0.4). */
export function deletePartialFilesCommand(repo: string): string | undefined {
  const folder = quote(`models--${repo.replaceAll('/', '--')}`, 'posix');
  return folder && `rm ~/.cache/huggingface/hub/${folder}/blobs/*.part`;
}

const backendOf = ({ device }: Run): string => device?.backend ?? 'cpu';

function workerFlags(run: Run, port: number, shell: Shell): string[] | undefined {
  const { model, path, hive } = run;
  if (!model) return undefined;
  const file = path ? quote(path, shell) : quote(`${sanitiseId(model)}/model.gguf`, shell);
  const [ref, url] = [quote(model, shell), quote(hive, shell)];
  if (!file || !ref || !url) return undefined;
  return [
    '--worker-id by-hand',
    `--model ${path ? file : `~/.cache/rbee/models/${file}`}`,
    // The programs for other backends reject it.
    ...(backendOf(run) === 'cpu' ? [`--model-ref ${ref}`] : []),
    `--port ${port}`,
    `--hive-url ${url}`,
  ];
}

/** One command on several lines where the shell allows it. */
const lines = (words: string[], shell: Shell): string => words.join(shell === 'windows' ? ' ' : ' \\\n  ');

function portOf(url: string): number {
  const port = URL.canParse(url) ? Number(new URL(url).port) : 0;
  return port || 7835;
}
