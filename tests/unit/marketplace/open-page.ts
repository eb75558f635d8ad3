import { Window } from 'happy-dom';
import { type Place, readPlaces } from '../../../lib/marketplace/read-places.ts';

export type OpenPage = { page: Document; location: Location; places: () => Place[] };

/** A document at an address of the marketplace, with none of its scripts run. */
export function openPage(markup: string, path: string): OpenPage {
  const window = new Window({
    url: new URL(path, 'https://marketplace.rbee.dev').href,
    settings: {
      disableJavaScriptFileLoading: true,
      disableCSSFileLoading: true,
      handleDisabledFileLoadingAsSuccess: true,
    },
  });
  window.document.write(markup);
  const page = window.document as unknown as Document;
  const location = window.location as unknown as Location;
  return { page, location, places: () => [...readPlaces(page, location)] };
}

/** A place in words, as `expected.ts` has them. */
export function describePlace({ kind, anchor, subject }: Place, words = anchor.textContent.trim()): string {
  if (kind === 'card') return `card ${subject}`;
  return kind === 'replace' ? `instead of "${words}" ${subject}` : `under "${words}" ${subject}`;
}
