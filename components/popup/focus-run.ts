export const headingId = (id: string): string => `run-${id}`;

/** After the button that was pressed has gone with what it did: the keyboard goes on at the run, not at the start of the page. */
export function focusRun(id: string): void {
  const heading = document.getElementById(headingId(id));
  const { activeElement } = document;
  if (activeElement === document.body || heading?.closest('li')?.contains(activeElement)) heading?.focus();
}
