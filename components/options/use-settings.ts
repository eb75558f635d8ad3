import { useCallback, useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { type Settings, setSettings } from '../../lib/settings/settings.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { type Live, useLive } from '../ui/live.ts';

/** Stores the changes; false if that failed, in which case nothing has changed. */
export type Change = (changes: Partial<Settings>) => Promise<boolean>;

/** The settings, how to change them, and whether the last change failed. */
export function useSettings(stored: Live<Settings>): { settings: Settings; change: Change; failed: boolean } {
  const settings = useLive(stored);
  const [failed, setFailed] = useState(false);
  const announce = useAnnounce();

  const change = useCallback<Change>(
    async (changes) => {
      const saved = await setSettings(changes).then(
        () => true,
        () => false,
      );
      setFailed(!saved);
      if (saved) announce('settings', i18n.t('options.saved'));
      return saved;
    },
    [announce],
  );
  return { settings, change, failed };
}
