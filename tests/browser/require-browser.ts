import { browserPath } from './ensure-browser.ts';

/** Without a browser one message ends the run, rather than one from each test. */
export default function requireBrowser(): void {
  browserPath(process.argv.includes('firefox') ? 'firefox' : 'chromium');
}
