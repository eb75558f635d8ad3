import { i18n } from '#i18n';
import type { Backend } from '../hive/types.ts';
import type { Fit } from '../hub/fit.ts';

export const backendTexts: Record<Backend, () => string> = {
  cpu: () => i18n.t('backend.cpu'),
  cuda: () => i18n.t('backend.cuda'),
  metal: () => i18n.t('backend.metal'),
};

export const fitTexts: Record<Fit['verdict'], () => string> = {
  gpu: () => i18n.t('choice.fit_gpu'),
  cpu: () => i18n.t('choice.fit_cpu'),
  'too-large': () => i18n.t('choice.fit_too_large'),
  unknown: () => i18n.t('choice.fit_unknown'),
};

/** Why no file of a repository can be taken without a decision. */
export const noFileTexts = {
  'no-gguf': () => i18n.t('choice.no_gguf'),
  split: () => i18n.t('choice.split'),
  'no-fit': () => i18n.t('choice.no_fit'),
  derivatives: () => i18n.t('choice.derivatives'),
};
