/** The trimmed text of an element; empty if there is none. */
export const textOf = (element: Element | null | undefined): string => element?.textContent?.trim() ?? '';
