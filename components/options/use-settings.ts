import { useCallback, useEffect, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { type Settings, setSettings, watchSettings } from '../../lib/settings/settings.ts';
import { useAnnounce } from '../ui/announce.tsx';

/** Stores the changes; false where they could not be stored, and then nothing has changed. */
export type Change = (changes: Partial<Settings>) => Promise<boolean>;

/** The stored settings, also when another page changes them, the way to change them, and whether the last change was lost. */
export function useSettings(initial: Settings): { settings: Settings; change: Change; lost: boolean } {
  const [settings, keep] = useState(initial);
  const [lost, lose] = useState(false);
  const announce = useAnnounce();

  useEffect(() => {
    const controller = new AbortController();
    // Where they cannot be read again, those that the page was opened with stand.
    void watchSettings(keep, controller.signal).catch(() => {});
    return () => controller.abort();
  }, []);

  const change = useCallback<Change>(
    async (changes) => {
      const stored = await setSettings(changes).catch(() => undefined);
      lose(!stored);
      if (!stored) return false;
      keep(stored);
      announce('settings', i18n.t('options.saved'));
      return true;
    },
    [announce],
  );
  return { settings, change, lost };
}
