import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateChromeMessages, parseMessagesText } from '@wxt-dev/i18n/build';
import { fakeBrowser } from 'wxt/testing/fake-browser';

const folder = join(import.meta.dirname, '../../lib/locales');

/** The texts of a language as the build passes them to the browser. */
export const readLocale = (name: string) =>
  generateChromeMessages(parseMessagesText(readFileSync(join(folder, `${name}.yml`), 'utf8'), 'YAML'));

export const english = readLocale('en');

// The fake browser has no texts. This adds the real ones, with placeholders replaced as in a browser.
Object.assign(fakeBrowser.i18n, {
  getUILanguage: () => 'en-US',
  getMessage: (name: string, values: string | string[] = []) =>
    english[name]?.message.replace(/\$(\d)/g, (_, place: string) => [values].flat()[Number(place) - 1] ?? '') ?? '',
});
