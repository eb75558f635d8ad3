import { test as base, expect, type Page } from '@playwright/test';
import type { ConsoleProblem } from '../browser/console-guard.ts';
import type { Launched } from '../browser/launch.ts';
import { type Browsers, shareBrowsers } from '../browser/share.ts';
import { type HiveOptions, type StandIn, startHive } from '../hive/start-hive.ts';
import { type Hub, type HubOptions, startHub } from '../hub/start-hub.ts';
import { findFreePort } from '../net/free-port.ts';
import { createCertificate, type Site, type SiteOptions, startSite } from '../site/server.ts';

export { expect } from '@playwright/test';

export type Extension = Omit<Launched, 'close' | 'closePopups'> & {
  /** Closes the browser with all its pages and starts it again with the same profile. */
  relaunch(): Promise<void>;
  /** No other test gets this browser. For changes that cannot be undone, e.g. disabling the extension. */
  doNotReuse(): void;
};

type Options = {
  hiveOptions: HiveOptions;
  hubOptions: HubOptions;
  siteOptions: SiteOptions;
  /** Language of the browser's own interface, which extensions follow. */
  browserLanguage: string;
  /**
   * Console messages that a test causes on purpose (the browser logs some failed requests). Every other warning, error
   * or exception of a page, popup or service worker fails the test.
   */
  allowConsole: RegExp[];
};

type Servers = {
  /** The stand-in marketplace at https://marketplace.rbee.dev. */
  site: Site;
  /** The stand-in hub at https://huggingface.co. */
  hub: Hub;
  /** A running stand-in hive at http://localhost:7835 that downloads from `hub`. */
  hive: StandIn;
  /** The shipped build in a browser in the state of a new profile. `context` and `page` belong to this browser. */
  extension: Extension;
};

async function findPorts(): Promise<PerWorker['ports']> {
  const [site, hub, hive] = [await findFreePort(), await findFreePort(), await findFreePort()];
  return new Set([site, hub, hive]).size === 3 ? { site, hub, hive } : findPorts();
}

type PerWorker = {
  certificate: { key: string; cert: string };
  /** The ports of the servers, the same ones for every test, so that tests can share a browser. */
  ports: { site: number; hub: number; hive: number };
  browsers: Browsers;
};

export const test = base.extend<Options & Servers, PerWorker>({
  hiveOptions: [{}, { option: true }],
  hubOptions: [{}, { option: true }],
  siteOptions: [{}, { option: true }],
  browserLanguage: ['en-US', { option: true }],
  allowConsole: [[], { option: true }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern.
  certificate: [async ({}, use) => use(await createCertificate()), { scope: 'worker' }],

  // biome-ignore lint/correctness/noEmptyPattern: as above.
  ports: [async ({}, use) => use(await findPorts()), { scope: 'worker' }],

  browsers: [
    async ({ ports }, use) => {
      const browsers = shareBrowsers(ports);
      await use(browsers);
      await browsers.end();
    },
    { scope: 'worker' },
  ],

  site: async ({ certificate, ports, siteOptions }, use) => {
    const site = await startSite({ certificate, port: ports.site, ...siteOptions });
    await use(site);
    await site.stop();
  },

  hub: async ({ certificate, ports, hubOptions }, use) => {
    const hub = await startHub({ tls: certificate, tlsPort: ports.hub, ...hubOptions });
    await use(hub);
    await hub.stop();
  },

  hive: async ({ hub, ports, hiveOptions }, use, testInfo) => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const hive = await startHive({
      kind: 'better',
      hub: hub.url,
      port: ports.hive,
      log,
      // A real hive reports its workers once a second, and every list of workers would wait for that.
      heartbeatMs: 50,
      ...hiveOptions,
    });
    await use(hive);
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('hive', { body: lines.join('\n') });
    await hive.stop();
  },

  extension: async ({ ports, browsers, site, hub, hive, allowConsole, browserLanguage }, use, testInfo) => {
    expect({ site: site.port, hub: hub.tlsPort, hive: hive.port }).toEqual(ports);
    const problems: ConsoleProblem[] = [];
    let reusable = true;
    const browser = await browsers.acquire(browserLanguage);
    const allowExpected = (): void => {
      for (const pattern of allowConsole) browser.current().console.allow(pattern);
    };
    const collect = async (): Promise<void> => void problems.push(...(await browser.current().console.problems()));
    allowExpected();
    const extension: Extension = {
      get context() {
        return browser.current().context;
      },
      get extensionId() {
        return browser.current().extensionId;
      },
      get console() {
        return browser.current().console;
      },
      serviceWorker: () => browser.current().serviceWorker(),
      terminateServiceWorker: () => browser.current().terminateServiceWorker(),
      openExtensionPage: (path) => browser.current().openExtensionPage(path),
      openActionPopup: () => browser.current().openActionPopup(),
      storage: () => browser.current().storage(),
      doNotReuse: () => {
        reusable = false;
      },
      relaunch: async () => {
        await collect();
        await browser.relaunch();
        allowExpected();
      },
    };
    try {
      await use(extension);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('storage', { body: JSON.stringify(await extension.storage(), null, 2) });
      }
    } finally {
      await collect();
      if (reusable && testInfo.status === testInfo.expectedStatus) await browsers.release(browser);
      else await browser.end();
    }
    expect(problems, 'The consoles of pages, popup and service worker are empty').toEqual([]);
  },

  context: async ({ extension }, use) => use(extension.context),

  // The blank page of a browser that was started or reset.
  page: async ({ extension }, use) => use(extension.context.pages()[0] as Page),
});
