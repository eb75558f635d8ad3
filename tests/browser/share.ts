import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeClosedRoots } from './closed-roots.ts';
import { inLanguage } from './in-language.ts';
import { type Launched, launchWithExtension } from './launch.ts';
import { permissionsOf, reset } from './reset.ts';
import type { Routes } from './routes.ts';

type Browser = {
  language: string;
  current(): Launched;
  /** Closes the browser and starts it again with the same profile. */
  relaunch(): Promise<void>;
  /** Returns whether the browser is in the state of a new profile afterwards. */
  reset(): Promise<boolean>;
  end(): Promise<void>;
};

export type Browsers = ReturnType<typeof shareBrowsers>;

/** Starting a browser takes longer than most tests, so consecutive tests use the same one and it is reset between them. */
export function shareBrowsers(routes: Routes) {
  let idle: Browser | undefined;

  async function end(): Promise<void> {
    await idle?.end();
    idle = undefined;
  }

  return {
    async acquire(language: string): Promise<Browser> {
      if (idle?.language !== language) await end();
      const browser = idle ?? (await startBrowser(routes, language));
      idle = undefined;
      return browser;
    },
    async release(browser: Browser): Promise<void> {
      if (await browser.reset()) idle = browser;
      else await browser.end();
    },
    end,
  };
}

async function startBrowser(routes: Routes, language: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'rbee-e2e-'));
  const more = inLanguage(language);
  const launch = async (): Promise<Launched> => {
    const launched = await launchWithExtension({ profile, routes, more });
    exposeClosedRoots(launched.context);
    return launched;
  };
  let current = await launch();
  const permissions = await permissionsOf(current);
  return {
    language,
    current: () => current,
    relaunch: async () => {
      await current.close();
      current = await launch();
    },
    reset: () => reset(current, permissions),
    end: async () => {
      await current.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
