/**
 * A node that the server did not send makes React discard and rebuild the part of the page that it is hydrating. React's internal properties
 * of the nodes tell when a part is hydrated; they are only visible in the MAIN world, and neither `load` nor a delay can replace them (measured
 * 2026-11-23). So the content script dispatches a cancelable event, and a listener in the MAIN world cancels it if the part is hydrated: the
 * answer is synchronous and a single bit.
 */
export const question = 'rbee:settled';

/** Whether a node may be added beside or inside the element now. */
export const isSettled = (element: Element): boolean =>
  !element.dispatchEvent(new Event(question, { cancelable: true }));
