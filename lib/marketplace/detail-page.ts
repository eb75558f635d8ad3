import type { Route } from './route.ts';

/** What is known of one kind of detail page, over every generation of the site. */
export type DetailPage = {
  /** Reads what the page is about; undefined where the page does not say. */
  subject(page: Document, route: Route): string | undefined;
  /** The page's own action: one slot, whatever it says at the moment. */
  action?: { selector: string; texts: readonly string[] };
  /** The link to the source in the header: ours stands under it where the page has no action. */
  link?: { selector: string; texts: readonly string[] };
};
