import type { Backend } from '../hive/types.ts';
import { civitaiPage } from './civitai-page.ts';
import type { DetailPage } from './detail-page.ts';
import { card, row, subjectOfCard, subjectOfRow } from './list-page.ts';
import { modelPage } from './model-page.ts';
import { findOwn, isOwn } from './own-content.ts';
import { rbeeLink, readRbeeLink } from './rbee-link.ts';
import { type Route, readRoute } from './route.ts';
import { textOf } from './text.ts';
import { workerPage } from './worker-page.ts';

export type Place = {
  /** What the page offers here (`lib/subject.ts`). */
  subject: string;
  /** `replace`: the anchor is the page's own action, ours takes its place. `under`: after the anchor. `card`: inside it. */
  kind: 'replace' | 'under' | 'card';
  anchor: HTMLElement;
  /** The worker that a link to rbee names. */
  backend?: Backend | undefined;
  /** What the page offers here now. A click asks again, because the page may have changed since. */
  read(): string | undefined;
};

const pages: Record<Route['kind'], DetailPage> = { model: modelPage, civitai: civitaiPage, worker: workerPage };

/**
 * Where this page should have a button, in any generation of the site. Reads only, and a piece at a time, so that a long
 * list can be walked without holding the page up.
 */
export function* readPlaces(page: Document, location: Pick<Location, 'origin' | 'pathname'>): Generator<Place> {
  const readDetail = () => {
    const route = readRoute(location.pathname);
    return route && pages[route.kind].subject(page, route);
  };
  const route = readRoute(location.pathname);
  const subject = readDetail();
  let linked = false;

  for (const anchor of page.querySelectorAll<HTMLElement>(rbeeLink)) {
    const asked = () => readRbeeLink(anchor.getAttribute('href') ?? '');
    const { backend: worker, path } = asked();
    const read = () => asked().subject ?? readDetail();
    const named = !path && isUsable(anchor) && read();
    // A detail page is about one thing: its address says which.
    if (!named || (route && (linked || named !== subject))) continue;
    linked = true;
    yield { subject: named, kind: 'replace', anchor, backend: worker, read };
  }

  if (route && subject && !linked) {
    const { action, link } = pages[route.kind];
    const native =
      action &&
      [...page.querySelectorAll<HTMLElement>(action.selector)].find(
        (one) => action.texts.includes(textOf(one)) && isUsable(one),
      );
    const anchor =
      native ?? (link && findOwn(page, link.selector, link.texts)) ?? belowHeading(page, route.kind, subject);
    if (anchor) yield { subject, kind: native ? 'replace' : 'under', anchor, read: readDetail };
  }

  if (route) return;
  let unsupported = false;
  for (const anchor of page.querySelectorAll<HTMLElement>(`${card}, ${row}`)) {
    const read = () =>
      anchor.localName === 'a' ? subjectOfCard(anchor as HTMLAnchorElement, location.origin) : subjectOfRow(anchor);
    const named = isOwn(anchor) && read();
    if (!named) continue;
    // One notice for all of them: a list has dozens of models that cannot run.
    if (named.startsWith('civitai:')) {
      if (unsupported) continue;
      unsupported = true;
    }
    yield { subject: named, kind: 'card', anchor, read };
  }
}

/** Not hidden by the page itself. Hidden with our button after it means that we did it. */
const isUsable = (native: HTMLElement): boolean =>
  isOwn(native) && (!native.hidden || native.nextElementSibling?.localName === 'rbee-run');

/**
 * For a redesign that left neither action nor link: under the heading and the lines that belong to it. A page that is
 * itself an error names no model, and gets nothing.
 */
function belowHeading(page: Document, kind: Route['kind'], subject: string): HTMLElement | undefined {
  let heading = findOwn(page, 'h1');
  const words = textOf(heading).toLowerCase();
  const name = subject.replace(/^.*\//, '').toLowerCase();
  const isIts = kind === 'model' ? words.includes(name) : words && !/404|not found/.test(words);
  if (!heading || !isIts) return undefined;
  while (heading.nextElementSibling?.localName === 'p') heading = heading.nextElementSibling as HTMLElement;
  return heading;
}
