import { neededWorker } from '../runs/operation.ts';
import type { Run } from '../runs/run.ts';

/** Starts a hive on the port of that address (`-p`/`--port` of the rbee-hive binary, rbee-keeper/rbee 0509312f, 2025-11-14). */
export function startHiveCommand(url: string, port = portOf(url)): string {
  return `rbee-hive --port ${port}`;
}

/** The port of the two that are looked at by default which the other program does not hold. */
export const otherHivePort = (url: string): number => (portOf(url) === 7835 ? 7834 : 7835);

/**
 * Starts the run's worker by hand. The flags are those of the worker programs themselves, which differ from what rbee-hive
 * passes to them (rbee-keeper/rbee 0509312f, 2025-11-14): a path instead of a model id, `--hive-url` instead of `--queen-url`, no
 * `--device`. Undefined without a model, which they all want.
 */
export function startWorkerCommand(run: Run): string | undefined {
  if (!run.model) return undefined;
  const worker = run.device?.backend ?? 'cpu';
  const folder = run.model.replaceAll(/[/:]/g, '-');
  const path = run.path ? shellWord(run.path) : `~/.cache/rbee/models/${shellWord(`${folder}/model.gguf`)}`;
  const words = [
    `llm-worker-rbee-${worker}`,
    '--worker-id by-hand',
    `--model ${path}`,
    ...(worker === 'cpu' ? [`--model-ref ${shellWord(run.model)}`] : []),
    `--port ${run.worker?.port ?? 8080}`,
    `--hive-url ${shellWord(run.hive)}`,
  ];
  return words.join(' \\\n  ');
}

/**
 * Builds the worker that a run needs in rbee's source code, and starts it from there where the run has a model for it. Undefined
 * for workers whose build is not known.
 */
export function buildWorkerCommand(run: Run): string | undefined {
  const id = neededWorker(run);
  const backend = /^llm-worker-rbee-(cpu|cuda|metal|rocm)$/.exec(id)?.[1];
  if (!backend) return undefined;
  const features = backend === 'cpu' ? '' : ` --no-default-features --features ${backend}`;
  const build = `cargo build --release --bin ${id}${features}`;
  const start = run.subject.startsWith('worker:') ? undefined : startWorkerCommand(run);
  return start ? `${build} &&\n  target/release/${start}` : build;
}

/** Deletes the partial downloads of a repository from the cache of the hub client that rbee-hive uses (hf-hub 0.4). */
export function deletePartialFilesCommand(repo: string): string {
  return `rm ~/.cache/huggingface/hub/${shellWord(`models--${repo.replaceAll('/', '--')}`)}/blobs/*.part`;
}

/** One word of a POSIX shell, whatever the text: file names come from people nobody vouches for, and commands are pasted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function portOf(url: string): number {
  const port = URL.canParse(url) ? Number(new URL(url).port) : 0;
  return port || 7835;
}
