import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'wxt';
import { preactWithoutHtml, thirdPartyNotices } from './.ci/build-plugins.ts';
import project from './package.json' with { type: 'json' };

const inProject = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  modules: ['@wxt-dev/webextension-polyfill', '@wxt-dev/i18n/module', '@wxt-dev/auto-icons'],
  manifestVersion: 3,
  imports: false,
  i18n: { localesDir: 'lib/locales' },
  autoIcons: { baseIconPath: 'components/icon.svg', sizes: [128, 96, 48, 32, 16] },
  // What reviewers need to rebuild the Firefox package.
  zip: { includeSources: ['**/*', '.ci/**', '.npmrc'] },
  // `npm run dev`. Without RBEE_BROWSER the installed Chrome or Chromium is used.
  webExt: {
    ...(process.env.RBEE_BROWSER && { binaries: { chrome: process.env.RBEE_BROWSER } }),
    chromiumArgs: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    startUrls: ['https://marketplace.rbee.dev/models'],
  },
  hooks: {
    // `wxt prepare` imports the entry points before the i18n module has written `#i18n`, so it fails in a fresh clone
    // (WXT 0.21.4, @wxt-dev/i18n 0.2.7; no upstream issue found). The module overwrites this file right after.
    ready: async ({ config }) => {
      const file = join(config.wxtDir, 'i18n/index.ts');
      if (existsSync(file)) return;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "import { createI18n } from '@wxt-dev/i18n';\nexport const i18n = createI18n();\n");
    },
  },
  vite: ({ browser }) => ({
    // Rolldown writes `var` otherwise, and the minifier inlines no constants.
    build: { rolldownOptions: { output: { topLevelVar: false } } },
    plugins: [
      preact(),
      preactWithoutHtml,
      thirdPartyNotices(inProject(`.output/${browser}-mv3/THIRD-PARTY-NOTICES.txt`)),
    ],
  }),
  manifest: ({ browser }) => ({
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    homepage_url: project.homepage,
    author: project.author as never, // A string in Firefox, ignored by Chromium.
    permissions: ['storage', 'alarms', 'notifications'],
    // Without a port: Firefox before 153 may not accept one in a match pattern.
    host_permissions: ['http://localhost/*', 'http://127.0.0.1/*'],
    // Requested when the user adds a hive on another machine.
    optional_host_permissions: ['http://*/*', 'https://*/*'],
    // Firefox's default policy upgrades http to https, which no hive supports.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    commands: { _execute_action: { suggested_key: { default: 'Alt+Shift+R' } } },
    ...(browser === 'firefox'
      ? {
          // Firefox hides new buttons, and with them the badge, in a menu.
          action: { default_area: 'navbar' },
          browser_specific_settings: {
            gecko: {
              id: 'extension@rbee.dev',
              strict_min_version: '142.0',
              // The name of the model on the page is sent to the model hub and to the user's own hive.
              data_collection_permissions: { required: ['websiteContent'] },
            },
          },
        }
      : {
          // Keeps the computer awake during a download. Firefox has no such permission.
          optional_permissions: ['power'],
          // `URL.parse`, iterator helpers, Set methods and `Intl.DurationFormat`.
          minimum_chrome_version: '129',
        }),
  }),
});
