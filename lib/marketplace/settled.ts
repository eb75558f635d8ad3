/**
 * Before React has hydrated a part of the page, a node more than the server sent makes it throw that part away and build it
 * anew. React's own marks on the nodes say when that is over, and only the page's world can see them (measured 2026-11-23:
 * neither `load` nor any delay says it). So the content script asks with a cancelable event, and the listener in the page's
 * world answers by cancelling it: one bit, at once, no data from the page.
 */
export const question = 'rbee:settled';

/** Whether a node may be added beside or inside the element now. */
export const isSettled = (element: Element): boolean =>
  !element.dispatchEvent(new Event(question, { cancelable: true }));
