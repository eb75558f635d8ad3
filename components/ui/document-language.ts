import { language } from '../../lib/i18n/format.ts';

/** Tells the browser which language the texts are in, for screen readers, hyphenation and text direction. */
export function setDocumentLanguage(): void {
  const { documentElement } = document;
  documentElement.lang = language();
  documentElement.dir = directionOf(documentElement.lang);
}

function directionOf(tag: string): string {
  const locale = new Intl.Locale(tag) as Intl.Locale & {
    getTextInfo?: () => { direction: string };
    textInfo?: { direction: string };
  };
  // `textInfo` is the older form of the same.
  return (locale.getTextInfo?.() ?? locale.textInfo)?.direction ?? 'ltr';
}
