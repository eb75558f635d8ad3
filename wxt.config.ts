import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'wxt';

/**
 * Of `@huggingface/tasks` only the GGUF names are used. It does not say that its modules have no side effects, so without this
 * all of it, 60 kB gzip, would come along (measured 2026-11-23). Rolldown's own rule for that would undo what other packages say.
 */
function ggufNamesOnly(): Plugin {
  return {
    name: 'gguf-names-only',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (source !== '@huggingface/tasks' && !importer?.includes('/@huggingface/tasks/')) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved && { ...resolved, moduleSideEffects: false };
    },
    // An enum compiled to a call cannot be seen to be unused.
    transform: (code, id) =>
      id.includes('/@huggingface/tasks/')
        ? code.replace('(function (GGMLQuantizationType)', '/* @__PURE__ */ (function (GGMLQuantizationType)')
        : null,
  };
}

export default defineConfig({
  modules: ['@wxt-dev/webextension-polyfill', '@wxt-dev/i18n/module', '@wxt-dev/auto-icons'],
  manifestVersion: 3,
  imports: false,
  i18n: { localesDir: 'lib/locales' },
  autoIcons: { baseIconPath: 'components/icon.svg', sizes: [128, 96, 48, 32, 16] },
  hooks: {
    // To read the entry points' options WXT runs them, before its i18n module has written what they import: a fresh clone could
    // never be prepared (seen with @wxt-dev/i18n 0.2.7). The module overwrites this in the same breath.
    ready: async ({ config }) => {
      const file = join(config.wxtDir, 'i18n/index.ts');
      if (existsSync(file)) return;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "import { createI18n } from '@wxt-dev/i18n';\nexport const i18n = createI18n();\n");
    },
    // Pages that are built together share their parts; the options have the polyfill, the popup has a budget.
    'entrypoints:grouped': (_, groups) => {
      groups.splice(
        0,
        groups.length,
        ...groups.flatMap((group) => (Array.isArray(group) ? group.map((one) => [one]) : [group])),
      );
    },
    // The polyfill is 2.8 kB (gzip) that do nothing in browsers as new as this manifest wants: all of them answer with promises where
    // nothing but `sendResponse` is asked of a listener (measured 2026-11-23). What counts every byte goes without.
    'vite:build:extendConfig': ([entrypoint], config) => {
      const { type } = entrypoint ?? {};
      if (type !== 'content-script' && type !== 'background' && type !== 'popup') return;
      config.resolve = { ...config.resolve, alias: { ...config.resolve?.alias, 'wxt/browser': '@wxt-dev/browser' } };
      if (type === 'popup') return;
      const alias = {
        ...config.resolve.alias,
        // WXT's context is 1.1 kB more for a lifetime that `serve-page.ts` ends itself.
        'wxt/utils/content-script-context': fileURLToPath(new URL('lib/marketplace/no-context.ts', import.meta.url)),
      };
      config.resolve = { ...config.resolve, alias };
      // 0.3 to 0.6 kB less than Vite's own minifier leaves. Repetition packs better than what is put in place or run together.
      const terserOptions = {
        ecma: 2020,
        compress: {
          passes: 5,
          toplevel: true,
          unsafe: true,
          inline: 1,
          sequences: false,
          keep_fargs: false,
          pure_getters: true,
          unsafe_arrows: true,
        },
        // Vite's minifier has given the names.
        mangle: false,
      } as const;
      config.build = { ...config.build, minify: 'terser', terserOptions };
    },
  },
  vite: ({ command }) => ({
    plugins: [preact(), ggufNamesOnly()],
    // Also where terser follows: together they leave 0.4 kB less of the service worker than terser alone.
    build: { rolldownOptions: { output: { minify: command === 'build' } } },
  }),
  manifest: ({ browser }) => ({
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    permissions: ['storage', 'alarms', 'notifications'],
    // Loopback only. Without a port: it is not known which Firefox before 153 takes one here.
    host_permissions: ['http://localhost/*', 'http://127.0.0.1/*'],
    // Asked for when a person adds a hive on another machine.
    optional_host_permissions: ['http://*/*', 'https://*/*'],
    // Written out: Firefox's default upgrades http to https, which no hive speaks.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'extension@rbee.dev',
              strict_min_version: '140.0',
              // The name of the model on the page goes to the model hub and to the person's own hive.
              data_collection_permissions: { required: ['websiteContent'] },
            },
          },
        }
      : {
          // Keeps the computer awake while a model is downloaded; Firefox has no such permission.
          optional_permissions: ['power'],
          // `URL.parse`, iterator helpers and Set methods.
          minimum_chrome_version: '126',
        }),
  }),
});
