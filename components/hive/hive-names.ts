import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { nameHive } from '../../lib/i18n/hive-texts.ts';
import type { Settings } from '../../lib/settings/settings.ts';

/** The configured hives, for their names. */
export const NamedHives = createContext<Settings['hives']>([]);

/** Formats a hive's address, with the name the user gave it. */
export function useHiveName(): (url: string) => string {
  const hives = useContext(NamedHives);
  return (url) => nameHive({ url, name: hives.find((hive) => hive.url === url)?.name ?? '' });
}
