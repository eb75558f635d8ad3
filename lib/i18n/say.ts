import { browser } from '../browser.ts';

/** A message of `lib/locales` and what goes into it. `say` makes it a text. */
export type Words = readonly [key: string, values?: Readonly<Record<string, string | Words>>];

/** The words as a text, in the browser's language. For the content script, where the i18n module would cost more than this. */
export const say = ([key, values = {}]: Words): string =>
  browser.i18n
    .getMessage(key.replace(/[.-]/g, '_') as Parameters<typeof browser.i18n.getMessage>[0])
    .replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      return value === undefined ? placeholder : typeof value === 'string' ? value : say(value);
    });
