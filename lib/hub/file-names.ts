import type { ModelFileEntry } from './model-files.ts';

/** The largest number of files that a list shows, the best ones. Nobody reads more, and messages have a size limit. */
export const maxRows = 200;

type Named = Pick<ModelFileEntry, 'path' | 'label'>;

/**
 * Names for the files of one repository: the quantisation; if several files have the same one, with the folder, or else with the file's own
 * name, or else with the path below their common folder. Linear in the number of files, however many of them are named.
 */
export function nameFiles(files: readonly Named[]): (file: Named) => string {
  const groups = new Map(
    [...Map.groupBy(files, ({ label }) => label)].map(([label, group]) => {
      const folders = group.map(({ path }) => folderOf(path));
      const isFolderEnough = new Set(folders).size === group.length;
      const isNameEnough = new Set(group.map(({ path }) => nameOf(path))).size === group.length;
      return [label, { size: group.length, isFolderEnough, isNameEnough, base: folders.reduce(commonFolder) }];
    }),
  );
  return ({ label, path }) => {
    const { size = 0, isFolderEnough, isNameEnough, base = '' } = groups.get(label) ?? {};
    if (label && size < 2) return label;
    const folder = label && isFolderEnough && folderOf(path);
    const own = folder || (isNameEnough ? nameOf(path) : withoutExtension(path.slice(base ? base.length + 1 : 0)));
    return label ? `${label} · ${own}` : own;
  };
}

/** The innermost folder that contains both. */
function commonFolder(one: string, other: string): string {
  let folder = one;
  while (folder && !`${other}/`.startsWith(`${folder}/`)) folder = folderOf(folder);
  return folder;
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const withoutExtension = (path: string): string => path.replace(/\.gguf$/i, '');
const nameOf = (path: string): string => withoutExtension(path.slice(path.lastIndexOf('/') + 1));
