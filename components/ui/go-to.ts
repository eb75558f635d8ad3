import { createContext } from 'preact';

/** Brings a run into view, as soon as it is there, and the keyboard with it. */
export const GoTo = createContext<(id: string) => void>(() => {});
