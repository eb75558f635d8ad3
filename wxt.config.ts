import preact from '@preact/preset-vite';
import { defineConfig } from 'wxt';

const pages = ['https://marketplace.rbee.dev/*', 'https://rbee-marketplace.pages.dev/*'];

export default defineConfig({
  modules: ['@wxt-dev/webextension-polyfill', '@wxt-dev/i18n/module'],
  manifestVersion: 3,
  imports: false,
  i18n: { localesDir: 'lib/locales' },
  vite: () => ({ plugins: [preact()] }),
  manifest: ({ browser }) => ({
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    permissions: ['storage', 'alarms', 'notifications'],
    optional_permissions: ['power'],
    host_permissions: ['http://localhost/*', 'http://127.0.0.1/*'],
    optional_host_permissions: ['http://*/*', 'https://*/*'],
    // Written out: Firefox's default upgrades http to https, which no hive speaks.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    minimum_chrome_version: '120',
    ...(browser === 'firefox' && {
      browser_specific_settings: { gecko: { id: 'extension@rbee.dev', strict_min_version: '140.0' } },
    }),
  }),
});

export { pages };
