import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateChromeMessages, parseMessagesText } from '@wxt-dev/i18n/build';
import { fakeBrowser } from 'wxt/testing/fake-browser';

const file = join(import.meta.dirname, '../../lib/locales/en.yml');

/** The English texts as the browser gets them, by the names it knows them by. */
export const english = generateChromeMessages(parseMessagesText(readFileSync(file, 'utf8'), 'YAML'));

// The fake browser has no texts; these are the real ones, put together as a browser does.
Object.assign(fakeBrowser.i18n, {
  getUILanguage: () => 'en-US',
  getMessage: (name: string, values: string | string[] = []) =>
    english[name]?.message.replace(/\$(\d)/g, (_, place: string) => [values].flat()[Number(place) - 1] ?? '') ?? '',
});
