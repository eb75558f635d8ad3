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

/**
 * Firefox terminates content scripts without an event when the extension is removed or disabled, but keeps what they added to the page
 * (Firefox ESR 153, 2026-11-30). The script in the MAIN world survives, so it asks with this event whether the content script is still there.
 */
const presence = 'rbee:present';

/** Tells the MAIN world that the content script is there, until `signal` is aborted. */
export const answerPresence = (page: Document, signal: AbortSignal): void =>
  page.addEventListener(presence, (event) => event.preventDefault(), { signal });

/** Whether a content script answers. Called in the MAIN world. */
export const isContentScriptPresent = (page: Document): boolean =>
  !EventTarget.prototype.dispatchEvent.call(page, new Event(presence, { cancelable: true }));
