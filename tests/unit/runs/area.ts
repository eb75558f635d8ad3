import type { StorageArea } from '../../../lib/storage-area.ts';

export type MemoryArea = StorageArea & {
  /** The stored values. */
  readonly items: Map<string, unknown>;
  /** The time and keys of each `set`, in order. */
  readonly writes: { at: number; keys: string[] }[];
  /** The maximum size, in characters of JSON. Undefined: unlimited. */
  quota: number | undefined;
};

/** Behaves like `storage.local`: values are copied, and a `set` that exceeds the quota changes nothing. */
export function memoryArea(initial: Record<string, unknown> = {}): MemoryArea {
  const items = new Map(Object.entries(structuredClone(initial)));
  const size = (entries: Map<string, unknown>) =>
    [...entries].reduce((sum, [key, value]) => sum + key.length + JSON.stringify(value).length, 0);
  const area: MemoryArea = {
    items,
    writes: [],
    quota: undefined,
    async get(keys) {
      const wanted = keys === null ? [...items.keys()] : [keys].flat();
      return structuredClone(
        Object.fromEntries(wanted.filter((key) => items.has(key)).map((key) => [key, items.get(key)])),
      );
    },
    async set(changes) {
      const next = new Map([...items, ...Object.entries(structuredClone(changes))]);
      if (area.quota !== undefined && size(next) > area.quota) throw new Error('Resource::kQuotaBytes quota exceeded');
      for (const [key, value] of next) items.set(key, value);
      area.writes.push({ at: Date.now(), keys: Object.keys(changes) });
    },
    async remove(keys) {
      for (const key of [keys].flat()) items.delete(key);
    },
  };
  return area;
}
