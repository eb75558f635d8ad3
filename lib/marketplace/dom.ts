/**
 * Queries that page content cannot redirect: an `<img name="querySelectorAll">` in a model card shadows the document's own
 * method of that name, in a content script's world too.
 */
export function findAll<E extends Element = HTMLElement>(page: Document, selector: string): NodeListOf<E> {
  return Document.prototype.querySelectorAll.call(page, selector) as NodeListOf<E>;
}

export const create = <K extends keyof HTMLElementTagNameMap>(page: Document, tag: K | 'rbee-run'): HTMLElement =>
  Document.prototype.createElement.call(page, tag);

export const textOf = (element: Element | null | undefined): string => element?.textContent?.trim() ?? '';
