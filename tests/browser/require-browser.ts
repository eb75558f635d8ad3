import { browserPath } from './ensure-browser.ts';

/** Ends the test run with one error if there is no browser, instead of one error per test. */
export default function requireBrowser(): void {
  browserPath(process.argv.includes('firefox') ? 'firefox' : 'chromium');
}
