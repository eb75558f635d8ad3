/** For code that a test evaluates inside the extension. The extension's own code uses `lib/browser.ts`. */
declare const chrome: typeof import('wxt/browser').browser;
