import { describe, expect, it } from 'vitest';
import { type BrowserName, browsers, filesOf, manifestOf } from './output.ts';

const shared = {
  manifest_version: 3,
  name: '__MSG_extension_name__',
  description: '__MSG_extension_description__',
  version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  default_locale: 'en',
  permissions: ['storage', 'alarms', 'notifications'],
  host_permissions: ['http://localhost/*', 'http://127.0.0.1/*'],
  optional_host_permissions: ['http://*/*', 'https://*/*'],
  content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
  icons: expect.toSatisfy(
    (icons: object = {}) => [16, 32, 48, 96, 128].every((size) => size in icons),
    'has every size',
  ),
  action: expect.objectContaining({ default_popup: 'popup.html' }),
  options_ui: expect.objectContaining({ page: 'options.html' }),
};

const own: Record<BrowserName, object> = {
  chrome: {
    background: { service_worker: 'background.js' },
    optional_permissions: ['power'],
    minimum_chrome_version: '129',
  },
  firefox: {
    background: { scripts: ['background.js'] },
    browser_specific_settings: {
      gecko: {
        id: 'extension@rbee.dev',
        strict_min_version: '140.0',
        data_collection_permissions: { required: ['websiteContent'] },
      },
    },
  },
};

describe.each(browsers)('the manifest that ships for %s', (browser) => {
  it('asks for exactly what is promised: nothing more, nothing web-accessible, nothing for tests', () => {
    const { content_scripts: _, ...manifest } = manifestOf(browser);
    expect(manifest).toEqual({ ...shared, ...own[browser] });
  });

  it('runs on the marketplace alone, in the top frame, with one script of its own and one that reads React’s marks', () => {
    const where = {
      matches: ['https://marketplace.rbee.dev/*', 'https://rbee-marketplace.pages.dev/*'],
      run_at: 'document_start',
    };
    const script = { js: ['content-scripts/marketplace.js'], css: ['content-scripts/marketplace.css'] };
    const reader = { js: ['content-scripts/page-world.js'], world: 'MAIN' };
    expect(manifestOf(browser).content_scripts).toEqual([
      { ...where, ...script },
      { ...where, ...reader },
    ]);
  });

  it('names only files that are in the package', () => {
    const files = filesOf(browser);
    const { icons, action, options_ui, background } = manifestOf(browser) as {
      icons: Record<string, string>;
      action: { default_popup: string };
      options_ui: { page: string };
      background: { service_worker?: string; scripts?: string[] };
    };
    const named = [
      ...Object.values(icons),
      action.default_popup,
      options_ui.page,
      background.service_worker,
      background.scripts,
    ].flat();
    expect(named.filter((name) => name && !files.has(name.replace(/^\//, '')))).toEqual([]);
  });

  it('has words for its name and description in every language', () => {
    const locales = [...filesOf(browser)].filter(([name]) => name.startsWith('_locales/'));
    expect(locales.map(([name]) => name)).toContain('_locales/en/messages.json');
    for (const [name, content] of locales) {
      const messages = JSON.parse(String(content)) as Record<string, { message?: string }>;
      for (const key of ['extension_name', 'extension_description']) {
        expect(messages[key]?.message, `${name}: ${key}`).toMatch(/\S/);
      }
    }
  });
});
