import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Fetched, Progress } from '../downloader.ts';
import { addModel, modelPath } from '../entries.ts';
import { narrate, type Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const path = 'rbee_hive::operations::model::handle_model_download';
const guesses = ['Q4_K_M', 'Q5_K_M', 'Q4_0', 'Q5_0', 'Q8_0', 'F16'];
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

function isSupported(id: string): boolean {
  const base = id.split(':')[0] ?? '';
  return id.trim() !== '' && base.includes('/') && !base.includes('://');
}

/** Tries six exact names and downloads the first one that exists, without narration. Every error counts as missing. */
async function search(work: Work, repo: string): Promise<string> {
  const base = repo.split('/').at(-1) ?? repo;
  for (const label of guesses) {
    const file = `${base}-${label}.gguf`;
    const found = await work.wait(work.hive.downloader.get(repo, file, work.dropped)).then(
      () => true,
      (error: unknown) => {
        if (work.dropped.aborted) throw error;
        return false;
      },
    );
    if (found) return file;
  }
  throw new Error(
    `Could not find GGUF file in repository '${repo}'. Please specify the exact filename (e.g., 'repo/model:file-Q4_K_M.gguf')`,
  );
}

/** Downloads with progress lines. A cancel ends the wait, not the transfer. */
async function fetchFile(work: Work, repo: string, file: string): Promise<Fetched> {
  const { hive, job } = work;
  const progress: Progress = { received: 0, total: 0 };
  const heartbeat = setInterval(() => {
    const percent = progress.total > 0 ? (100 * progress.received) / progress.total : 0;
    const share = percent > 0 ? ` (${percent.toFixed(1)}% complete)` : '';
    narrate(hive, job, path, { action: 'download_progress', message: `⏳ Still downloading ${file}${share}...` });
  }, hive.options.progressMs ?? 10_000);
  const stop = (): void => clearInterval(heartbeat);
  work.dropped.addEventListener('abort', stop, { once: true });
  try {
    return await work.wait(hive.downloader.download(repo, file, progress));
  } catch (error) {
    if (work.dropped.aborted) throw error;
    throw new Error(`HuggingFace download failed: ${(error as Error).message}`);
  } finally {
    stop();
    work.dropped.removeEventListener('abort', stop);
  }
}

async function copy(work: Work, from: string, to: string): Promise<void> {
  const write = async () => {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
  };
  await work.wait(write());
}

async function download(work: Work, args: Args): Promise<void> {
  const model = text(args, 'model');
  const { models } = work.hive;
  await work.narrate('model_download_start', `📥 Downloading model '${model}' on hive '${text(args, 'hive_id')}'`);
  if (models.contains(model)) {
    await work.narrate('model_download_exists', `⚠️  Model '${model}' already exists in catalog`);
    throw new Error(`Model '${model}' already exists`);
  }
  await work.narrate('model_provision_start', `🚀 Provisioning model '${model}'`);
  if (!isSupported(model)) throw new Error(`Model ID '${model}' is not supported by HuggingFace vendor`);
  await work.narrate('hf_download_start', `📥 Downloading model '${model}' from HuggingFace`);
  const colon = model.indexOf(':');
  const repo = colon < 0 ? model : model.slice(0, colon);
  let file = colon < 0 ? undefined : model.slice(colon + 1);
  if (file === undefined) {
    await work.narrate('hf_find_gguf', '🔍 Looking for GGUF file in repository...');
    file = await search(work, repo);
  }
  await work.narrate('hf_download_file', `📥 Downloading file: ${file}`);
  const fetched = await fetchFile(work, repo, file);
  await work.narrate('hf_download_cached', `✅ File downloaded and cached at: ${fetched.path}`);
  await work.wait(stat(fetched.path));
  await work.narrate('hf_copy_start', `📋 Copying to model cache... (${gigabytes(fetched.size)})`);
  await copy(work, fetched.path, modelPath(models, model));
  await work.narrate('hf_download_complete', `✅ Model ready: ${file} (${gigabytes(fetched.size)})`);
  await work.narrate(
    'model_provision_complete',
    `✅ Model '${model}' provisioned successfully (${gigabytes(fetched.size)})`,
  );
  addModel(models, model, fetched.size);
  await work.narrate('model_download_complete', `✅ Model '${model}' downloaded and added to catalog`);
}

export const modelDownload = {
  fields: { hive_id: 'string', model: 'string' },
  path,
  run: download,
} satisfies Operation;
