import { createContext } from 'preact';

/** Addresses of the hives whose state is known, in their order. */
export const KnownHives = createContext<readonly string[]>([]);

/** Their versions, by address. */
export const HiveVersions = createContext<Readonly<Record<string, string>>>({});
