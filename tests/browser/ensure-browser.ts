import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { findBrowser, type Machine } from './find-browser.ts';
import { adviceFor, installWays } from './install-ways.ts';

function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
    playwright: chromium.executablePath(),
  };
}

/** The browser's path, for a process that must not install anything (a test worker). Throws where there is none. */
export function browserPath(): string {
  const found = findBrowser(thisMachine());
  if (!found) throw new Error('No Chromium found. Run `npm test` or `npm run demo`: both look for one and install it.');
  return found;
}

/**
 * Finds a browser, or installs one, and says what it does. What it finds is started once, so that a browser that lacks
 * a system library counts as none. Throws with what to do by hand when every way failed.
 */
export function ensureBrowser(say: (line: string) => void): string {
  const machine = thisMachine();
  const found = findBrowser(machine);
  if (found && starts(found, say)) return found;
  const facts = {
    platform: machine.platform,
    root: process.getuid?.() === 0,
    apt: existsSync('/usr/bin/apt-get'),
    installed: found !== undefined,
  };
  for (const way of installWays(facts)) {
    say(way.says);
    const failed = way.commands.find((command) => !runs(command, say));
    const path = failed ? undefined : findBrowser(machine);
    if (path && starts(path, say)) return path;
  }
  throw new Error(adviceFor(facts));
}

// Google Chrome on Windows opens a window when asked for its version, so there the file itself has to do as proof.
function starts(path: string, say: (line: string) => void): boolean {
  if (process.platform === 'win32') return true;
  const probe = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 });
  if (probe.status === 0) return true;
  say(`${path} does not start: ${lastLine(probe.stderr) || probe.error?.message || `exit code ${probe.status}`}`);
  return false;
}

function runs([command, ...args]: readonly string[], say: (line: string) => void): boolean {
  if (!command) return true;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '20000' };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const shell = process.platform === 'win32';
  const result = spawnSync(command, args, { env, stdio, shell, encoding: 'utf8', timeout: 600_000 });
  if (result.status === 0) return true;
  say(
    `\`${[command, ...args].join(' ')}\` failed: ${lastLine(result.stderr) || result.error?.message || 'no reason given'}`,
  );
  return false;
}

function lastLine(text: string | null): string {
  const lines = (text ?? '').split('\n').filter((line) => line.trim() && !/^\s+at /.test(line));
  return (lines.findLast((line) => /^(?:Error|E:)/.test(line)) ?? lines.at(-1) ?? '').trim();
}
