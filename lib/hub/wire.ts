import * as z from 'zod/mini';
import { fieldsOf, List, Text, Whole } from '../schemas.ts';
import { parseRepo } from '../subject.ts';
import type { GgufFacts, HubFile } from './files.ts';

// The hub adds fields as it likes and leaves others out, so one that is not as expected costs itself only.
const model = {
  id: z.string().check(z.refine((id) => parseRepo(id) === id)),
  private: z.boolean(),
  gated: z.literal([true, false, 'auto', 'manual']),
  downloads: Whole(),
  tags: List(Text(300), 2_000),
  gguf: z.unknown(),
  siblings: List(z.unknown(), 50_000),
};
const gguf = { total: Whole(1), architecture: Text(100, 1) };
const file = { rfilename: Text(1_000), type: z.literal('file'), path: Text(1_000), size: Whole(), lfs: z.unknown() };

/** `GET /api/models/{id}?blobs=true`, and one of those that `GET /api/models` lists. Undefined where it has no name. */
export function readModel(value: unknown) {
  const { id, gated = false, ...facts } = fieldsOf(model, value);
  return id === undefined ? undefined : { id, gated: gated === true ? ('manual' as const) : gated, ...facts };
}

export const readGguf = (value: unknown): GgufFacts => fieldsOf(gguf, value);

/** `GET /api/models/{id}/tree/main?recursive=true`, and the list of `GET /api/models`. */
export const readEntries = (body: unknown): unknown[] | undefined => z.safeParse(model.siblings, body).data;

/** One of a model's `siblings`, or a file of its tree. */
export function readFile(value: unknown): HubFile | undefined {
  const { type, path: inTree, rfilename, size, lfs } = fieldsOf(file, value);
  const path = type ? inTree : rfilename;
  if (path === undefined) return undefined;
  // A file in LFS has its pointer's size in git; the real one is under `lfs`.
  const sizeBytes = fieldsOf(file, lfs).size ?? size;
  return sizeBytes ? { path, sizeBytes } : { path };
}
