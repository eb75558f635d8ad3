import { createContext } from 'preact';

/** Addresses of the hives that are known, in their order. */
export const KnownHives = createContext<readonly string[]>([]);
