import { posix, win32 } from 'node:path';

export type BrowserKind = 'chromium' | 'firefox';

/** Everything that the search depends on, so that tests can describe other machines. */
export type Machine = {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  isFile: (path: string) => boolean;
  /** Where Playwright installs its Chromium, whether or not it exists. */
  playwright: string;
};

type Places = { variables: string[]; commands: string[] } & Partial<Record<NodeJS.Platform, readonly string[]>>;

const places: Record<BrowserKind, Places> = {
  chromium: {
    variables: ['RBEE_BROWSER', 'CHROMIUM_PATH'],
    // Chromium before Google Chrome: Chrome's own builds ignore --load-extension since version 137 (2025-05).
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
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
  },
  firefox: {
    variables: ['RBEE_FIREFOX'],
    commands: ['firefox-esr', 'firefox'],
    linux: ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/usr/lib/firefox/firefox'],
    darwin: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      '$HOME/Applications/Firefox.app/Contents/MacOS/firefox',
    ],
    win32: [
      '$PROGRAMFILES\\Mozilla Firefox\\firefox.exe',
      '$PROGRAMFILES(X86)\\Mozilla Firefox\\firefox.exe',
      '$LOCALAPPDATA\\Mozilla Firefox\\firefox.exe',
    ],
  },
};

/**
 * The browser to test with: the one named by a variable, else Playwright's own Chromium, else the system's. Undefined if there is
 * none. Throws if a variable names a missing file, rather than testing with another browser than the requested one.
 */
export function findBrowser(kind: BrowserKind, machine: Machine): string | undefined {
  for (const name of places[kind].variables) {
    const wanted = machine.env[name];
    if (!wanted) continue;
    if (machine.isFile(wanted)) return wanted;
    throw new Error(`${name} is set to ${wanted}, but there is no such file. Correct it or unset it.`);
  }
  return candidates(kind, machine).find(machine.isFile);
}

function candidates(kind: BrowserKind, { platform, env, playwright }: Machine): string[] {
  const { join, delimiter } = platform === 'win32' ? win32 : posix;
  const folders = platform === 'win32' ? [] : (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [
    ...(kind === 'chromium' ? [playwright] : []),
    ...places[kind].commands.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...(places[kind][platform] ?? []).flatMap((place) => expand(place, env) ?? []),
  ];
}

function expand(place: string, env: Machine['env']): string | undefined {
  const [, name, rest] = /^\$([A-Z]+(?:\(X86\))?)(.*)$/.exec(place) ?? [];
  if (!name) return place;
  return env[name] && `${env[name]}${rest}`;
}
