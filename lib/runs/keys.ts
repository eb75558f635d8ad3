/** Keys in `storage.local`. Views read them, only the service worker's store writes them. */
export const runKey = (id: string): string => `run:${id}`;
export const logKey = (id: string): string => `log:${id}`;
/** Where a stored run that cannot be read is kept. */
export const isQuarantinedKey = (key: string): boolean => key.startsWith('quarantined:run:');
export const isRunKey = (key: string): boolean => key.startsWith('run:');
