import * as z from 'zod/mini';
import { parseRepo } from '../subject.ts';
import type { HubFile } from './files.ts';

// The hub adds fields as it likes and leaves others out, so one that is not as expected costs itself only.
const maybe = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);
const Text = (max: number) => z.string().check(z.maxLength(max));
const Count = z.int().check(z.nonnegative());
const Tags = z.array(Text(300)).check(z.maxLength(2_000));
const Gated = z.union([z.boolean(), z.enum(['auto', 'manual'])]);
const Listed = z.array(z.unknown()).check(z.maxLength(50_000));

/** `GET /api/models/{id}?blobs=true` */
export const ModelInfo = z.object({
  id: Text(200).check(z.refine((id) => parseRepo(id) === id)),
  private: maybe(z.boolean()),
  gated: maybe(Gated),
  downloads: maybe(Count),
  pipeline_tag: maybe(Text(100)),
  tags: maybe(Tags),
  gguf: maybe(z.object({ total: maybe(Count), architecture: maybe(Text(100)), context_length: maybe(Count) })),
  siblings: maybe(Listed),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/** `GET /api/models/{id}/tree/main?recursive=true`, and the list of `GET /api/models` */
export const Entries = Listed;

/** One of the models that `GET /api/models` lists. */
export const ModelSummary = z.object({
  id: ModelInfo.shape.id,
  author: maybe(Text(100)),
  private: maybe(z.boolean()),
  gated: maybe(Gated),
  downloads: maybe(Count),
  likes: maybe(Count),
  tags: maybe(Tags),
});

const Size = maybe(Count);
// A file in LFS has its pointer's size in git; the real one is under `lfs`.
const Lfs = maybe(z.object({ size: Size }));
const Sibling = z.object({ rfilename: Text(1_000), size: Size, lfs: Lfs });
const TreeEntry = z.object({ type: z.literal('file'), path: Text(1_000), size: Size, lfs: Lfs });

export function readSibling(value: unknown): HubFile | undefined {
  const { data } = z.safeParse(Sibling, value);
  return data && toFile(data.rfilename, data.lfs?.size ?? data.size);
}

export function readTreeEntry(value: unknown): HubFile | undefined {
  const { data } = z.safeParse(TreeEntry, value);
  return data && toFile(data.path, data.lfs?.size ?? data.size);
}

const toFile = (path: string, sizeBytes: number | undefined): HubFile => (sizeBytes ? { path, sizeBytes } : { path });

export const readGated = (gated: boolean | 'auto' | 'manual' | undefined): false | 'auto' | 'manual' =>
  gated === true ? 'manual' : (gated ?? false);
