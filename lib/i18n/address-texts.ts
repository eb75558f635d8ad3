import { i18n } from '#i18n';
import type { AddressProblem } from '../hive/parse-address.ts';

export const addressTexts: Record<AddressProblem, () => string> = {
  empty: () => i18n.t('address.empty'),
  scheme: () => i18n.t('address.scheme'),
  credentials: () => i18n.t('address.credentials'),
  path: () => i18n.t('address.path'),
  host: () => i18n.t('address.host'),
  port: () => i18n.t('address.port'),
  'blocked-port': () => i18n.t('address.blocked_port'),
};
