import * as z from 'zod/mini';
import { defined } from '../defined.ts';
import { FilePath, fieldsOf, List, Text, Whole } from '../schemas.ts';
import { parseRepo } from '../subject.ts';
import type { GgufFacts } from './gguf.ts';
import type { HubFile } from './model-files.ts';
import { isGguf } from './split-files.ts';

// The hub adds and omits fields, so an invalid field is dropped and the rest is used.
const model = {
  id: z.string().check(z.refine((id) => parseRepo(id) === id)),
  private: z.boolean(),
  gated: z.literal([true, false, 'auto', 'manual']),
  disabled: z.boolean(),
  downloads: Whole(),
  tags: List(Text(300), 2_000),
  gguf: z.unknown(),
  siblings: List(z.unknown(), 50_000),
};
const gguf = {
  total: Whole(1),
  architecture: Text(100, 1),
  context_length: Whole(1),
  bos_token: Text(100, 1),
  eos_token: Text(100, 1),
  chat_template: z.string(),
};
const file = { rfilename: FilePath, type: z.literal('file'), path: FilePath, size: Whole(), lfs: z.unknown() };

/** `GET /api/models/{id}?blobs=true`, and one of those that `GET /api/models` lists. Undefined without a valid id. */
export function readModel(value: unknown) {
  const { id, gated = false, ...facts } = fieldsOf(model, value);
  return id === undefined ? undefined : { id, gated: gated === true ? ('manual' as const) : gated, ...facts };
}

/** The `gguf` object of a model, with the names that tell more about it: the repository's id and those of its base models. */
export function readGguf(value: unknown, id: string, tags: readonly string[] = []): GgufFacts {
  const facts = fieldsOf(gguf, value);
  const bases = tags.flatMap((tag) => /^base_model:(?:\w+:)?(.+\/.+)$/.exec(tag)?.[1] ?? []);
  return {
    ...defined({
      architecture: facts.architecture,
      total: facts.total,
      contextLength: facts.context_length,
      firstToken: facts.bos_token,
      lastToken: facts.eos_token,
      chatTemplate: facts.chat_template?.slice(0, 20_000),
    }),
    names: [...new Set([id, ...bases])],
  };
}

/** The ids in the tags `base_model:quantized:{id}`. */
export const readOriginals = (tags: readonly string[] = []): string[] =>
  tags.flatMap((tag) => parseRepo(/^base_model:quantized:(.+)$/.exec(tag)?.[1]) ?? []);

/** `GET /api/models/{id}/tree/main?recursive=true`, and the list of `GET /api/models`. */
export const readEntries = (body: unknown): unknown[] | undefined => z.safeParse(model.siblings, body).data;

/** One of a model's `siblings`, or a file of its tree, if it is a GGUF file or a part of one. */
export function readFile(value: unknown): HubFile | undefined {
  const { type, path: inTree, rfilename, size, lfs } = fieldsOf(file, value);
  const path = type ? inTree : rfilename;
  if (path === undefined || !isGguf(path)) return undefined;
  // For files in LFS, git has the size of a pointer; the file's own size is under `lfs`.
  const sizeBytes = fieldsOf(file, lfs).size ?? size;
  return sizeBytes ? { path, sizeBytes } : { path };
}
