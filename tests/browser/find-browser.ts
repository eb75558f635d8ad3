import { posix, win32 } from 'node:path';

/** What the search depends on, so that a test can describe a machine that this one is not. */
export type Machine = {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  isFile: (path: string) => boolean;
  /** Where Playwright would keep the browser it installs, whether or not it is there. */
  playwright: string;
};

// Chromium before Google Chrome: Chrome's own builds ignore --load-extension since version 137 (2025-05).
const onPath = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const places: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/lib/chromium/chromium',
    '/snap/bin/chromium',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '$HOME/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/opt/homebrew/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '$HOME/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: [
    '$LOCALAPPDATA\\Chromium\\Application\\chrome.exe',
    '$PROGRAMFILES\\Chromium\\Application\\chrome.exe',
    '$PROGRAMFILES\\Google\\Chrome\\Application\\chrome.exe',
    '$PROGRAMFILES(X86)\\Google\\Chrome\\Application\\chrome.exe',
    '$LOCALAPPDATA\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

/**
 * The browser to test with: the one named by RBEE_BROWSER or CHROMIUM_PATH, else Playwright's own, else the system's
 * Chromium or Chrome. Undefined where there is none. Throws when a variable names a file that is not there: a wish is
 * never answered with another browser.
 */
export function findBrowser(machine: Machine): string | undefined {
  for (const name of ['RBEE_BROWSER', 'CHROMIUM_PATH']) {
    const wanted = machine.env[name];
    if (!wanted) continue;
    if (machine.isFile(wanted)) return wanted;
    throw new Error(`${name} is set to ${wanted}, but there is no such file. Correct it or unset it.`);
  }
  return candidates(machine).find(machine.isFile);
}

function candidates({ platform, env, playwright }: Machine): string[] {
  const { join, delimiter } = platform === 'win32' ? win32 : posix;
  const folders = platform === 'win32' ? [] : (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [
    playwright,
    ...onPath.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...(places[platform] ?? []).flatMap((place) => expand(place, env) ?? []),
  ];
}

function expand(place: string, env: Machine['env']): string | undefined {
  const [, name, rest] = /^\$([A-Z]+(?:\(X86\))?)(.*)$/.exec(place) ?? [];
  if (!name) return place;
  return env[name] && `${env[name]}${rest}`;
}
