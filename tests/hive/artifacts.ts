import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export type Catalog<T extends { id: string }> = {
  readonly root: string;
  contains(id: string): boolean;
  /** Throws the hive's error if the id exists. */
  add(entry: T): void;
  get(id: string): T;
  list(): T[];
  /** Deletes the folder named by the unchecked id, as the hive does, but nothing outside the catalog. */
  remove(id: string): void;
  /** Ids for which a real hive would have deleted something outside its catalog. */
  readonly escapes: string[];
};

/** Folder names: the hive replaces slashes and colons for add, get and list, and not for remove (rbee-keeper/rbee 99c5f431, 2025-11-02). */
export const folderOf = (id: string): string => id.replaceAll(/[/:]/g, '-');

/** A catalog on disk, which a restart of the hive keeps: one folder with a `metadata.json` per artifact. */
export function openCatalog<T extends { id: string }>(root: string): Catalog<T> {
  mkdirSync(root, { recursive: true });
  const metadata = (id: string): string => join(root, folderOf(id), 'metadata.json');
  const escapes: string[] = [];
  const read = (path: string): T | undefined => {
    try {
      return (JSON.parse(readFileSync(path, 'utf8')) as { artifact: T }).artifact;
    } catch {
      return undefined;
    }
  };
  return {
    root,
    escapes,
    contains: (id) => existsSync(metadata(id)),
    add: (entry) => {
      if (existsSync(metadata(entry.id))) throw new Error(`Artifact '${entry.id}' already exists in catalog`);
      mkdirSync(join(root, folderOf(entry.id)), { recursive: true });
      writeFileSync(metadata(entry.id), JSON.stringify({ artifact: entry }, null, 2));
    },
    get: (id) => {
      const entry = read(metadata(id));
      if (!entry) throw new Error(`Artifact '${id}' not found in catalog`);
      return entry;
    },
    list: () =>
      existsSync(root) ? readdirSync(root).flatMap((folder) => read(join(root, folder, 'metadata.json')) ?? []) : [],
    remove: (id) => {
      const path = resolve(root, id);
      if (relative(root, path).startsWith('..')) {
        escapes.push(id);
        return;
      }
      if (!existsSync(path)) throw new Error(`Artifact '${id}' not found in catalog`);
      rmSync(path, { recursive: true });
    },
  };
}
