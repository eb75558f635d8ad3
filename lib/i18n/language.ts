import { i18n } from '#i18n';
import { browser } from '../browser.ts';

/** Asks the browser for a text once: a list has many buttons with the same texts. */
export function once(read: () => string): () => string {
  let text: string | undefined;
  return () => {
    text ??= read();
    return text;
  };
}

/** The language of the texts. It differs from the browser's where no locale file exists for that one. */
export const language = once(() => i18n.t('language'));

/** Marks an element as written in the language of the texts, whatever the document around it is written in. */
export function setLanguage(element: HTMLElement): void {
  element.lang = language();
  element.dir = i18n.t('direction');
}

/** The browser's own variant of that language (`en-GB`), so that numbers fit both the texts and the user's habits. */
export function formatLocale(): string {
  const browserLanguage = browser.i18n.getUILanguage();
  const isSame = Intl.getCanonicalLocales(browserLanguage)[0]?.split('-')[0] === language().split('-')[0];
  return isSame ? browserLanguage : language();
}

/** A phrase such as an error's title as a sentence. */
export const toSentence = (text: string): string => i18n.t('sentence', { text });

/** Complete sentences as one text. Chinese and Japanese put no space between them. */
export const joinSentences = (...sentences: readonly (string | false | undefined)[]): string =>
  sentences.filter(Boolean).join(/^(?:zh|ja)\b/.test(language()) ? '' : ' ');
