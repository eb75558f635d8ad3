import { i18n } from '#i18n';
import type { Backend } from '../hive/types.ts';
import type { SummaryReason } from '../messages/contract.ts';

export const backendTexts: Record<Backend, () => string> = {
  cpu: () => i18n.t('backend.cpu'),
  cuda: () => i18n.t('backend.cuda'),
  metal: () => i18n.t('backend.metal'),
};

/** Why no file of a repository can be taken without a decision. */
export const noFileTexts = {
  'no-gguf': () => i18n.t('choice.no_gguf'),
  split: () => i18n.t('choice.split'),
  disabled: () => i18n.t('choice.disabled'),
  'no-fit': () => i18n.t('choice.no_fit'),
  derivatives: () => i18n.t('choice.derivatives'),
};

/** Why a subject may not run as usual. */
export const reasonTexts: Record<SummaryReason, () => string> = {
  ...noFileTexts,
  gated: () => i18n.t('offer.gated'),
  unlisted: () => i18n.t('offer.unlisted'),
  'not-loadable': () => i18n.t('offer.not_loadable'),
  'maybe-not-loadable': () => i18n.t('offer.maybe_not_loadable'),
  rocm: () => i18n.t('offer.no_rocm'),
  installed: () => i18n.t('offer.worker_installed'),
  civitai: () => i18n.t('button.no_civitai'),
};
