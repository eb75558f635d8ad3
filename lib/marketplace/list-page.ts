import { parseRepo } from '../subject.ts';
import { isRouteOf, readRoute, subjectOfRoute } from './route.ts';
import { textOf } from './text.ts';

/** A card is a link to a detail page that contains the card's heading: all lists since 2025-11-05 except tables. */
export const card = 'a[href*="/models/"]:has(h3), a[href*="/workers/"]:has(h3)';

/** The first cell of a model table's row, 2025-11-04 to 11-12. It has no link and no id, only the displayed names. */
export const row = 'tbody tr[data-slot="table-row"] > td:first-child';

/** What a card is about; undefined for a link to another site or page. */
export function subjectOfCard(link: HTMLAnchorElement, origin: string): string | undefined {
  const route = link.origin === origin ? readRoute(link.pathname) : undefined;
  if (!route) return undefined;
  const named = subjectOfRoute(route);
  if (named || route.kind !== 'model') return named;
  const heading = parseRepo(textOf(link.querySelector('h3')));
  return heading && isRouteOf(route, heading) ? `hf:${heading}` : undefined;
}

/**
 * Undefined for an unknown author, because its placeholder is not a valid name on the hub. `before` is what the row was about: a translator
 * puts its words into `<font>` elements, and may have changed the names.
 */
export function subjectOfRow(cell: Element, before?: string): string | undefined {
  // Bold until 2025-11-11; the table of 2025-11-11 23:14 has the full id there.
  const named = cell.querySelector('.font-semibold, .font-medium');
  if (before && [named, cell.nextElementSibling].some((part) => part?.querySelector('font'))) return before;
  const name = textOf(named);
  const repo = parseRepo(name) ?? parseRepo(`${textOf(cell.nextElementSibling)}/${name}`);
  return repo && `hf:${repo}`;
}
