import type { Settings } from './settings.ts';
import { effectiveDefaultHive } from './settings.ts';

type Hive = Settings['hives'][number];
/** The settings other than the hives. */
const otherSettings = ['downloadsAtOnce', 'backend', 'notifyFinished', 'notifyFailed', 'keepAwake'] as const;
type OtherSetting = (typeof otherSettings)[number];

export type SettingsChange =
  | { what: 'added' | 'removed' | 'renamed'; hive: Hive }
  | { what: 'order' }
  /** The default hive; undefined: the best fit. */
  | { what: 'defaultHive'; hive: Hive | undefined }
  | { [K in OtherSetting]: { what: K; to: Settings[K] } }[OtherSetting];

/** The differences, in the order of the options page. */
export function compareSettings(before: Settings, after: Settings): SettingsChange[] {
  const named = (list: Hive[], url: string | undefined) => list.find((hive) => hive.url === url);
  const stay = (list: Hive[], other: Hive[]) => list.map(({ url }) => url).filter((url) => named(other, url));
  const moved = stay(before.hives, after.hives).join() !== stay(after.hives, before.hives).join();
  const first = effectiveDefaultHive(after);
  const chosen = after.hives.length > 1 && first !== effectiveDefaultHive(before);
  return [
    ...after.hives.flatMap((hive): SettingsChange[] => {
      const known = named(before.hives, hive.url);
      if (known?.name === hive.name) return [];
      return [{ what: known ? 'renamed' : 'added', hive }];
    }),
    ...before.hives
      .filter(({ url }) => !named(after.hives, url))
      .map((hive): SettingsChange => ({ what: 'removed', hive })),
    ...(moved ? [{ what: 'order' } as const] : []),
    ...(chosen ? [{ what: 'defaultHive', hive: named(after.hives, first) } as const] : []),
    ...otherSettings
      .filter((what) => before[what] !== after[what])
      .map((what) => ({ what, to: after[what] }) as SettingsChange),
  ];
}
