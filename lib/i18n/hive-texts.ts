import { i18n } from '#i18n';
import { isLoopback } from '../hive/address.ts';
import type { Device, HiveStatus } from '../hive/types.ts';
import { otherHivePort, startHiveCommand } from '../hive-commands/commands.ts';
import { formatMemory } from './format.ts';

/** `localhost:7835`: a hive's address as it is displayed. */
export const nameHost = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** `Big box · 192.168.1.20:7835`, or the address of a hive without a name. */
export const nameHive = ({ url, name }: { url: string; name: string }): string =>
  name ? `${name} · ${nameHost(url)}` : nameHost(url);

/** `RTX 4090 · 23 GB`, for the CPU with the system's memory. */
export const nameDevice = ({ kind, name, memoryGb }: Device): string => {
  const memory = formatMemory(memoryGb);
  return kind === 'gpu' ? i18n.t('hive.device_gpu', { name, memory }) : i18n.t('hive.device_cpu', { name, memory });
};

type HiveTexts = {
  state: (why?: HiveStatus['why']) => string;
  /** The problem and what to do about it. */
  detail?: (url: string, why?: HiveStatus['why']) => string;
  /** A command for the hive's machine. */
  command?: (url: string) => string;
};

/** What is said about a hive in each state. */
export const hiveTexts: Record<HiveStatus['state'], HiveTexts> = {
  connected: { state: () => i18n.t('hive.connected') },
  offline: {
    state: (why) => (why === 'timeout' ? i18n.t('hive.timeout') : i18n.t('hive.offline')),
    detail: (url, why) => {
      if (why === 'gateway') return i18n.t('hive.gateway_detail');
      if (url.startsWith('https:') && why === 'refused') return i18n.t('hive.offline_detail_https');
      if (why === 'timeout')
        return isLoopback(url) ? i18n.t('hive.timeout_detail_local') : i18n.t('hive.timeout_detail');
      return isLoopback(url) ? i18n.t('hive.offline_detail_local') : i18n.t('hive.offline_detail');
    },
    command: (url) => startHiveCommand(url),
  },
  'not-a-hive': {
    state: () => i18n.t('hive.not_a_hive'),
    detail: () => i18n.t('hive.not_a_hive_detail'),
    command: (url) => startHiveCommand(url, otherHivePort(url)),
  },
  'old-hive': {
    state: () => i18n.t('hive.old_hive'),
    detail: () => i18n.t('hive.old_hive_detail'),
  },
  'permission-missing': {
    state: () => i18n.t('hive.permission_missing'),
    detail: () => i18n.t('hive.permission_detail'),
  },
};
