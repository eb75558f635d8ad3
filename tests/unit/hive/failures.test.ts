import { describe, expect, it } from 'vitest';
import { readFailure } from '../../../lib/hive/failures.ts';
import type { StepName } from '../../../lib/runs/run.ts';

const file = 'https://huggingface.co/org/name/resolve/main/file.gguf';
const failed = 'HuggingFace download failed:';

/** Texts that a hive sends after `[ERROR]` (rbee-keeper/rbee 0509312f, 2025-11-14), with their causes. */
const download: [text: string, verdict: string][] = [
  ["Model 'org/name:file.gguf' already exists", 'exists'],
  ["Model 'org/it's\nodd' already exists", 'exists'],
  ["Artifact 'org/name:file.gguf' already exists in catalog", 'exists'],
  ["Model ID 'civitai:12345' is not supported by HuggingFace vendor", 'unsupported-source'],
  [
    "Could not find GGUF file in repository 'org/name'. Please specify the exact filename (e.g., 'repo/model:file-Q4_K_M.gguf')",
    'no-gguf',
  ],
  [`${failed} request error: ${file}: status code 404`, 'file-missing'],
  [`${failed} request error: ${file}: status code 401`, 'gated'],
  [`${failed} request error: ${file}: status code 403`, 'gated'],
  [`${failed} request error: ${file}: status code 410`, 'file-missing'],
  [`${failed} request error: ${file}: status code 416`, 'partial-file'],
  [`${failed} request error: ${file}: status code 429`, 'hub-busy'],
  [`${failed} request error: ${file}: status code 500`, 'hub-busy'],
  [`${failed} request error: ${file}: status code 503`, 'hub-busy'],
  [`${failed} request error: ${file}: status code 407`, 'network'],
  [`${failed} request error: ${file}: Network Error: Unexpected EOF`, 'network'],
  [
    `${failed} request error: ${file}: Network Error: Network Error: Error encountered in the status line: peer closed connection without sending TLS close_notify`,
    'network',
  ],
  [
    `${failed} request error: ${file}: Connection Failed: tls connection init failed: invalid peer certificate`,
    'network',
  ],
  [`${failed} request error: ${file}: Too many redirects`, 'network'],
  [`${failed} I/O error response body closed before all bytes were read`, 'network'],
  [`${failed} I/O error Input/output error (os error 5)`, 'disk'],
  [`${failed} I/O error `, 'disk'],
  [
    `${failed} request error: ${file}: Dns Failed: resolve dns name 'huggingface.co:443': failed to lookup address information: Temporary failure in name resolution`,
    'network',
  ],
  [`${failed} request error: ${file}: Connection Failed: Connect error: Connection refused (os error 111)`, 'network'],
  [`${failed} request error: ${file}: Network Error: timed out reading response`, 'network'],
  [
    `${failed} Lock acquisition failed: /home/user/.cache/huggingface/hub/models--org--name/blobs/0a1b.lock`,
    'download-locked',
  ],
  [`${failed} Invalid part file - corrupted file`, 'partial-file'],
  [`${failed} I/O error No space left on device (os error 28)`, 'disk'],
  [`${failed} I/O error Permission denied (os error 13)`, 'disk'],
  [`${failed} I/O error Connection reset by peer (os error 104)`, 'network'],
  [`${failed} I/O error Connection timed out (os error 110)`, 'network'],
  ['No space left on device (os error 28)', 'disk'],
  ['Read-only file system (os error 30)', 'disk'],
  ['Job not found in registry', 'job-lost'],
  ['Copy cancelled by user', 'cancelled'],
];

const spawn: [text: string, verdict: string][] = [
  ['Unsupported worker type: rocm', 'hive-rejected'],
  ['Worker binary not found for Cpu. Worker binaries must be installed via worker-catalog first!', 'worker-missing'],
  ['Worker binary not found for Cuda. Worker binaries must be installed via worker-catalog first!', 'worker-missing'],
  ['Worker binary not found for Metal. Worker binaries must be installed via worker-catalog first!', 'worker-missing'],
  ['No ports available (all 8080-9999 in use)', 'no-ports'],
  ["Binary 'worker-cpu-8080' not found locally. Install it first with install_daemon()", 'spawn-binary'],
  ['Failed to spawn monitored daemon', 'spawn-unproven'],
  ['Start daemon timed out after 120 seconds', 'spawn-timeout'],
  ['Daemon started but failed health check', 'spawn-timeout'],
  ['Error: Unsupported quantized architecture: qwen3 (supported: llama, phi)', 'model-unsupported'],
  ['Error: Missing tokenizer.ggml.scores in GGUF metadata', 'model-unsupported'],
];

