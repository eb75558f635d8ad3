import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sleep } from '../net/wait.ts';
import { browserPath } from './ensure-browser.ts';
import { connectMarionette, type Marionette } from './marionette.ts';

const firefoxBuild = fileURLToPath(new URL('../../.output/firefox-mv3', import.meta.url));
const addonId = 'extension@rbee.dev';

export type FirefoxOptions = {
  /** Profile folder. The same folder again restarts the same user's browser. */
  profile: string;
  routes: { site: number; hub: number | undefined; hive: number };
  prefs?: Record<string, string | number | boolean>;
};

export type Firefox = Awaited<ReturnType<typeof launchFirefox>>;

/** A headless Firefox with the built extension, in which public addresses are served by local servers. */
export async function launchFirefox({ profile, routes, prefs = {} }: FirefoxOptions) {
  const proxy = await startProxy({ 'marketplace.rbee.dev:443': routes.site, 'huggingface.co:443': routes.hub });
  const all = {
    'marionette.port': 0,
    // Firefox has no resolver rules: ports of localhost are mapped, and https uses the proxy.
    'network.socket.forcePort': `7835=${routes.hive};7834=1`,
    'network.proxy.type': 1,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': proxy.port,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': proxy.port,
    // A temporary add-on is uninstalled when Firefox quits, an installed one is not.
    'extensions.webextensions.keepStorageOnUninstall': true,
    'extensions.webextensions.keepUuidOnUninstall': true,
    ...prefs,
  };
  const lines = Object.entries(all).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  const portFile = join(profile, 'MarionetteActivePort');
  await rm(portFile, { force: true });
  const child = spawn(
    browserPath('firefox'),
    ['--headless', '--no-remote', '--profile', profile, '--marionette', '--remote-allow-system-access'],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  const close = async () => {
    child.kill();
    await exited;
    await proxy.close();
  };
  try {
    const port = await until(() => readFile(portFile, 'utf8'));
    const marionette = await connectMarionette(Number(port));
    await marionette.send('WebDriver:NewSession', { acceptInsecureCerts: true });
    await marionette.send('Addon:Install', { path: firefoxBuild, temporary: true });
    return createDriver(marionette, async () => {
      if (child.exitCode !== null) return;
      // Quits normally, so that Firefox writes its profile.
      await marionette.send('Marionette:Quit', { flags: ['eAttemptQuit'] }).catch(() => {});
      await exited;
      marionette.close();
      await proxy.close();
    });
  } catch (error) {
    await close();
    throw error;
  }
}

type ElementReference = Record<string, string>;

function createDriver({ send }: Marionette, close: () => Promise<void>) {
  const value = async <T>(command: string, parameters: object = {}) =>
    (await send<{ value: T }>(command, parameters)).value;

  /** Runs the body of an async function in the page, or with `scope: 'chrome'` in the browser's own window. */
  async function evaluate<T>(body: string, args: unknown[] = [], scope: 'content' | 'chrome' = 'content'): Promise<T> {
    const script = `const resolve = arguments[arguments.length - 1];
      (async (...args) => { ${body} })(...arguments).then((value) => resolve({ value }), (error) => resolve({ error: String(error) }));`;
    await send('Marionette:SetContext', { value: scope });
    try {
      const { value: result, error } = await value<{ value: T; error?: string }>('WebDriver:ExecuteAsyncScript', {
        script,
        args,
        newSandbox: true,
      });
      if (error) throw new Error(error);
      return result;
    } finally {
      if (scope === 'chrome') await send('Marionette:SetContext', { value: 'content' });
    }
  }

  const inBrowser = <T>(body: string, ...args: unknown[]): Promise<T> =>
    evaluate<T>(
      `const policy = WebExtensionPolicy.getByID(${JSON.stringify(addonId)});
       const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
       const browserAction = policy && ExtensionParent.apiManager.global.browserActionFor(policy.extension);
       const widgetId = ${JSON.stringify(addonId)}.replaceAll(/[@.]/g, '_') + '-browser-action';
       ${body}`,
      args,
      'chrome',
    );

  /** The value of an expression in the document of the open popup, or null if none is open. */
  const inPopup = (expression: string): Promise<string | null> =>
    inBrowser<string | null>(
      `const popup = document.querySelector('.webextension-popup-browser');
       if (!popup?.messageManager) return null;
       return new Promise((resolve) => {
         setTimeout(() => resolve(null), 1_000); // A document that is being replaced never replies.
         popup.messageManager.addMessageListener('rbee-test', ({ data }) => resolve(data));
         popup.messageManager.loadFrameScript('data:,' + encodeURIComponent("sendAsyncMessage('rbee-test', " + args[0] + ')'), false);
       });`,
      expression,
    );

  /** The first element that matches; with several selectors, each inside the shadow root of the one before. */
  async function find(...selectors: string[]): Promise<ElementReference> {
    let found: ElementReference | undefined;
    for (const selector of selectors) {
      const query = { using: 'css selector', value: selector };
      if (!found) found = await value<ElementReference>('WebDriver:FindElement', query);
      else {
        const [id] = Object.values(found);
        const [shadowRoot] = Object.values(await value<ElementReference>('WebDriver:GetShadowRoot', { id }));
        found = await value<ElementReference>('WebDriver:FindElementFromShadowRoot', { ...query, shadowRoot });
      }
    }
    if (!found) throw new Error('No selector.');
    return found;
  }

  return {
    addonId,
    evaluate,
    /** Runs in the browser's own window, where `policy` is the extension's `WebExtensionPolicy`. */
    inBrowser,
    goto: (url: string) => send('WebDriver:Navigate', { url }),
    exists: (...selectors: string[]) =>
      find(...selectors).then(
        () => true,
        () => false,
      ),
    nameOf: async (...selectors: string[]) =>
      value<string>('WebDriver:GetComputedLabel', { id: Object.values(await find(...selectors))[0] }),
    attributeOf: async (name: string, ...selectors: string[]) =>
      value<string | null>('WebDriver:GetElementAttribute', { id: Object.values(await find(...selectors))[0], name }),
    textOf: async (...selectors: string[]) =>
      value<string>('WebDriver:GetElementText', { id: Object.values(await find(...selectors))[0] }),
    /** A trusted click: the pointer moves to the element, pauses as a user does, and presses. */
    click: async (...selectors: string[]) => {
      const origin = await find(...selectors);
      const move = { type: 'pointerMove', origin, x: 0, y: 0 };
      const actions = [
        move,
        { type: 'pause', duration: 600 },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ];
      await send('WebDriver:PerformActions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
      await send('WebDriver:ReleaseActions');
    },
    /** Opens one of the extension's pages in a new tab, which is the current one from then on. */
    openExtensionPage: async (path: string) => {
      const url = await inBrowser<string>(
        "return 'moz-extension://' + policy.mozExtensionHostname + '/' + args[0];",
        path,
      );
      const { handle } = await send<{ handle: string }>('WebDriver:NewWindow', { type: 'tab', focus: true });
      await send('WebDriver:SwitchToWindow', { handle });
      await send('WebDriver:Navigate', { url });
    },
    /** Whether the event page is `running`, `suspending` or `stopped`. */
    backgroundState: () => inBrowser<string>('return policy.extension.backgroundState;'),
    /** Terminates the event page as Firefox does when it is idle, and returns its state, because any event starts it again. */
    suspendBackground: () =>
      inBrowser<string>(
        `await policy.extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
         return policy.extension.backgroundState;`,
      ),
    badgeText: () => inBrowser<string>('return browserAction.action.getProperty(gBrowser.selectedTab, "badgeText");'),
    /** The id of the toolbar that contains the extension's button. */
    toolbarArea: () => inBrowser<string>('return CustomizableUI.getPlacementOfWidget(widgetId).area;'),
    /** Opens the toolbar popup. It is not a tab, so it can be accessed only through the browser's window. */
    openPopup: () => inBrowser<void>('browserAction.openPopup(window, true);'),
    closePopup: () =>
      inBrowser<void>('document.querySelector(".webextension-popup-browser")?.closest("panel").hidePopup();'),
    /** The text of the open popup; empty if none is open. */
    popupText: () => inPopup('content.document.body.innerText').then((text) => text ?? ''),
    clickInPopup: (selector: string) => inPopup(`content.document.querySelector(${JSON.stringify(selector)}).click()`),
    permit: (change: 'add' | 'remove', origins: string[]) =>
      inBrowser<void>(
        `const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
         await ExtensionPermissions[args[0]](policy.id, { permissions: [], origins: args[1] }, policy.extension);`,
        change,
        origins,
      ),
    uninstall: () => send('Addon:Uninstall', { id: addonId }),
    /**
     * Errors of the extension's code in the browser console, without the one that Firefox reports for each request whose reply
     * is pending when a view is closed.
     */
    errors: () =>
      inBrowser<string[]>(
        `return Services.console.getMessageArray()
           .filter((message) => message instanceof Ci.nsIScriptError && /^moz-extension:/.test(message.sourceName))
           .map(String)
           .filter((text) => !text.includes('Promise rejected after context unloaded'));`,
      ),
    close,
  };
}

/** Tunnels https to the local servers and refuses all other addresses, so that tests use no external network. */
async function startProxy(ports: Record<string, number | undefined>) {
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(502).end());
  server.on('connect', ({ url = '' }, client: Socket) => {
    const port = ports[url];
    if (!port) return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Repeats `attempt` until it succeeds, because Firefox takes a moment to start. */
async function until<T>(attempt: () => Promise<T>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
