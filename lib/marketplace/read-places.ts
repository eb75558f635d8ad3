import type { Backend } from '../hive/types.ts';
import { civitaiPage } from './civitai-page.ts';
import { type DetailPage, findTarget } from './detail-page.ts';
import { card, row, subjectOfCard, subjectOfRow } from './list-page.ts';
import { modelPage } from './model-page.ts';
import { findOwn, isOwn, isUsable } from './own-content.ts';
import { rbeeLink, readRbeeLink } from './rbee-link.ts';
import { type Route, readRoute } from './route.ts';
import { textOf } from './text.ts';
import { workerPage } from './worker-page.ts';

export type Place = {
  /** What the page offers here (`lib/subject.ts`). */
  subject: string;
  /** `replace`: instead of the anchor, the page's own action. `under`: after the anchor. `card`: inside the anchor. */
  kind: 'replace' | 'under' | 'card';
  anchor: HTMLElement;
  /** The backend that a link to rbee names. */
  backend?: Backend | undefined;
  /** Reads the subject again: a click does, because the page may have changed. */
  read(): string | undefined;
};

const pages: Record<Route['kind'], DetailPage> = { model: modelPage, civitai: civitaiPage, worker: workerPage };

/**
 * Where this page should have buttons, in any generation of the site. Only reads the page, and lazily, so that a long list can be handled in
 * slices. `known` are the places that were found before: a translator may since have changed the words that they were found by.
 */
export function* readPlaces(
  page: Document,
  location: Pick<Location, 'origin' | 'pathname'>,
  known: ReadonlyMap<HTMLElement, Place> = new Map(),
): Generator<Place> {
  const readDetail = () => {
    const route = readRoute(location.pathname);
    return route && pages[route.kind].subject(page, route);
  };
  const route = readRoute(location.pathname);
  const subject = readDetail();
  let hasLink = false;

  for (const anchor of page.querySelectorAll<HTMLElement>(rbeeLink)) {
    const request = () => readRbeeLink(anchor.getAttribute('href') ?? '');
    const { backend, path } = request();
    const read = () => request().subject ?? readDetail();
    const named = !path && isUsable(anchor) && read();
    // A detail page has one subject, which its address names.
    if (!named || (route && (hasLink || named !== subject))) continue;
    hasLink = true;
    yield { subject: named, kind: 'replace', anchor, backend, read };
  }

  if (route && subject && !hasLink) {
    const keep = (kind: Place['kind']) =>
      [...known.values()].find(
        (place) => place.kind === kind && place.subject === subject && place.anchor.isConnected && isOwn(place.anchor),
      )?.anchor;
    const { action, link } = pages[route.kind];
    const own = findTarget(page, route, action) ?? keep('replace');
    const anchor = own ?? findTarget(page, route, link) ?? keep('under') ?? belowHeading(page, route.kind, subject);
    if (anchor) yield { subject, kind: own ? 'replace' : 'under', anchor, read: readDetail };
  }

  if (route) return;
  let hasNotice = false;
  for (const anchor of page.querySelectorAll<HTMLElement>(`${card}, ${row}`)) {
    const read = () =>
      anchor.localName === 'a'
        ? subjectOfCard(anchor as HTMLAnchorElement, location.origin)
        : subjectOfRow(anchor, known.get(anchor)?.subject);
    const named = isOwn(anchor) && read();
    if (!named) continue;
    // One notice for the whole list, which may have dozens of models that cannot be run.
    if (named.startsWith('civitai:')) {
      if (hasNotice) continue;
      hasNotice = true;
    }
    yield { subject: named, kind: 'card', anchor, read };
  }
}

/**
 * If a redesign has removed action and link: below the heading and its paragraphs. Undefined on error pages, whose heading does not name the
 * model.
 */
function belowHeading(page: Document, kind: Route['kind'], subject: string): HTMLElement | undefined {
  let heading = findOwn(page, 'h1');
  const words = textOf(heading).toLowerCase();
  const name = subject.replace(/^.*\//, '').toLowerCase();
  const isMatch = kind === 'model' ? words.includes(name) : words && !/404|not found/.test(words);
  if (!heading || !isMatch) return undefined;
  while (heading.nextElementSibling?.localName === 'p') heading = heading.nextElementSibling as HTMLElement;
  return heading;
}
