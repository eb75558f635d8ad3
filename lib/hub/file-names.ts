import type { ModelFileEntry } from './model-files.ts';

/** The largest number of files that a list shows, the best ones. Nobody reads more, and messages have a size limit. */
export const maxRows = 200;

type Named = Pick<ModelFileEntry, 'path' | 'label'>;

/**
 * Names for the files of one repository: the quantisation; if several files have the same one, with the folder, or else with the file's own
 * name. Linear in the number of files, however many of them are named.
 */
export function nameFiles(files: readonly Named[]): (file: Named) => string {
  const groups = new Map<string | undefined, { size: number; folders: Set<string> }>();
  for (const { label, path } of files) {
    const group = groups.get(label) ?? { size: 0, folders: new Set() };
    groups.set(label, { size: group.size + 1, folders: group.folders.add(folderOf(path)) });
  }
  return ({ label, path }) => {
    const { size = 0, folders } = groups.get(label) ?? {};
    if (!label) return nameOf(path);
    if (size < 2) return label;
    return `${label} · ${(folders?.size === size && folderOf(path)) || nameOf(path)}`;
  };
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '');
