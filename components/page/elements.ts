type Properties<K extends keyof HTMLElementTagNameMap> = Partial<HTMLElementTagNameMap[K]>;

/** Returns a function that makes an element of the page with the given properties and text. */
export const createElements =
  (page: Document) =>
  <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    properties: Properties<K> = {},
    text = '',
  ): HTMLElementTagNameMap[K] => {
    const made = Object.assign(page.createElement(tag), properties);
    if (text) made.textContent = text;
    return made;
  };
