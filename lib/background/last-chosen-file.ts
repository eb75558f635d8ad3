import * as z from 'zod/mini';
import type { LastChoice } from '../hub/choose-file.ts';
import { readQuant } from '../hub/quantization.ts';
import type { StorageArea } from '../storage-area.ts';

const key = 'last-choice';
const Stored = z.array(z.strictObject({ hive: z.string(), path: z.string(), label: z.optional(z.string()) }));
const keptHives = 20;

/** The file that the user last chose on each hive, so that the next click takes the same kind of file. */
export function createLastChoice(area: StorageArea) {
  let set: Promise<void> = Promise.resolve();
  let known: z.infer<typeof Stored> | undefined;
  const read = async () => (known ??= z.safeParse(Stored, (await area.get(key))[key]).data ?? []);
  return {
    async get(hive: string): Promise<LastChoice | undefined> {
      return (await read()).find((choice) => choice.hive === hive);
    },
    /** Calls run one after the other, so that none overwrites another. Never rejects: without it the next click takes the usual file. */
    set(hive: string, path: string): Promise<void> {
      set = set
        .then(async () => {
          const others = (await read()).filter((choice) => choice.hive !== hive);
          const label = readQuant(path)?.label;
          const next = [...others, { hive, path, ...(label && { label }) }].slice(-keptHives);
          await area.set({ [key]: next });
          known = next;
        })
        .catch(() => {});
      return set;
    },
  };
}
