// Keys in `storage.local`. Views read them, only the service worker's store writes them.

/** The record of a run. */
export const runKey = (id: string): string => `run:${id}`;
/** The log of a run. */
export const logKey = (id: string): string => `log:${id}`;
/** Where a stored run that cannot be read, or is not trusted, is kept. */
export const quarantineKey = (key: string): string => `quarantined:${key}`;

/** What `runKey`, `logKey` and `quarantineKey` of a run's key return. */
export const isRunKey = (key: string): boolean => key.startsWith(runKey(''));
export const isLogKey = (key: string): boolean => key.startsWith(logKey(''));
export const isQuarantineKey = (key: string): boolean => key.startsWith(quarantineKey(runKey('')));
