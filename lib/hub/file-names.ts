import type { ModelFileEntry } from './model-files.ts';

/** The largest number of files that a list shows, the best ones. Nobody reads more, and messages have a size limit. */
export const maxRows = 200;

type Named = Pick<ModelFileEntry, 'path' | 'label'>;

/**
 * Names for the files of one repository: the quantization; if several files have the same one, with the folder, or else with the file's own
 * name, or else with the path. Linear in the number of files, however many of them are named.
 */
export function nameFiles(files: readonly Named[]): (file: Named) => string {
  const groups = Map.groupBy(files, ({ label }) => label);
  const details = new Map([...groups].map(([label, group]) => [label, distinguish(label, group)]));
  return ({ label, path }) => {
    const detail = details.get(label)?.(path);
    return [label, detail].filter(Boolean).join(' · ');
  };
}

/** What distinguishes the files of a group. */
function distinguish(label: string | undefined, group: readonly Named[]): (path: string) => string {
  if (label && group.length < 2) return () => '';
  const ways = label ? [folderOf, nameOf] : [nameOf];
  return ways.find((way) => new Set(group.map(({ path }) => way(path))).size === group.length) ?? withoutExtension;
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const withoutExtension = (path: string): string => path.replace(/\.gguf$/i, '');
const nameOf = (path: string): string => withoutExtension(path.slice(path.lastIndexOf('/') + 1));
