// Keys in `storage.local`. Views read them, only the service worker's store writes them.

/** The record of a run. */
export const runKey = (id: string): string => `run:${id}`;
/** The log of a run. */
export const logKey = (id: string): string => `log:${id}`;
/** Where a stored run that cannot be read, or is not trusted, is kept. */
export const quarantineKey = (key: string): string => `quarantined:${key}`;

/** Whether a key is one that `runKey` returns. */
export const isRunKey = (key: string): boolean => key.startsWith(runKey(''));
/** Whether a key is one that `logKey` returns. */
export const isLogKey = (key: string): boolean => key.startsWith(logKey(''));
/** Whether a key is that of a quarantined run. */
export const isQuarantineKey = (key: string): boolean => key.startsWith(quarantineKey(runKey('')));
