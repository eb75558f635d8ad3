import { describe, expect, it } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import { type BrowserName, browsers, filesOf, manifestOf } from './output.ts';

const shared = {
  manifest_version: 3,
  name: '__MSG_extension_name__',
  description: '__MSG_extension_description__',
  version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  default_locale: 'en',
  author: project.author,
  homepage_url: project.homepage,
  commands: { _execute_action: { suggested_key: { default: 'Alt+Shift+R' } } },
  permissions: ['storage', 'alarms', 'notifications'],
  host_permissions: ['http://localhost/*', 'http://127.0.0.1/*'],
  optional_host_permissions: ['http://*/*', 'https://*/*'],
  content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
  icons: expect.toSatisfy(
    (icons: object = {}) => [16, 32, 48, 96, 128].every((size) => size in icons),
    'has an icon of every size',
  ),
  options_ui: expect.objectContaining({ page: 'options.html' }),
};

const chromium = {
  background: { service_worker: 'background.js' },
  action: { default_title: 'rbee', default_popup: 'popup.html' },
  optional_permissions: ['power'],
  minimum_chrome_version: '129',
};

const own: Record<BrowserName, object> = {
  chrome: chromium,
  edge: chromium,
  firefox: {
    background: { scripts: ['background.js'] },
    action: { default_title: 'rbee', default_popup: 'popup.html', default_area: 'navbar' },
    browser_specific_settings: {
      gecko: {
        id: 'extension@rbee.dev',
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['websiteContent'] },
      },
    },
  },
};

describe.each(browsers)('the manifest of the %s package', (browser) => {
  it('has exactly the expected entries and permissions, and no web-accessible resources', () => {
    const { content_scripts: _, ...manifest } = manifestOf(browser);
    expect(manifest).toEqual({ ...shared, ...own[browser] });
  });

  it('has one content script in the isolated world and one in the main world, only for top frames of the marketplace', () => {
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

  it('refers only to files that are in the package', () => {
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

  it('has a name and a description in every language', () => {
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

it('every project URL is derived from the homepage in package.json', () => {
  expect(project.bugs).toBe(`${project.homepage}/issues`);
  expect(project.repository).toBe(project.homepage.replace('https://github.com/', 'github:'));
});
