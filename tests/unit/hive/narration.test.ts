import { describe, expect, it } from 'vitest';
import { narrationReader, type Reading } from '../../../lib/hive/narration.ts';

const file = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';

/** Lines of a hive (rbee-keeper/rbee 0509312f, 2025-11-14). */
const lines: [action: string, message: string, reading: Reading][] = [
  ['hf_find_gguf', '🔍 Looking for GGUF file in repository...', { phase: 'searching' }],
  ['hf_download_file', `📥 Downloading file: ${file}`, { phase: 'downloading' }],
  ['download_progress', `⏳ Still downloading ${file}...`, { phase: 'downloading' }],
  ['download_progress', `⏳ Still downloading ${file} (0.1% complete)...`, { phase: 'downloading', percent: 0.1 }],
  ['download_progress', `⏳ Still downloading ${file} (36.5% complete)...`, { phase: 'downloading', percent: 36.5 }],
  ['download_progress', `⏳ Still downloading ${file} (100.0% complete)...`, { phase: 'downloading', percent: 100 }],
  ['hf_copy_start', '📋 Copying to model cache... (0.81 GB)', { phase: 'copying' }],
  ['hf_download_complete', `✅ Model ready: ${file} (0.81 GB)`, { phase: 'confirming' }],
  [
    'model_provision_complete',
    "✅ Model 'org/name:f.gguf' provisioned successfully (0.81 GB)",
    { phase: 'confirming' },
  ],
  ['fetch_metadata', '📦 Fetching worker metadata from catalog...', { phase: 'fetching' }],
  ['download_pkgbuild', '📄 Downloading PKGBUILD...', { phase: 'fetching' }],
  ['git_clone_start', '🔄 Cloning repository: git@github.com:rbee-keeper/rbee.git', { phase: 'cloning' }],
  ['build_start', '🏗️  Starting build phase (cancellable)...', { phase: 'building' }],
  ['package_start', '📦 Starting package phase...', { phase: 'packaging' }],
  ['worker_spawn_start', "🚀 Spawning worker 'cpu' with model 'org/name:f.gguf' on device 0", { phase: 'spawning' }],
  ['worker_spawn_port', '📍 Assigned port 8080 to worker', { phase: 'spawning', port: 8080 }],
  ['started', '✅ Daemon started with PID: 4242', { phase: 'spawning', pid: 4242 }],
  ['health_check', '🏥 Polling health endpoint: http://localhost:8080', { phase: 'health' }],
  [
    'worker_spawn_complete',
    "✅ Worker 'worker-cpu-8080' spawned (PID: 4242, port: 8080)",
    { phase: 'confirming', pid: 4242, port: 8080 },
  ],
];

/** Lines with invalid numbers, which are ignored. */
const odd: [action: string, message: string, reading: Reading][] = [
  ['download_progress', '⏳ Still downloading x (101.0% complete)...', { phase: 'downloading' }],
  ['download_progress', '⏳ Still downloading x (9999999% complete)...', { phase: 'downloading' }],
  ['download_progress', '⏳ Still downloading (50% complete) of it.gguf...', { phase: 'downloading', percent: 50 }],
  ['worker_spawn_port', '📍 Assigned port 0 to worker', { phase: 'spawning' }],
  ['worker_spawn_port', '📍 Assigned port 65536 to worker', { phase: 'spawning' }],
  ['worker_spawn_port', '📍 Assigned port to worker', { phase: 'spawning' }],
  ['started', '✅ Daemon started with PID: 0', { phase: 'spawning' }],
  ['started', '✅ Daemon started with PID: 2147483648', { phase: 'spawning' }],
  ['started', '✅ Daemon started with PID: 99999999999999999999', { phase: 'spawning' }],
  ['started', '', { phase: 'spawning' }],
];

/** Lines without data, even if their text looks like data. */
const withoutData: [action: string, message: string][] = [
  ['execute', 'Executing job job-4f6f'],
  ['route_job', 'Executing operation: model_download'],
  ['build_output', 'ERROR: error[E0308]: (12% complete) port 8080 PID: 4242'],
  ['health_attempt', '⏳ Health check attempt 3/30'],
  ['failed', 'Job job-4f6f failed: Start daemon timed out after 120 seconds'],
  ['constructor', 'x'],
  ['__proto__', 'x'],
  ['toString', 'x'],
  ['', ''],
];

describe('the data in a narration line', () => {
  it.each([...lines, ...odd])('is read from %s %j', (action, message, reading) => {
    expect(narrationReader(action)?.(message)).toEqual(reading);
  });

  it.each(withoutData)('is not read from %s %j', (action, message) => {
    expect(narrationReader(action)?.(message)).toBeUndefined();
  });
});
