import { i18n } from '#i18n';
import type { Device, HiveStatus } from '../messages/contract.ts';
import { otherHivePort, startHiveCommand } from './commands.ts';
import { formatMemory } from './numbers.ts';

/** `localhost:7835`: what a person calls a hive's address. */
export const nameHost = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

export const nameDevice = ({ kind, name, memoryGb }: Device): string => {
  const memory = formatMemory(memoryGb);
  return kind === 'gpu' ? i18n.t('hive.device_gpu', { name, memory }) : i18n.t('hive.device_cpu', { name, memory });
};

type HiveWords = {
  state: () => string;
  /** What is wrong, absent where nothing is. */
  what?: (host: string) => string;
  /** What to type on the hive's machine. */
  command?: (url: string) => string;
};

export const hiveWords: Record<HiveStatus['state'], HiveWords> = {
  connected: { state: () => i18n.t('hive.connected') },
  down: {
    state: () => i18n.t('hive.down'),
    what: (host) => i18n.t('hive.down_what', { host }),
    command: (url) => startHiveCommand(url),
  },
  'not-a-hive': {
    state: () => i18n.t('hive.not_a_hive'),
    what: (host) => i18n.t('hive.not_a_hive_what', { host }),
    command: (url) => startHiveCommand(url, otherHivePort(url)),
  },
  'permission-missing': {
    state: () => i18n.t('hive.permission_missing'),
    what: (host) => i18n.t('hive.permission_what', { host }),
  },
};
