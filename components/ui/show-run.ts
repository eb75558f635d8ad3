import { createContext } from 'preact';

/** Scrolls to a run and focuses its heading, as soon as it is in the list. */
export const ShowRun = createContext<(id: string) => void>(() => {});
