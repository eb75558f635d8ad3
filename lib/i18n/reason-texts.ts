import { i18n } from '#i18n';
import type { SummaryReason } from '../messages/contract.ts';

/** Why a subject may not run as usual. */
export const reasonTexts: Record<SummaryReason, () => string> = {
  'no-gguf': () => i18n.t('choice.no_gguf'),
  split: () => i18n.t('choice.split'),
  disabled: () => i18n.t('choice.disabled'),
  'no-fit': () => i18n.t('choice.no_fit'),
  derivatives: () => i18n.t('choice.derivatives'),
  gated: () => i18n.t('offer.gated'),
  unlisted: () => i18n.t('offer.unlisted'),
  'not-loadable': () => i18n.t('note.not_loadable'),
  'maybe-not-loadable': () => i18n.t('note.maybe_not_loadable'),
  rocm: () => i18n.t('offer.no_rocm'),
  installed: () => i18n.t('offer.worker_installed'),
  civitai: () => i18n.t('button.no_civitai'),
};
