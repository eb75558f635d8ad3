import type { Route } from './route.ts';

/** How one kind of detail page is read, in all generations of the site. */
export type DetailPage = {
  /** What the page is about; undefined if the page does not show it. */
  subject(page: Document, route: Route): string | undefined;
  /** The page's own action, with all its labels. */
  action?: { selector: string; texts: readonly string[] };
  /** The external link in the header: the button is placed below it if the page has no action. */
  link?: { selector: string; texts: readonly string[] };
};
