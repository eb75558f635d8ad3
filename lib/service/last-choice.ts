import * as z from 'zod/mini';
import type { LastChoice } from '../hub/choose.ts';
import { readQuant } from '../hub/quant.ts';
import type { StorageArea } from '../runs/store.ts';

const key = 'last-choice';
const Stored = z.record(z.string(), z.strictObject({ path: z.string(), label: z.optional(z.string()) }));
const keptHives = 20;

/** The file a person last chose on each hive, so that the next click takes the same kind. */
export function createLastChoice(area: StorageArea) {
  const read = async () => z.safeParse(Stored, (await area.get(key))[key]).data ?? {};
  return {
    async get(hive: string): Promise<LastChoice | undefined> {
      const found = (await read())[hive];
      return found && { path: found.path, ...(found.label && { label: found.label }) };
    },
    async set(hive: string, path: string): Promise<void> {
      const { [hive]: _, ...others } = await read();
      const label = readQuant(path)?.label;
      const kept = Object.entries(others).slice(-(keptHives - 1));
      await area.set({ [key]: Object.fromEntries([...kept, [hive, { path, ...(label && { label }) }]]) });
    },
  };
}
