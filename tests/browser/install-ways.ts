export type InstallFacts = {
  platform: NodeJS.Platform;
  root: boolean;
  apt: boolean;
  /** A browser is there but does not start: most likely system libraries are missing. */
  installed: boolean;
};

export type InstallWay = { says: string; commands: readonly (readonly string[])[] };

/** The ways to get a browser on such a machine, best first. Nothing that would ask for a password. */
export function installWays({ platform, root, apt }: InstallFacts): InstallWay[] {
  const mayUseApt = platform === 'linux' && root && apt;
  const ways: InstallWay[] = [
    {
      says: 'Installing a Chromium with Playwright’s installer …',
      commands: [['npx', 'playwright', 'install', '--no-shell', ...(mayUseApt ? ['--with-deps'] : []), 'chromium']],
    },
  ];
  if (mayUseApt) {
    ways.push({
      says: 'Installing the system’s Chromium with apt-get …',
      commands: [
        ['apt-get', 'update'],
        ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
      ],
    });
  }
  return ways;
}

/** What a person can do where no way worked. */
export function adviceFor({ platform, root, installed }: InstallFacts): string {
  const lines = [
    installed
      ? 'The browser that was found does not start.'
      : 'No Chromium or Chrome was found, and none could be installed.',
  ];
  if (platform === 'linux') {
    const sudo = root ? '' : 'sudo ';
    lines.push(`On Debian or Ubuntu: ${sudo}apt-get update && ${sudo}apt-get install -y chromium`);
    lines.push('On Fedora: sudo dnf install chromium. On Arch: sudo pacman -S chromium.');
  }
  if (platform === 'darwin' || platform === 'win32') {
    lines.push('Install Google Chrome or Chromium; its usual place is enough to find it.');
  }
  lines.push('With internet access: npx playwright install --with-deps chromium');
  lines.push('If you have one already: set RBEE_BROWSER to the full path of its program.');
  return lines.join('\n  ');
}
