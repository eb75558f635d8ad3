import { workerEntry } from '../entries.ts';
import { failureOf, type InstallFailure, type InstallOutcome, installFailures } from '../install-outcomes.ts';
import type { InstallOptions } from '../options.ts';
import type { Work } from '../work.ts';
import { flatCatalog } from '../worker-catalog.ts';
import { type Args, type Operation, text } from './operation.ts';

const base = 'http://localhost:8787';
const version = '0.1.0';

const defaultBuild: readonly string[] = [
  '   Compiling proc-macro2 v1.0.103',
  '   Compiling serde v1.0.228',
  // The hive marks every line of the build's error output that holds "failed" or "error:": not the end of anything.
  'ERROR:    Compiling failed-names v0.1.0',
  '   Compiling tokio v1.48.0',
  '   Compiling candle-core v0.9.1',
  '   Compiling llm-worker-rbee v0.1.0',
  '    Finished `release` profile [optimized] target(s) in 3m 12s',
];

type Step = readonly [action: string, message: string];

/** Everything said before the build, in the hive's order (rbee-keeper/rbee 0509312f, worker-provisioner). */
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

function failureFor(id: string, outcome: InstallOutcome): InstallFailure | undefined {
  if (outcome === 'real') return 'catalogUnreachable';
  if (outcome !== 'works') return outcome;
  if (!/^(?:llm|sd)-worker-rbee(?:-|$)/.test(id)) return 'unknownWorker';
  const known = flatCatalog.find((worker) => worker.id === id);
  return known?.platforms?.includes('linux') === false ? 'wrongPlatform' : undefined;
}

function typeOf(id: string): 'Cpu' | 'Cuda' | 'Metal' | undefined {
  if (id.includes('cpu')) return 'Cpu';
  if (id.includes('cuda')) return 'Cuda';
  return id.includes('metal') ? 'Metal' : undefined;
}

async function install(work: Work, args: Args): Promise<void> {
  const id = text(args, 'worker_id');
  const { install: given = 'works' } = work.hive.options;
  const {
    outcome = 'works',
    buildLines = defaultBuild,
    lineMs = 5,
    cloneMs = 20,
  }: InstallOptions = typeof given === 'string' ? { outcome: given } : given;
  const failure = failureFor(id, outcome);
  const ending = failure && failureOf(failure);
  const words = (template: string): string =>
    template.replaceAll('{id}', id).replaceAll('{installed}', `${id}-${version}-linux`.toLowerCase());

  const end = async (name: InstallFailure): Promise<never> => {
    const { lines = [], error } = failureOf(name);
    for (const [action, message] of lines) await work.say(action, words(message));
    throw new Error(words(error));
  };
  const say = async (action: string, message: string): Promise<void> => {
    await work.say(action, message);
    if (failure && ending?.after === action) await end(failure);
  };
  const cancelBuild = async (): Promise<never> => {
    await work.say('build_output', '==> Build cancelled, killing process group...');
    await work.say('build_cancelled', '❌ Build cancelled by user');
    throw new Error('Build cancelled');
  };

  await say('worker_install_start', `📦 Installing worker '${id}' on hive '${text(args, 'hive_id')}'`);
  if (work.job.cancel.signal.aborted) await end('cancelledBeforeStart');
  const name = flatCatalog.find((worker) => worker.id === id)?.name ?? id;
  for (const [action, message] of stepsBefore(id, name)) {
    await say(action, message);
    if (action === 'git_clone_exec') await work.sleep(cloneMs);
  }

  await work.say('build_output', `==> Building ${id} ${version} (cancellable)...`);
  for (const line of buildLines) {
    await work.say('build_output', line);
    await work.wait(new Promise<void>((resolve) => setTimeout(resolve, lineMs)), cancelBuild);
  }
  if (failure && ending?.after === 'build_output') await end(failure);
  await work.say('build_output', `==> Build complete: ${id}`);
  await say('build_complete', '✓ Build complete');
  await say('package_start', '📦 Starting package phase...');
  await say('package_output', `==> Packaging ${id} ${version}...`);
  await say('package_output', `==> Package complete: ${id}`);
  await say('package_complete', '✓ Package complete');
  await say('install_binary', '💾 Installing binary...');
  await say('install_path', `✓ Binary installed: /usr/local/bin/${id}`);
  await say('install_binary_ok', `✓ Binary installed to: /usr/local/bin/${id}`);
  await say('catalog_add', '📝 Adding to worker catalog...');
  const type = typeOf(id);
  if (!type) throw new Error(words(installFailures.unknownType.error));
  work.hive.workers.add(workerEntry(id, type));
  await say('catalog_add_ok', '✓ Added to catalog');
  await say('update_caps', '📝 Updating capabilities cache...');
  await say('update_caps_ok', '✓ Capabilities updated');
  await say('cleanup', '🧹 Cleaning up temp files...');
  await say('cleanup_ok', '✓ Cleanup complete');
  await say('install_complete', '✅ Worker installation complete!');
  await say('worker_install_complete', `✅ Worker '${id}' installation complete`);
}

export const workerInstall = {
  fields: { hive_id: 'string', worker_id: 'string' },
  path: 'rbee_hive::worker_install::handle_worker_install',
  run: install,
} satisfies Operation;
