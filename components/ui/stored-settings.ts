import { getSettings, readSettings, type Settings } from '../../lib/settings/settings.ts';
import { settingsKey } from '../../lib/settings/watch-stored.ts';
import { followStorage, type Live } from './live.ts';

/** The stored settings. */
export const followSettings = (): Promise<Live<Settings>> =>
  followStorage('local', getSettings, (settings, changes) =>
    settingsKey in changes ? readSettings(changes[settingsKey]?.newValue) : settings,
  );
