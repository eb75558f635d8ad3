import { describe, expect, it } from 'vitest';
import { findBrowser, type Machine } from '../../browser/find-browser.ts';

const playwright = '/cache/ms-playwright/chromium/chrome';

function machine(files: string[], facts: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    env: { PATH: '/usr/local/bin:/usr/bin' },
    isFile: (path) => files.includes(path),
    playwright,
    ...facts,
  };
}

const mac = { platform: 'darwin', env: { PATH: '/usr/bin', HOME: '/Users/ann' } } as const;
const windows = {
  platform: 'win32',
  env: {
    PATH: 'C:\\Windows',
    PROGRAMFILES: 'C:\\Program Files',
    'PROGRAMFILES(X86)': 'C:\\Program Files (x86)',
    LOCALAPPDATA: 'C:\\Users\\Ann\\AppData\\Local',
  },
} as const;

describe('the browser for the tests', () => {
  it.each<[string, string, Partial<Machine>]>([
    ['Playwright’s own', playwright, {}],
    ['a Chromium on the PATH', '/usr/local/bin/chromium', {}],
    ['Debian’s Chromium', '/usr/bin/chromium', {}],
    ['Debian’s Chromium without a PATH', '/usr/bin/chromium', { env: {} }],
    ['Ubuntu’s old name for it', '/usr/bin/chromium-browser', {}],
    ['the snap', '/snap/bin/chromium', {}],
    ['Google Chrome on Linux', '/usr/bin/google-chrome-stable', {}],
    ['Google Chrome’s folder on Linux', '/opt/google/chrome/chrome', {}],
    ['Chromium on a Mac', '/Applications/Chromium.app/Contents/MacOS/Chromium', mac],
    ['Chrome on a Mac', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', mac],
    ['Chrome for one user of a Mac', '/Users/ann/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', mac],
    ['Homebrew’s Chromium', '/opt/homebrew/bin/chromium', mac],
    ['Chrome on Windows', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', windows],
    ['32-bit Chrome on Windows', 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe', windows],
    ['Chromium for one user of Windows', 'C:\\Users\\Ann\\AppData\\Local\\Chromium\\Application\\chrome.exe', windows],
  ])('is found where it usually is: %s', (_, path, facts) => {
    expect(findBrowser(machine([path], facts))).toBe(path);
  });

  it.each(['RBEE_BROWSER', 'CHROMIUM_PATH'])('is the one that %s names, whatever else is there', (name) => {
    const facts = { env: { PATH: '/usr/bin', [name]: '/opt/mine/chrome' } };
    expect(findBrowser(machine([playwright, '/usr/bin/chromium', '/opt/mine/chrome'], facts))).toBe('/opt/mine/chrome');
  });

  it('is never another one than a person asked for: a wrong path is said', () => {
    const facts = { env: { PATH: '/usr/bin', RBEE_BROWSER: '/opt/gone' } };
    expect(() => findBrowser(machine(['/usr/bin/chromium'], facts))).toThrow(/RBEE_BROWSER is set to \/opt\/gone/);
  });

  it('is Playwright’s before the system’s, and Chromium before Google Chrome', () => {
    expect(findBrowser(machine([playwright, '/usr/bin/chromium']))).toBe(playwright);
    expect(findBrowser(machine(['/usr/bin/google-chrome-stable', '/usr/bin/chromium']))).toBe('/usr/bin/chromium');
  });

  it.each([{}, mac, windows, { platform: 'freebsd' } as const])(
    'is undefined on a machine without one (%o)',
    (facts) => {
      expect(findBrowser(machine([], facts))).toBeUndefined();
    },
  );

  it('is not guessed from a place whose variable is unset', () => {
    expect(
      findBrowser(machine(['undefined\\Chromium\\Application\\chrome.exe'], { platform: 'win32', env: {} })),
    ).toBeUndefined();
  });
});
