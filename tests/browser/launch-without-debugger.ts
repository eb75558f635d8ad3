import { spawn } from 'node:child_process';
import { sleep } from '../net/wait.ts';
import { type Cdp, connectCdp, debuggingAddress } from './cdp.ts';
import { browserPath } from './ensure-browser.ts';
import { browserArguments, chromeBuild, type LaunchOptions } from './launch.ts';

export type PlainBrowser = {
  /** Ids of the running service workers. The request does not keep them running. */
  serviceWorkers(): Promise<string[]>;
  /** Evaluates the expression in a page of the extension that is closed afterwards, and awaits its promise. */
  inExtension<T>(expression: string): Promise<T>;
  close(): Promise<void>;
};

type Target = { id: string; type: string; url: string };
type Evaluated = {
  result: { value: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string } };
};

/**
 * A browser that terminates the service worker as a user's browser does: an attached debugger, which Playwright always
 * has, would keep it running (Chromium 156, 2026-11-23).
 */
export async function launchWithoutDebugger(options: LaunchOptions): Promise<PlainBrowser> {
  const { profile, routes, extension = chromeBuild } = options;
  const executablePath = browserPath();
  const { branded, args } = browserArguments(executablePath, extension, routes);
  const child = spawn(executablePath, [...args, '--headless=new', `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
  };

  try {
    const cdp = await until(() => connectCdp(profile));
    const { port } = await debuggingAddress(profile);
    if (branded) await cdp.send('Extensions.loadUnpacked', { path: extension });
    const targets = async (): Promise<Target[]> =>
      (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
    const ours = async () =>
      (await targets()).filter(({ type, url }) => type === 'service_worker' && url.startsWith('chrome-extension://'));
    const origin = await until(async () => new URL((await ours())[0]?.url ?? '').href.replace(/[^/]+$/, ''));
    return {
      serviceWorkers: async () => (await ours()).map(({ id }) => id),
      inExtension: (expression) => evaluateIn(cdp, `${origin}manifest.json`, expression),
      close: async () => {
        cdp.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function evaluateIn<T>(cdp: Cdp, url: string, expression: string): Promise<T> {
  const { targetId } = await cdp.send<{ targetId: string }>('Target.createTarget', { url });
  try {
    const { sessionId } = await cdp.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const evaluate = async (code: string) => {
      const { result, exceptionDetails } = await cdp.send<Evaluated>(
        'Runtime.evaluate',
        { expression: code, awaitPromise: true, returnByValue: true },
        sessionId,
      );
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    // Until the document has loaded, the code runs in the initial empty one.
    await until(() => evaluate('chrome.storage.local.getBytesInUse()'));
    return (await evaluate(expression)) as T;
  } finally {
    await cdp.send('Target.closeTarget', { targetId });
  }
}

/** Repeats `attempt` until it succeeds, because a browser takes a moment to start. */
async function until<T>(attempt: () => Promise<T>, timeoutMs = 30_000): Promise<T> {
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
