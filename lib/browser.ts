/** The one door to the extension API. Only this file imports it, so what every entry point pays for it is decided here. */
export { browser } from 'wxt/browser';
