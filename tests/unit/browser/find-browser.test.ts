import { describe, expect, it } from 'vitest';
import { type BrowserKind, findBrowser, type Machine } from '../../browser/find-browser.ts';
import { adviceFor, installWays } from '../../browser/install-ways.ts';

const playwright = '/cache/ms-playwright/chromium/chrome';

function machine(files: string[], facts: Partial<Machine> = {}): Machine {
  const isFile = (path: string) => files.includes(path);
  return { platform: 'linux', env: { PATH: '/usr/local/bin:/usr/bin' }, isFile, playwright, ...facts };
}

const mac = { platform: 'darwin', env: { PATH: '/usr/bin', HOME: '/Users/ann' } } as const;
const windows = {
  platform: 'win32',
  env: { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)', PROGRAMFILES: 'C:\\Program Files' },
} as const;

describe('finding a browser', () => {
  it.each<[BrowserKind, string, Partial<Machine>]>([
    ['chromium', playwright, {}],
    ['chromium', '/usr/local/bin/chromium', {}],
    ['chromium', '/snap/bin/chromium', { env: {} }],
    ['chromium', '/Users/ann/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', mac],
    ['chromium', 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe', windows],
    ['firefox', '/usr/bin/firefox-esr', {}],
    ['firefox', '/Applications/Firefox.app/Contents/MacOS/firefox', mac],
    ['firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe', windows],
  ])('%s is found at %s', (kind, path, facts) => {
    expect(findBrowser(kind, machine([path], facts))).toBe(path);
  });

  it.each<[BrowserKind, string]>([
    ['chromium', 'RBEE_BROWSER'],
    ['chromium', 'CHROMIUM_PATH'],
    ['firefox', 'RBEE_FIREFOX'],
  ])('%s: the variable %s has priority over all other places, and a wrong path in it is an error', (kind, name) => {
    const env = { PATH: '/usr/bin', [name]: '/opt/mine' };
    const others = [playwright, '/usr/bin/chromium', '/usr/bin/firefox'];
    expect(findBrowser(kind, machine([...others, '/opt/mine'], { env }))).toBe('/opt/mine');
    expect(() => findBrowser(kind, machine(others, { env }))).toThrow(`${name} is set to /opt/mine`);
  });

  it('Chromium is preferred to Google Chrome, which cannot load extensions from the command line', () => {
    expect(findBrowser('chromium', machine(['/usr/bin/google-chrome', '/usr/bin/chromium']))).toBe('/usr/bin/chromium');
  });

  it.each([{}, mac, windows, { platform: 'freebsd' } as const])(
    'finds nothing on a machine without browsers (%o)',
    (facts) => {
      expect(findBrowser('chromium', machine([], facts))).toBeUndefined();
    },
  );
});

describe('installing a browser', () => {
  const user = { platform: 'linux', root: false, apt: true, installed: false } as const;
  const commands = (...args: Parameters<typeof installWays>) =>
    installWays(...args).flatMap((way) => way.commands.map((command) => command.join(' ')));

  it('uses apt-get only as root, so that no password is needed', () => {
    expect(commands('chromium', user)).toEqual(['npx playwright install --no-shell chromium']);
    expect(commands('firefox', user)).toEqual([]);
    expect(commands('firefox', { ...user, root: true })).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends firefox-esr',
    ]);
    expect(commands('chromium', { ...user, root: true, apt: false }).join()).not.toContain('apt-get');
    expect(commands('chromium', { ...user, root: true, platform: 'darwin' }).join()).not.toContain('apt-get');
  });

  it.each<[BrowserKind, string, string]>([
    ['chromium', 'sudo apt-get install -y chromium', 'RBEE_BROWSER'],
    ['firefox', 'sudo apt-get install -y firefox-esr', 'RBEE_FIREFOX'],
  ])('%s: the instructions contain the command and the variable', (kind, command, variable) => {
    expect(adviceFor(kind, user)).toContain(command);
    expect(adviceFor(kind, user)).toContain(variable);
    expect(adviceFor(kind, { ...user, installed: true })).toContain('does not start');
  });
});
