import type { HiveEvent } from '../../../lib/hive/events.ts';
import { narrationReader } from '../../../lib/hive/narration.ts';

/** One event in the format of the hive: a `data:` line for each line of the value. */
export function event(value: string, name?: string): string {
  const lines = value.split('\n').map((line) => `data: ${line}\n`);
  return `${name ? `event: ${name}\n` : ''}${lines.join('')}\n`;
}

/** A narration in the format of the hive: bold function, dim action, message and a line end. */
export function narrationValue(action: string, message: string, path = 'rbee_hive::operations::model::handle'): string {
  return `\x1b[1m${path.padEnd(40)}\x1b[0m \x1b[2m${action.padEnd(20)}\x1b[0m\n${message}\n`;
}

export const narration = (action: string, message: string, path?: string): string =>
  event(narrationValue(action, message, path));

export const begin = (operation: string): string =>
  narration('execute', 'Executing job job-1', 'job_server::execution::execute_and_stream') +
  narration('route_job', `Executing operation: ${operation}`, 'rbee_hive::job_router::route_operation');

export const notFound = 'ERROR: Job channel not found. This may indicate a race condition or job creation failure.';

const table = [
  'id                        │ loaded │ name        │ path                              │ size     ',
  '──────────────────────────┼────────┼─────────────┼───────────────────────────────────┼──────────',
  'acme/tiny-GGUF:tiny.gguf  │ false  │ tiny.gguf   │ /home/é/.cache/rbee/…/model.gguf  │ 668788096',
  '',
].join('\n');

/** A download with emoji, escapes, tables, JSON and text that looks like markers. */
const lines: [action: string, message: string, path?: string][] = [
  ['execute', 'Executing job job-1', 'job_server::execution::execute_and_stream'],
  ['route_job', 'Executing operation: model_download', 'rbee_hive::job_router::route_operation'],
  ['model_download_start', "📥 Downloading model 'acme/tiny-GGUF:tiny.gguf' on hive 'localhost'"],
  ['model_provision_start', "🚀 Provisioning model 'acme/tiny-GGUF:tiny.gguf'"],
  [
    'hf_download_start',
    "📥 Downloading model 'acme/tiny-GGUF:tiny.gguf' from HuggingFace",
    '<rbee_hive_model_provisioner::huggingface::HuggingFaceVendor as rbee_hive_artifact_catalog::provisioner::VendorSource>::download',
  ],
  ['hf_download_file', '📥 Downloading file: tiny.gguf'],
  ['download_progress', '⏳ Still downloading tiny.gguf...'],
  ['download_progress', '⏳ Still downloading tiny.gguf (36.5% complete)...'],
  ['model_list_table', table],
  ['build_output', 'ERROR: error[E0308]: \x1b[31mmismatched types\x1b[0m'],
  ['build_output', '[DONE]'],
  ['build_output', 'one\n[DONE]\n[ERROR] three'],
  ['model_get_details', '{\n  "id": "acme/tiny-GGUF:tiny.gguf",\n  "author": null\n}'],
  ['hf_copy_start', '📋 Copying to model cache... (0.67 GB)'],
  ['model_download_complete', "✅ Model 'acme/tiny-GGUF:tiny.gguf' downloaded and added to catalog"],
];
const payload = { models: [{ id: 'acme/tiny-GGUF:tiny.gguf', path: '/home/é/…/model.gguf', size: 668_788_096 }] };

export const sampleStream =
  lines.map((line) => narration(...line)).join('') +
  event(JSON.stringify({ action: 'model_list', payload }), 'data') +
  event('[DONE]');

export const sampleEvents: HiveEvent[] = [
  { type: 'opened' },
  ...lines.map(([action, message]) => ({
    type: 'narration' as const,
    action,
    message: message.replaceAll('\x1b[31m', '').replaceAll('\x1b[0m', '').trimEnd(),
    reading: narrationReader(action)?.(message),
  })),
  { type: 'data', action: 'model_list', payload },
  { type: 'done' },
];
