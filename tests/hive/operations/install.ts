import { workerEntry } from '../entries.ts';
import type { InstallOptions } from '../options.ts';
import type { Work } from '../work.ts';
import { type Args, type Operation, text } from './operation.ts';

const base = 'http://localhost:8787';
const version = '0.1.0';

const defaultBuild: readonly string[] = [
  '   Compiling proc-macro2 v1.0.103',
  '   Compiling serde v1.0.228',
  // The hive adds `ERROR: ` to every line of stderr that contains "failed" or "error:".
  'ERROR:    Compiling failed-names v0.1.0',
  '   Compiling tokio v1.48.0',
  '   Compiling candle-core v0.9.1',
  '   Compiling llm-worker-rbee v0.1.0',
  '    Finished `release` profile [optimized] target(s) in 3m 12s',
];

type Step = readonly [action: string, message: string];

/** The narration before the build (rbee-keeper/rbee 0509312f, worker-provisioner). */
function stepsBefore(id: string, name: string): readonly Step[] {
  const temp = `/tmp/worker-install/${id}`;
  const repo = 'https://github.com/rbee-keeper/rbee.git';
  const ssh = 'git@github.com:rbee-keeper/rbee.git';
  return [
    ['fetch_metadata', '📦 Fetching worker metadata from catalog...'],
    ['fetch_url', `📡 Fetching from: ${base}/workers/${id}`],
    ['build_client', '🔧 Building HTTP client with 10s timeout...'],
    ['build_client_ok', '✓ HTTP client built'],
    ['send_request', '📤 Sending GET request to catalog...'],
    ['send_request_ok', '✓ Response received: 200 OK'],
    ['parse_json', '📄 Parsing JSON response...'],
    ['parse_json_ok', `✓ Metadata parsed: ${name} v${version}`],
    ['fetch_metadata_ok', `✓ Worker: ${name} v${version}`],
    ['check_platform', '🔍 Checking platform compatibility...'],
    ['platform_check', '✓ Platform: linux'],
    ['arch_check', '✓ Architecture: x86_64'],
    ['check_platform_ok', '✓ Platform compatible'],
    ['download_pkgbuild', '📄 Downloading PKGBUILD...'],
    ['pkgbuild_url', `📡 Fetching from: ${base}/workers/${id}/PKGBUILD`],
    ['pkgbuild_http_start', '🌐 Creating HTTP client...'],
    ['pkgbuild_http_get', '📤 Sending GET request...'],
    ['pkgbuild_http_response', '📥 Response status: 200 OK'],
    ['pkgbuild_read_body', '📖 Reading response body...'],
    ['pkgbuild_read_ok', '✓ PKGBUILD content received (1234 bytes)'],
    ['download_pkgbuild_ok', '✓ PKGBUILD downloaded (1234 bytes)'],
    ['parse_pkgbuild', '🔍 Parsing PKGBUILD...'],
    ['parse_pkgbuild_ok', `✓ Parsed: pkgname=${id}, pkgver=${version}`],
    ['check_deps', '🔧 Checking dependencies...'],
    ['dep_check', '  Dependency: gcc'],
    ['check_deps_ok', '✓ All dependencies satisfied'],
    ['create_temp', '📁 Creating temporary directories...'],
    ['create_temp_ok', `✓ Temp directory: ${temp}`],
    ['preflight_check', '🔍 Checking installation permissions...'],
    ['preflight_ok', '✓ Will install to: /usr/local/bin'],
    ['fetch_sources', '📦 Fetching sources from PKGBUILD...'],
    ['fetch_source', `📥 Fetching source 1/1: git+${repo}#branch=main`],
    ['url_convert', `🔄 Converting HTTPS to SSH: ${repo} -> ${ssh}`],
    ['git_clone_start', `🔄 Cloning repository: ${ssh}`],
    ['git_clone_branch', '🌿 Checking out branch: main'],
    ['git_clone_exec', `⚙️  Executing: git clone ${ssh} -> ${temp}/src/rbee`],
    ['git_clone_ok', `✓ Repository cloned to: ${temp}/src/rbee`],
    ['fetch_sources_ok', `✓ Sources fetched to: ${temp}/src`],
    ['build_start', '🏗️  Starting build phase (cancellable)...'],
  ];
}

const stepsOfPackage = (id: string): readonly Step[] => [
  ['build_output', `==> Build complete: ${id}`],
  ['build_complete', '✓ Build complete'],
  ['package_start', '📦 Starting package phase...'],
  ['package_output', `==> Packaging ${id} ${version}...`],
  ['package_output', `==> Package complete: ${id}`],
  ['package_complete', '✓ Package complete'],
  ['install_binary', '💾 Installing binary...'],
  ['install_path', `✓ Binary installed: /usr/local/bin/${id}`],
  ['install_binary_ok', `✓ Binary installed to: /usr/local/bin/${id}`],
  ['catalog_add', '📝 Adding to worker catalog...'],
];

const stepsAfter = (id: string): readonly Step[] => [
  ['catalog_add_ok', '✓ Added to catalog'],
  ['update_caps', '📝 Updating capabilities cache...'],
  ['update_caps_ok', '✓ Capabilities updated'],
  ['cleanup', '🧹 Cleaning up temp files...'],
  ['cleanup_ok', '✓ Cleanup complete'],
  ['install_complete', '✅ Worker installation complete!'],
  ['worker_install_complete', `✅ Worker '${id}' installation complete`],
];

function typeOf(id: string): 'Cpu' | 'Cuda' | 'Metal' | undefined {
  if (id.includes('cpu')) return 'Cpu';
  if (id.includes('cuda')) return 'Cuda';
  return id.includes('metal') ? 'Metal' : undefined;
}

async function install(work: Work, args: Args): Promise<void> {
  const id = text(args, 'worker_id');
  const { kind, install: given = kind === 'better' } = work.hive.options;
  const {
    buildLines = defaultBuild,
    lineMs = 5,
    cloneMs = 20,
  }: InstallOptions = typeof given === 'object' ? given : {};

  await work.narrate('worker_install_start', `📦 Installing worker '${id}' on hive '${text(args, 'hive_id')}'`);
  for (const [action, message] of stepsBefore(id, id)) {
    if (action === 'send_request_ok' && !given) throw new Error('Failed to fetch worker metadata');
    if (action === 'send_request_ok' && !/^(?:llm|sd)-worker-rbee(?:-|$)/.test(id)) {
      await work.narrate('send_request_ok', '✓ Response received: 404 Not Found');
      throw new Error(`Worker '${id}' not found in catalog (HTTP 404 Not Found)`);
    }
    await work.narrate(action, message);
    if (action === 'git_clone_exec') await work.sleep(cloneMs);
  }
  await work.narrate('build_output', `==> Building ${id} ${version} (cancellable)...`);
  for (const line of buildLines) {
    await work.narrate('build_output', line);
    await work.sleep(lineMs);
  }
  for (const [action, message] of stepsOfPackage(id)) await work.narrate(action, message);
  const type = typeOf(id);
  if (!type) throw new Error(`Unknown worker type for worker_id: ${id}`);
  work.hive.workers.add(workerEntry(id, type));
  for (const [action, message] of stepsAfter(id)) await work.narrate(action, message);
}

export const workerInstall = {
  fields: { hive_id: 'string', worker_id: 'string' },
  path: 'rbee_hive::worker_install::handle_worker_install',
  run: install,
} satisfies Operation;
