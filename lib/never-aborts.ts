/** For requests that nothing but their own time limit ends. */
export const neverAborts: AbortSignal = new AbortController().signal;
