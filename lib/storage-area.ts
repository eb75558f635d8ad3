/** The part of an extension's storage area (`browser.storage.local` or `.session`) that is used. */
export type StorageArea = {
  get(keys: null | string | string[]): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string | string[]): Promise<void>;
};
