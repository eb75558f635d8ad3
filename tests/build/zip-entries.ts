import { readFileSync } from 'node:fs';

const directoryEnd = 0x06054b50;
const directoryEntry = 0x02014b50;

/** The files in an archive, each with the CRC-32 of its content, as the archive's own directory lists them. */
export function zipEntries(path: string): Map<string, number> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(directoryEnd).buffer));
  if (end < 0) throw new Error(`${path} is no zip archive.`);
  const entries = new Map<string, number>();
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === directoryEntry) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (!name.endsWith('/')) entries.set(name, zip.readUInt32LE(at + 16));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
