import type { StorageArea } from './storage-area.ts';

/** Stores replies of the hub and of hives. Any of them may be lost at any time; the caller decides whether one is too old. */
export type SessionCache = {
  read(key: string): Promise<CacheEntry | undefined>;
  write(key: string, entry: CacheEntry): Promise<void>;
};

/** `value` survives structured cloning and JSON. */
export type CacheEntry = { at: number; value: unknown };

const indexKey = 'cache';
/** Characters of one answer. Larger ones, of thousands of models, stay in memory: `storage.session` has room for 10 MB. */
const maxStored = 500_000;

/**
 * Keeps the latest `max` answers in memory and, one item each under `cache:…`, in a storage area, so that they survive a restart of the service
 * worker. Never throws: if the area is full or fails, nothing is stored there.
 */
export function createSessionCache(area: StorageArea, max = 100): SessionCache {
  const inMemory = new Map<string, CacheEntry>();
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
      const known = inMemory.get(key);
      if (known) return known;
      const items = await area.get(itemKey(key)).catch(() => undefined);
      const entry = items?.[itemKey(key)] as Partial<CacheEntry> | undefined;
      if (typeof entry?.at !== 'number') return undefined;
      inMemory.set(key, entry as CacheEntry);
      return entry as CacheEntry;
    },
    write(key, entry) {
      if (inMemory.size >= max) inMemory.clear();
      inMemory.set(key, entry);
      if (JSON.stringify(entry).length > maxStored) return Promise.resolve();
      writing = writing.then(() => store(key, entry)).catch(() => {});
      return writing;
    },
  };
}

const itemKey = (key: string): string => `${indexKey}:${key}`;
