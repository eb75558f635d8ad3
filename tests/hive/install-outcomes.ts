type Outcome = {
  /** The line after which it ends. */
  after: string;
  error: string;
  /** Lines said before the end. */
  lines?: readonly [action: string, message: string][];
};

/** Ways `worker_install` ends badly, with the hive's words (rbee-keeper/rbee 0509312f, worker-provisioner). `{id}` is the worker's. */
export const installFailures = {
  cancelledBeforeStart: {
    after: 'worker_install_start',
    lines: [['install_cancelled', '❌ Installation cancelled before start']],
    error: 'Installation cancelled',
  },
  catalogUnreachable: { after: 'send_request', error: 'Failed to fetch worker metadata' },
  unknownWorker: {
    after: 'send_request',
    lines: [['send_request_ok', '✓ Response received: 404 Not Found']],
    error: "Worker '{id}' not found in catalog (HTTP 404 Not Found)",
  },
  metadataShape: { after: 'parse_json', error: 'Failed to parse worker metadata' },
  wrongPlatform: {
    after: 'check_platform',
    error: 'Platform incompatible. Worker requires: ["macos"], Current platform: linux',
  },
  wrongArchitecture: {
    after: 'check_platform',
    error: 'Architecture incompatible. Worker requires: ["aarch64"], Current architecture: x86_64',
  },
  pkgbuildUnreachable: { after: 'pkgbuild_http_get', error: 'Failed to download PKGBUILD' },
  pkgbuildMissing: {
    after: 'pkgbuild_http_get',
    lines: [['pkgbuild_http_response', '📥 Response status: 404 Not Found']],
    error: "PKGBUILD not found for worker '{id}' (HTTP 404 Not Found)",
  },
  pkgbuildUnreadable: { after: 'pkgbuild_read_body', error: 'Failed to read PKGBUILD content' },
  pkgbuildField: { after: 'parse_pkgbuild', error: 'Missing required field: pkgver' },
  pkgbuildSyntax: { after: 'parse_pkgbuild', error: 'Invalid function syntax at line 12' },
  tempDirectories: { after: 'create_temp', error: 'Permission denied (os error 13)' },
  noHome: { after: 'preflight_check', error: 'Could not determine home directory' },
  noBinDirectory: { after: 'preflight_check', error: 'Failed to create /home/user/.local/bin' },
  noSources: { after: 'fetch_sources', error: 'No sources specified in PKGBUILD. Cannot proceed.' },
  httpSource: { after: 'fetch_source', error: 'HTTP/HTTPS file downloads not yet implemented. Use git+ URLs for now.' },
  gitMissing: { after: 'git_clone_exec', error: 'Failed to spawn git clone' },
  cloneTimeout: { after: 'git_clone_exec', error: 'Git clone timed out after 60 seconds' },
  cloneFailed: { after: 'git_clone_exec', error: 'Git clone failed (exit code: Some(128))' },
  noBuildFunction: {
    after: 'build_start',
    lines: [
      ['build_failed', '❌ Build failed: Missing build function in PKGBUILD'],
      ['build_error_detail', 'Error details: MissingBuildFunction'],
    ],
    error: 'Missing build function in PKGBUILD',
  },
  buildFailed: {
    after: 'build_output',
    lines: [
      ['build_failed', '❌ Build failed: Build failed with exit code 101'],
      ['build_error_detail', 'Error details: BuildFailed(101)'],
    ],
    error: 'Build failed with exit code 101',
  },
  packageFailed: {
    after: 'package_output',
    lines: [
      ['package_failed', '❌ Package failed: Package failed with exit code 1'],
      ['package_error_detail', 'Error details: PackageFailed(1)'],
    ],
    error: 'Package failed with exit code 1',
  },
  binaryMissing: {
    after: 'install_binary',
    error: "Binary '/tmp/worker-install/{id}/pkg/usr/local/bin/{id}' not found in package directory",
  },
  notWritable: { after: 'install_binary', error: 'Failed to install binary to /usr/local/bin/{id}' },
  unknownType: { after: 'catalog_add', error: 'Unknown worker type for worker_id: {id}' },
  alreadyThere: { after: 'catalog_add', error: "Artifact '{installed}' already exists in catalog" },
  cleanup: { after: 'cleanup', error: 'Failed to cleanup temp directories' },
} satisfies Record<string, Outcome>;

export type InstallFailure = keyof typeof installFailures;
/** `real` is what happens on a normal machine today: nothing listens at the catalog's address. */
export type InstallOutcome = 'works' | 'real' | InstallFailure;

export const failureOf = (name: InstallFailure): Outcome => installFailures[name];
