import type { Device } from '../hive/types.ts';
import type { ModelFileEntry } from './files.ts';
import { type Fit, fitOn } from './fit.ts';

/** A row of the list of a repository's files, as data. */
export type FileRow = Pick<
  ModelFileEntry,
  'path' | 'label' | 'bits' | 'sizeBytes' | 'loads' | 'reasons' | 'refused'
> & {
  /** What tells files with the same label apart: the folder, or else the file's name. Absent if the label is enough. */
  distinction?: string;
  fit: Fit;
};

/** The largest number of rows: nobody reads more, and messages have a size limit. */
export const maxRows = 200;

/** The best `maxRows` files in the order of quality, with their fit on these devices. */
export function fileRows(entries: readonly ModelFileEntry[], devices: readonly Device[]): FileRow[] {
  const groups = new Map<string | undefined, { size: number; folders: Set<string> }>();
  for (const { label, path } of entries) {
    const group = groups.get(label) ?? { size: 0, folders: new Set() };
    groups.set(label, { size: group.size + 1, folders: group.folders.add(folderOf(path)) });
  }
  return entries.slice(0, maxRows).map((entry) => {
    const { path, label, bits, sizeBytes, loads, reasons, refused } = entry;
    const distinction = distinctionOf(entry, groups.get(label));
    return {
      path,
      ...(label && { label }),
      ...(bits && { bits }),
      ...(sizeBytes && { sizeBytes }),
      ...(distinction && { distinction }),
      ...(refused && { refused }),
      loads,
      reasons,
      fit: fitOn(entry, devices),
    };
  });
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '');

function distinctionOf({ path, label }: ModelFileEntry, group: { size: number; folders: Set<string> } | undefined) {
  if (!label) return nameOf(path);
  if (!group || group.size < 2) return undefined;
  return (group.folders.size === group.size && folderOf(path)) || nameOf(path);
}
