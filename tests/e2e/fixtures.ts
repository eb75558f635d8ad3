import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { exposeClosedRoots } from '../browser/closed-roots.ts';
import type { Complaint } from '../browser/console-guard.ts';
import { type Launched, launchWithExtension } from '../browser/launch.ts';
import { type HiveOptions, type StandIn, startHive } from '../hive/start-hive.ts';
import { type Hub, type HubOptions, startHub } from '../hub/start-hub.ts';
import { createCertificate, type Site, type SiteOptions, startSite } from '../site/server.ts';

export { expect } from '@playwright/test';

export type Extension = Omit<Launched, 'close'> & {
  /** Closes the browser and starts it again on the same profile, as after a reboot. Pages of before are gone. */
  relaunch(): Promise<void>;
};

type Options = {
  hiveOptions: HiveOptions;
  hubOptions: HubOptions;
  siteOptions: SiteOptions;
  /** Language of the browser's own interface, which extensions follow. */
  browserLanguage: string;
  /**
   * Console lines that a test causes on purpose (the browser itself logs some failed requests). Every other warning,
   * error or exception of any page, popup or service worker fails the test.
   */
  allowConsole: RegExp[];
};

type Servers = {
  /** The marketplace, as https://marketplace.rbee.dev. */
  site: Site;
  /** The model hub, as https://huggingface.co. */
  hub: Hub;
  /** A hive that runs, as http://localhost:7835, and downloads from `hub`. */
  hive: StandIn;
  /** The shipped build in a browser of its own. `context` and `page` belong to it. */
  extension: Extension;
};

/** Chromium takes the language from the environment on Linux, and from the argument elsewhere. */
const inLanguage = (tag: string) => ({
  args: [`--lang=${tag}`],
  env: { ...process.env, LANGUAGE: tag.replace('-', '_') },
});

export const test = base.extend<Options & Servers, { certificate: { key: string; cert: string } }>({
  hiveOptions: [{}, { option: true }],
  hubOptions: [{}, { option: true }],
  siteOptions: [{}, { option: true }],
  browserLanguage: ['en-US', { option: true }],
  allowConsole: [[], { option: true }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
  certificate: [async ({}, use) => use(await createCertificate()), { scope: 'worker' }],

  site: async ({ certificate, siteOptions }, use) => {
    const site = await startSite({ certificate, ...siteOptions });
    await use(site);
    await site.stop();
  },

  hub: async ({ certificate, hubOptions }, use) => {
    const hub = await startHub({ tls: certificate, ...hubOptions });
    await use(hub);
    await hub.stop();
  },

  hive: async ({ hub, hiveOptions }, use, testInfo) => {
    const lines: string[] = [];
    const hive = await startHive({ kind: 'better', hub: hub.url, log: (line) => lines.push(line), ...hiveOptions });
    await use(hive);
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('hive', { body: lines.join('\n') });
    await hive.stop();
  },

  extension: async ({ site, hub, hive, allowConsole, browserLanguage }, use, testInfo) => {
    const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
    const routes = { site: site.port, hub: hub.tlsPort, hive: hive.port };
    const complaints: Complaint[] = [];
    const launch = async (): Promise<Launched> => {
      const launched = await launchWithExtension({ profile, routes, more: inLanguage(browserLanguage) });
      exposeClosedRoots(launched.context);
      for (const pattern of allowConsole) launched.console.allow(pattern);
      return launched;
    };
    const end = async (): Promise<void> => {
      complaints.push(...(await current.console.complaints()));
      await current.close();
    };
    let current = await launch();
    const extension: Extension = {
      get context() {
        return current.context;
      },
      get extensionId() {
        return current.extensionId;
      },
      get console() {
        return current.console;
      },
      serviceWorker: () => current.serviceWorker(),
      killServiceWorker: () => current.killServiceWorker(),
      openExtensionPage: (path) => current.openExtensionPage(path),
      openActionPopup: () => current.openActionPopup(),
      storage: () => current.storage(),
      relaunch: async () => {
        await end();
        current = await launch();
      },
    };
    try {
      await use(extension);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('storage', { body: JSON.stringify(await current.storage(), null, 2) });
      }
    } finally {
      await end();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    }
    expect(complaints, 'The consoles of pages, popup and service worker are empty').toEqual([]);
  },

  context: async ({ extension }, use) => use(extension.context),

  page: async ({ extension }, use) => use(await extension.context.newPage()),
});
