import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Firefox, type FirefoxOptions, launchFirefox } from '../browser/firefox.ts';
import { test as base, expect } from '../e2e/fixtures.ts';

export { expect };

type Fixtures = {
  prefs: NonNullable<FirefoxOptions['prefs']>;
  /** Starts Firefox. After `close()` it can be started again with the same profile. */
  launch: () => Promise<Firefox>;
  firefox: Firefox;
};

/** The local servers of the Chromium tests, with the Firefox build in Firefox. */
export const test = base.extend<Fixtures>({
  prefs: [{}, { option: true }],

  launch: async ({ site, hub, hive, prefs }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'rbee-firefox-'));
    const routes = { site: site.port, hub: hub.tlsPort, hive: hive.port };
    const launched: Firefox[] = [];
    await use(async () => {
      const firefox = await launchFirefox({ profile, routes, prefs });
      launched.push(firefox);
      return firefox;
    });
    for (const firefox of launched) await firefox.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  },

  firefox: async ({ launch }, use) => {
    const firefox = await launch();
    await use(firefox);
    expect(await firefox.errors(), 'The console shows no errors of the extension').toEqual([]);
  },
});

export const button = ['rbee-run', 'button'] as const;

/** Waits until the page's button is in this state. */
export const expectState = (firefox: Firefox, state: string) =>
  expect
    .poll(() => firefox.attributeOf('data-state', 'rbee-run').catch(() => undefined), { timeout: 30_000 })
    .toBe(state);
