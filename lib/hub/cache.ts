/** Where answers are kept. Losing any of them at any time is fine; whether one is too old is the client's to say. */
export type HubCache = {
  read(key: string): Promise<CacheEntry | undefined>;
  write(key: string, entry: CacheEntry): Promise<void>;
};

/** `value` survives structured cloning and JSON. */
export type CacheEntry = { at: number; value: unknown };

/** What is used of an extension storage area (`browser.storage.session`). */
export type StorageArea = {
  get(keys: string | string[]): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
};

const indexKey = 'hub';

/**
 * Keeps the latest `max` answers in a storage area, one item each under `hub:…`, so that they outlive the service worker, and at hand
 * while that lives. Never throws: an area that is full or gone keeps nothing.
 */
export function createAreaCache(area: StorageArea, max = 100): HubCache {
  const atHand = new Map<string, CacheEntry>();
  let writing = Promise.resolve();

  async function store(key: string, entry: CacheEntry): Promise<void> {
    const { [indexKey]: index } = await area.get(indexKey);
    const keys = (Array.isArray(index) ? index.filter((known) => typeof known === 'string') : []) as string[];
    const kept = [...keys.filter((known) => known !== key), key];
    const dropped = kept.splice(0, Math.max(kept.length - max, 0));
    if (dropped.length > 0) await area.remove(dropped.map(itemKey));
    await area.set({ [itemKey(key)]: entry, [indexKey]: kept });
  }

  return {
    async read(key) {
      const known = atHand.get(key);
      if (known) return known;
      const items = await area.get(itemKey(key)).catch(() => undefined);
      const entry = items?.[itemKey(key)] as Partial<CacheEntry> | undefined;
      return typeof entry?.at === 'number' ? (entry as CacheEntry) : undefined;
    },
    write(key, entry) {
      if (atHand.size >= max) atHand.clear();
      atHand.set(key, entry);
      writing = writing.then(() => store(key, entry)).catch(() => {});
      return writing;
    },
  };
}

const itemKey = (key: string): string => `${indexKey}:${key}`;
