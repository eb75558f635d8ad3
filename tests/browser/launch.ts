import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page, type Worker } from '@playwright/test';
import { connectCdp, debuggingAddress } from './cdp.ts';
import { type ConsoleGuard, guardConsole } from './console-guard.ts';
import { browserPath } from './ensure-browser.ts';
import { type Routes, routeArguments } from './routes.ts';

/** The build that ships, made by `npm run build`. */
export const chromeBuild = fileURLToPath(new URL('../../.output/chrome-mv3', import.meta.url));

export type LaunchOptions = {
  /** Profile folder. The same folder again restarts the same user's browser. */
  profile: string;
  routes: Routes;
  headless?: boolean;
  /** Folder of the unpacked extension. Default: the shipped build. */
  extension?: string;
  more?: Parameters<typeof chromium.launchPersistentContext>[1];
};

export type Launched = {
  context: BrowserContext;
  extensionId: string;
  console: ConsoleGuard;
  /** The running service worker. Playwright's object stops responding when it is terminated, so request it again afterwards. */
  serviceWorker(): Promise<Worker>;
  /** Terminates the service worker as the browser does when it is idle or short of memory. Resolves when it has stopped. */
  terminateServiceWorker(): Promise<void>;
  /** A page of the extension in a tab, by its path, e.g. `popup.html`. */
  openExtensionPage(path: string): Promise<Page>;
  /** Opens the toolbar popup, as a click on the extension's icon does. */
  openActionPopup(): Promise<Page>;
  /** Closes the toolbar popup and the connections that gave access to it. */
  closePopups(): Promise<void>;
  /** All of `storage.local`. Does not start the service worker. */
  storage(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

const always = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

/** The arguments that load the extension and route the addresses of the real servers to local ones. */
export function browserArguments(executablePath: string, extension: string, routes: Routes) {
  // Google Chrome's own builds ignore --load-extension since version 137 (2025-05); `Extensions.loadUnpacked` replaces it.
  const branded = isBrandedChrome(executablePath);
  const args = [
    ...always,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...(branded
      ? ['--enable-unsafe-extension-debugging']
      : [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`]),
    ...routeArguments(routes),
  ];
  return { branded, args };
}

/** Starts a browser with the extension, in which local servers have the addresses of the real ones. */
export async function launchWithExtension({
  profile,
  routes,
  headless = true,
  extension = chromeBuild,
  more,
}: LaunchOptions): Promise<Launched> {
  const executablePath = browserPath();
  const { branded, args } = browserArguments(executablePath, extension, routes);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless,
    ...more,
    ignoreDefaultArgs: branded ? ['--disable-extensions'] : [],
    args: [...args, ...(more?.args ?? [])],
  });
  const browser = context.browser();
  if (!browser) throw new Error('Playwright returned no browser for the persistent context.');
  const session = await browser.newBrowserCDPSession();
  if (branded) await session.send('Extensions.loadUnpacked' as never, { path: extension } as never);
  const first = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: 20_000 }));
  await first.evaluate(activated);
  const extensionId = new URL(first.url()).host;
  const cdp = await connectCdp(profile);
  const guard = await guardConsole(cdp);
  const popupConnections: Browser[] = [];

  /** Calls `use` with a page of the extension that runs none of its code. */
  async function withBlankPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
    const page = await context.newPage();
    try {
      await page.goto(`chrome-extension://${extensionId}/manifest.json`);
      return await use(page);
    } finally {
      await page.close();
    }
  }

  async function serviceWorkerTarget(): Promise<string | undefined> {
    const { targetInfos } = await session.send('Target.getTargets');
    return targetInfos.find(({ type, url }) => type === 'service_worker' && url.includes(extensionId))?.targetId;
  }

  async function serviceWorker(): Promise<Worker> {
    if (!(await serviceWorkerTarget())) {
      const page = context.pages()[0] ?? (await context.newPage());
      const pageSession = await context.newCDPSession(page);
      await pageSession.send('ServiceWorker.enable');
      await pageSession.send('ServiceWorker.startWorker', { scopeURL: `chrome-extension://${extensionId}/` });
      await pageSession.detach();
    }
    return context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  }

  /**
   * Returns a function that resolves once the browser process has registered the stop of the service worker. This happens
   * later than for an attached debugger; until then the browser delivers messages to the terminated service worker.
   */
  async function watchForStop(): Promise<() => Promise<void>> {
    const { targetInfos } = await session.send('Target.getTargets');
    const page = targetInfos.find(({ type }) => type === 'page');
    if (!page) return async () => {};
    const { sessionId } = await cdp.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId: page.targetId,
      flatten: true,
    });
    const stopped = Promise.withResolvers<void>();
    cdp.listen(({ method, params, sessionId: of }) => {
      if (method !== 'ServiceWorker.workerVersionUpdated' || of !== sessionId) return;
      const versions = params.versions as { scriptURL: string; runningStatus: string }[];
      const ours = versions.find(({ scriptURL }) => scriptURL.includes(extensionId));
      if (ours?.runningStatus === 'stopped') stopped.resolve();
    });
    await cdp.send('ServiceWorker.enable', {}, sessionId);
    return async () => {
      await stopped.promise;
      await cdp.send('Target.detachFromTarget', { sessionId });
    };
  }

  return {
    context,
    extensionId,
    console: guard,
    serviceWorker,
    terminateServiceWorker: async () => {
      const targetId = await serviceWorkerTarget();
      if (!targetId) return;
      // The next service worker reuses the target's id and may start at once, so the session reports the termination.
      const { sessionId } = await cdp.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
      const loaded = cdp.once('Inspector.workerScriptLoaded', sessionId);
      const terminated = cdp.once('Inspector.targetCrashed', sessionId);
      await cdp.send('Inspector.enable', {}, sessionId);
      await loaded;
      const stopped = await watchForStop();
      await cdp.send('Target.closeTarget', { targetId });
      await terminated;
      await stopped();
      await cdp.send('Target.detachFromTarget', { sessionId });
    },
    openExtensionPage: async (path) => {
      const page = await context.newPage();
      await page.goto(`chrome-extension://${extensionId}/${path}`);
      return page;
    },
    openActionPopup: async () => {
      await (await serviceWorker()).evaluate(() => chrome.action.openPopup());
      // Playwright's first connection does not list the popup as a page; a second one does.
      const { port } = await debuggingAddress(profile);
      const second = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      popupConnections.push(second);
      const [listed] = second.contexts();
      if (!listed) throw new Error('The second connection to the browser shows no pages.');
      const isPopup = (page: Page) => page.url().startsWith(`chrome-extension://${extensionId}/popup.html`);
      return listed.pages().find(isPopup) ?? (await listed.waitForEvent('page', { predicate: isPopup }));
    },
    closePopups: async () => {
      const { targetInfos } = await session.send('Target.getTargets');
      const popups = targetInfos.filter(({ url }) => url.startsWith(`chrome-extension://${extensionId}/popup.html`));
      // A popup.html in a tab may be closing already.
      const close = ({ targetId }: { targetId: string }) => session.send('Target.closeTarget', { targetId });
      await Promise.allSettled(popups.map(close));
      await Promise.all(popupConnections.splice(0).map((connection) => connection.close()));
    },
    storage: () => withBlankPage((page) => page.evaluate(() => chrome.storage.local.get() as Promise<never>)),
    close: async () => {
      cdp.close();
      await context.close();
    },
  };
}

/**
 * Runs in the service worker and resolves when it is activated, a few ms after the installation. Before that, the browser
 * neither starts it again after a termination nor reliably reports storage changes to it. Users are not that fast.
 */
function activated(): Promise<void> {
  const { serviceWorker } = globalThis as unknown as { serviceWorker: ServiceWorker };
  return new Promise((resolve) => {
    const check = () => serviceWorker.state === 'activated' && resolve();
    serviceWorker.addEventListener('statechange', check);
    check();
  });
}

function isBrandedChrome(path: string): boolean {
  if (process.platform === 'win32') return /\\Google\\Chrome\\/.test(path);
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 });
  return /^Google Chrome (?!for Testing)/.test(stdout ?? '');
}
