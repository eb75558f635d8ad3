import { findOwn } from './own-content.ts';
import type { Route } from './route.ts';
import { textOf } from './text.ts';

/** An element of a detail page, in all generations of the site. */
type Target = {
  /** Where it is. */
  selector: string;
  /** Whether an element that is there belongs to what the address is about. */
  isOf?(element: HTMLElement, route: Route): boolean;
  /** Its labels, in case it is elsewhere. Of no use on a page that the browser has translated. */
  texts: readonly string[];
};

/** How one kind of detail page is read, in all generations of the site. */
export type DetailPage = {
  /** What the page is about; undefined if the page does not show it. */
  subject(page: Document, route: Route): string | undefined;
  /** The page's own action. */
  action?: Target;
  /** The external link in the header: the button is placed below it if the page has no action. */
  link?: Target;
};

/** The element of the page, if the page has it. */
export const findTarget = (page: Document, route: Route, target: Target | undefined): HTMLElement | undefined =>
  target &&
  (findOwn(page, target.selector, (element) => target.isOf?.(element, route) ?? true) ??
    findOwn(page, 'button, a', (element) => target.texts.includes(textOf(element))));
