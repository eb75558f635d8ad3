import { useCallback, useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { type Settings, setSettings, watchSettings } from '../../lib/settings/settings.ts';
import { useAnnounce } from '../ui/announce.tsx';

export type Change = (changes: Partial<Settings>) => Promise<void>;

/** The stored settings, also when another page changes them, and the way to change them. */
export function useSettings(initial: Settings): [Settings, Change] {
  const [settings, keep] = useState(initial);
  const announce = useAnnounce();

  useEffect(() => {
    const controller = new AbortController();
    watchSettings(keep, controller.signal);
    return () => controller.abort();
  }, []);

  const change = useCallback<Change>(
    async (changes) => {
      keep(await setSettings(changes));
      announce('settings', i18n.t('options.saved'));
    },
    [announce],
  );
  return [settings, change];
}
