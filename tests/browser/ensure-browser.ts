import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { type BrowserKind, findBrowser, type Machine } from './find-browser.ts';
import { adviceFor, installWays } from './install-ways.ts';

const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  isFile,
  playwright: chromium.executablePath(),
};

/** Also false for a path that the user must not read: PATH can contain such folders. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The browser's path, for processes that must not install anything, e.g. tests. Throws if there is no browser. */
export function browserPath(kind: BrowserKind = 'chromium'): string {
  const found = findBrowser(kind, thisMachine);
  if (!found) throw new Error(`No ${kind} found. Run \`npm test\`: it looks for one and installs it if it can.`);
  return found;
}

/**
 * Finds a browser that starts, or installs one, and logs what it does. If that fails, throws an error with instructions for
 * the user.
 */
export function ensureBrowser(log: (line: string) => void, kind: BrowserKind = 'chromium'): string {
  const found = findBrowser(kind, thisMachine);
  if (found && starts(found, log)) return found;
  const facts = {
    platform: process.platform,
    root: process.getuid?.() === 0,
    apt: existsSync('/usr/bin/apt-get'),
    installed: found !== undefined,
  };
  for (const way of installWays(kind, facts)) {
    log(way.message);
    const failed = way.commands.find((command) => !runs(command, log));
    const path = failed ? undefined : findBrowser(kind, thisMachine);
    if (path && starts(path, log)) return path;
  }
  throw new Error(adviceFor(kind, facts));
}

// Google Chrome on Windows opens a window when asked for its version.
function starts(path: string, log: (line: string) => void): boolean {
  if (process.platform === 'win32') return true;
  const probe = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 });
  if (probe.status === 0) return true;
  log(`${path} does not start: ${lastLine(probe.stderr) || probe.error?.message || `exit code ${probe.status}`}`);
  return false;
}

function runs([command, ...args]: readonly string[], log: (line: string) => void): boolean {
  if (!command) return true;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '20000' };
  const shell = process.platform === 'win32';
  const result = spawnSync(command, args, { env, stdio: 'pipe', shell, encoding: 'utf8', timeout: 600_000 });
  if (result.status === 0) return true;
  const reason = lastLine(result.stderr) || result.error?.message || 'no reason given';
  log(`\`${[command, ...args].join(' ')}\` failed: ${reason}`);
  return false;
}

function lastLine(text: string | null): string {
  const lines = (text ?? '').split('\n').filter((line) => line.trim() && !/^\s+at /.test(line));
  return (lines.findLast((line) => /^(?:Error|E:)/.test(line)) ?? lines.at(-1) ?? '').trim();
}
