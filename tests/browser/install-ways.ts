import type { BrowserKind } from './find-browser.ts';

export type InstallFacts = {
  platform: NodeJS.Platform;
  root: boolean;
  apt: boolean;
  /** A browser exists but does not start: most likely system libraries are missing. */
  installed: boolean;
};

export type InstallWay = { message: string; commands: readonly (readonly string[])[] };

const names = { chromium: 'Chromium', firefox: 'Firefox' };
const packages = { chromium: 'chromium', firefox: 'firefox-esr' };

/** The ways to install the browser without a password, the best one first. */
export function installWays(kind: BrowserKind, { platform, root, apt }: InstallFacts): InstallWay[] {
  const mayUseApt = platform === 'linux' && root && apt;
  const withPlaywright = [
    'npx',
    'playwright',
    'install',
    '--no-shell',
    ...(mayUseApt ? ['--with-deps'] : []),
    'chromium',
  ];
  const withApt = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends', packages[kind]],
  ];
  return [
    // Playwright's Firefox is patched and has no Marionette.
    ...(kind === 'chromium'
      ? [{ message: "Installing Chromium with Playwright's installer …", commands: [withPlaywright] }]
      : []),
    ...(mayUseApt ? [{ message: `Installing the system's ${names[kind]} with apt-get …`, commands: withApt }] : []),
  ];
}

/** Instructions for the user if no way worked. */
export function adviceFor(kind: BrowserKind, { platform, root, installed }: InstallFacts): string {
  const name = names[kind];
  const sudo = root ? '' : 'sudo ';
  const linux = [
    `On Debian: ${sudo}apt-get update && ${sudo}apt-get install -y ${packages[kind]}`,
    `On Fedora: sudo dnf install ${kind}. On Arch: sudo pacman -S ${kind}.`,
  ];
  return [
    installed ? `${name} was found but does not start.` : `${name} was not found and could not be installed.`,
    ...(platform === 'linux'
      ? linux
      : [`Install ${kind === 'chromium' ? 'Google Chrome or Chromium' : name} in its usual place.`]),
    ...(kind === 'chromium' ? ['With internet access: npx playwright install --with-deps chromium'] : []),
    `If it is installed elsewhere: set ${kind === 'chromium' ? 'RBEE_BROWSER' : 'RBEE_FIREFOX'} to the full path of the program.`,
  ].join('\n  ');
}
