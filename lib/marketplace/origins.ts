/** The pages the content script runs on. The manifest's matches and the service worker's check of a sender come from here. */
export const pageOrigins: readonly string[] = ['https://marketplace.rbee.dev', 'https://rbee-marketplace.pages.dev'];

/** `next dev` of the marketplace; in development builds only. */
export const developmentOrigin = 'http://localhost:7823';
