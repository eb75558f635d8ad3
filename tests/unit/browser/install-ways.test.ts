import { expect, it } from 'vitest';
import { adviceFor, installWays } from '../../browser/install-ways.ts';

const plain = { platform: 'linux', root: false, apt: true, installed: false } as const;
const commands = (facts: Parameters<typeof installWays>[0]) =>
  installWays(facts).flatMap((way) => way.commands.map((command) => command.join(' ')));

it('a user without rights gets Playwright’s browser and is never asked for a password', () => {
  expect(commands(plain)).toEqual(['npx playwright install --no-shell chromium']);
});

it('root on Debian or Ubuntu gets the libraries too, and the system’s browser where Playwright’s cannot be had', () => {
  expect(commands({ ...plain, root: true })).toEqual([
    'npx playwright install --no-shell --with-deps chromium',
    'apt-get update',
    'apt-get install -y --no-install-recommends chromium',
  ]);
});

it.each(['darwin', 'win32'] as const)('nothing of Debian is tried on %s', (platform) => {
  expect(commands({ platform, root: true, apt: false, installed: false }).join()).not.toContain('apt-get');
});

it('root on another Linux is not told to use apt-get by itself', () => {
  expect(commands({ ...plain, root: true, apt: false })).toEqual(['npx playwright install --no-shell chromium']);
});

it.each([
  ['linux', 'sudo apt-get install -y chromium'],
  ['darwin', 'Install Google Chrome'],
  ['win32', 'Install Google Chrome'],
] as const)('where nothing worked, a person on %s is told what to do', (platform, command) => {
  const advice = adviceFor({ ...plain, platform });
  expect(advice).toContain(command);
  expect(advice).toContain('RBEE_BROWSER');
});

it('a browser that is there but broken is called that', () => {
  expect(adviceFor({ ...plain, installed: true })).toMatch(/^The browser that was found does not start/);
});
