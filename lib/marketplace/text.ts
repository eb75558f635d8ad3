export const textOf = (element: Element | null | undefined): string => element?.textContent?.trim() ?? '';
