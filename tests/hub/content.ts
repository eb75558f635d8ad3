import { createHash } from 'node:crypto';

const blockBytes = 65_536;
const blocks = new Map<string, Buffer>();

function blockOf(seed: string): Buffer {
  let block = blocks.get(seed);
  if (!block) {
    const parts: Buffer[] = [];
    for (let i = 0; i < blockBytes / 32; i++) parts.push(createHash('sha256').update(`${seed}:${i}`).digest());
    block = Buffer.concat(parts);
    blocks.set(seed, block);
  }
  return block;
}

/** Bytes `start` to `end` (exclusive) of the invented file `seed`, at most to the end of the block. */
export function contentAt(seed: string, start: number, end: number): Buffer {
  const block = blockOf(seed);
  const from = start % blockBytes;
  const bytes = Buffer.from(block.subarray(from, Math.min(blockBytes, from + (end - start))));
  const magic = seed.endsWith('.gguf') ? 'GGUF' : '';
  for (let i = start; i < Math.min(end, magic.length); i++) bytes[i - start] = magic.charCodeAt(i);
  return bytes;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