const install: [text: string, verdict: string][] = [
  ['Installation cancelled', 'cancelled'],
  ['Failed to fetch worker metadata', 'worker-install'],
  ["Worker 'llm-worker-rbee' not found in catalog (HTTP 404 Not Found)", 'worker-install'],
  ['Failed to parse worker metadata', 'worker-install'],
  ['Platform incompatible. Worker requires: ["macos"], Current platform: linux', 'worker-install'],
  ['Architecture incompatible. Worker requires: ["aarch64"], Current architecture: x86_64', 'worker-install'],
  ['Failed to download PKGBUILD', 'worker-install'],
  ["PKGBUILD not found for worker 'llm-worker-rbee' (HTTP 404 Not Found)", 'worker-install'],
  ['Failed to read PKGBUILD content', 'worker-install'],
  ['Missing required field: pkgname', 'worker-install'],
  ['Missing required field: pkgver', 'worker-install'],
  ['Missing required field: pkgrel', 'worker-install'],
  ['Invalid function syntax at line 12', 'worker-install'],
  ['Permission denied (os error 13)', 'worker-install'],
  ['Could not determine home directory', 'worker-install'],
  ['Failed to create /home/user/.local/bin', 'worker-install'],
  ['No sources specified in PKGBUILD. Cannot proceed.', 'worker-install'],
  ['HTTP/HTTPS file downloads not yet implemented. Use git+ URLs for now.', 'worker-install'],
  ['Failed to spawn git clone', 'worker-install'],
  ['Git clone timed out after 60 seconds', 'worker-install'],
  ['Git clone failed (exit code: Some(128))', 'worker-install'],
  ['Missing build function in PKGBUILD', 'worker-install'],
  ['Build failed with exit code 101', 'worker-install'],
  ['Build cancelled', 'cancelled'],
  ['Package failed with exit code 1', 'worker-install'],
  ["Binary '/tmp/x/llm-worker-rbee' not found in package directory", 'worker-install'],
  ['Failed to install binary to /usr/local/bin/llm-worker-rbee', 'worker-install'],
  ['Unknown worker type for worker_id: llm-worker-rbee', 'worker-install'],
  ["Artifact 'llm-worker-rbee-cpu-0.1.0-linux' already exists in catalog", 'exists'],
  ['Failed to cleanup temp directories', 'worker-install'],
  ['Job not found in registry', 'job-lost'],
];

/** Texts that do not depend on the step, and texts of operations that runs do not use. */
const elsewhere = [
  'Failed to parse operation: missing field `hive_id`',
  'Failed to parse operation: missing field `operation`',
  'Failed to parse operation: unknown variant `x`, expected one of `status`, `infer`',
  'Failed to parse operation: invalid type: string "0", expected u32',
  "Operation 'status' is not supported by rbee-hive (should be handled by queen-rbee)",
  "Operation 'image_generate' is not supported by rbee-hive (should be handled by queen-rbee)",
];
const ofOtherOperations = [
  'Infer operation should NOT be routed to hive! It belongs to a worker.',
  "Artifact 'org/name' not found in catalog",
  'Failed to query Hono catalog at http://localhost:8787/workers: error sending request',
  'Failed to parse catalog response: expected value at line 1 column 1',
  "Worker 'llm-worker-rbee-cpu' not found in catalog",
  'Catalog server returned status: 500 Internal Server Error',
  'Failed to parse worker data: missing field `id`',
  'Failed to run ps: No such file or directory',
  'Process 123 not found',
];

describe('the cause of a hive’s [ERROR]', () => {
  it.each(download)('for a download, %j is %s', (text, verdict) => {
    expect(readFailure('download', text)).toBe(verdict);
  });

  it.each(spawn)('for a spawn, %j is %s', (text, verdict) => {
    expect(readFailure('spawn', text)).toBe(verdict);
  });

  it.each(install)('for an installation, %j is %s', (text, verdict) => {
    expect(readFailure('install', text)).toBe(verdict);
  });

  it.each([
    [true, 'gated'],
    [undefined, 'gated'],
    [false, 'private-or-missing'],
  ])('for 401 and 403, with gated = %s on the hub, is %s', (gated, verdict) => {
    for (const status of [401, 403]) {
      expect(readFailure('download', `${failed} request error: ${file}: status code ${status}`, gated)).toBe(verdict);
    }
  });

  const steps: StepName[] = ['download', 'install', 'spawn'];
  it.each(elsewhere.flatMap((text) => steps.map((step) => [step, text] as const)))(
    'for the step %s, %j is hive-rejected',
    (step, text) => {
      expect(readFailure(step, text)).toBe('hive-rejected');
    },
  );

  it.each(ofOtherOperations)('%j, which no run causes, is hive-rejected', (text) => {
    expect(readFailure('download', text)).toBe('hive-rejected');
    expect(readFailure('spawn', text)).toBe('hive-rejected');
  });

  it.each(['', 'something new', 'disk quota of the model exceeded', '[DONE]', 'status code 404'.repeat(2)])(
    'for the unknown text %j is hive-rejected, or worker-install for an installation',
    (text) => {
      expect(readFailure('spawn', text)).toBe('hive-rejected');
      expect(readFailure('install', text)).toBe('worker-install');
    },
  );
});
