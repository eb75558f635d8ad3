/** For code that a test evaluates inside the extension. The project's own code goes through `lib/browser.ts`. */
declare const chrome: typeof import('wxt/browser').browser;
