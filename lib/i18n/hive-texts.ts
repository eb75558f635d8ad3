import { i18n } from '#i18n';
import { isLoopback } from '../hive/address.ts';
import type { Device, HiveStatus } from '../hive/types.ts';
import { otherHivePort, startHiveCommand } from '../hive-commands/commands.ts';
import { formatMemory } from './format.ts';

/** `localhost:7835`: what a person calls a hive's address. */
export const nameHost = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** `Big box · 192.168.1.20:7835`, or the address alone where nobody named it. */
export const nameHive = ({ url, name }: { url: string; name: string }): string =>
  name ? `${name} · ${nameHost(url)}` : nameHost(url);

export const nameDevice = ({ kind, name, memoryGb }: Device): string => {
  const memory = formatMemory(memoryGb);
  return kind === 'gpu' ? i18n.t('hive.device_gpu', { name, memory }) : i18n.t('hive.device_cpu', { name, memory });
};

type HiveWords = {
  state: (why?: HiveStatus['why']) => string;
  /** What is wrong, absent where nothing is. */
  what?: (url: string, why?: HiveStatus['why']) => string;
  /** What to type on the hive's machine. */
  command?: (url: string) => string;
};

export const hiveTexts: Record<HiveStatus['state'], HiveWords> = {
  connected: { state: () => i18n.t('hive.connected') },
  down: {
    state: (why) => (why === 'timeout' ? i18n.t('hive.timeout') : i18n.t('hive.down')),
    what: (url, why) => {
      if (why === 'gateway') return i18n.t('hive.gateway_what');
      if (url.startsWith('https:') && why === 'refused') return i18n.t('hive.down_what_https');
      if (why === 'timeout') return isLoopback(url) ? i18n.t('hive.timeout_what_here') : i18n.t('hive.timeout_what');
      return isLoopback(url) ? i18n.t('hive.down_what_here') : i18n.t('hive.down_what');
    },
    command: (url) => startHiveCommand(url),
  },
  'not-a-hive': {
    state: () => i18n.t('hive.not_a_hive'),
    what: () => i18n.t('hive.not_a_hive_what'),
    command: (url) => startHiveCommand(url, otherHivePort(url)),
  },
  'old-hive': {
    state: () => i18n.t('hive.old_hive'),
    what: () => i18n.t('hive.old_hive_what'),
  },
  'permission-missing': {
    state: () => i18n.t('hive.permission_missing'),
    what: () => i18n.t('hive.permission_what'),
  },
};
