import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { nameHive } from '../../lib/i18n/hive-texts.ts';
import type { HiveNames } from '../../lib/settings/hive-names.ts';

export const Names = createContext<HiveNames>({});

/** What to call a hive: the name that a person gave it with its address, or the address alone. */
export function useHiveName(): (url: string) => string {
  const names = useContext(Names);
  return (url) => nameHive({ url, name: names[url] ?? '' });
}
