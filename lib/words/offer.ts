import { i18n } from '#i18n';
import type { FileOffer } from '../messages/contract.ts';

export const fitWords: Record<FileOffer['fit'], () => string> = {
  gpu: () => i18n.t('choice.fits_gpu'),
  cpu: () => i18n.t('choice.fits_cpu'),
  'too-large': () => i18n.t('choice.too_large'),
  unknown: () => i18n.t('choice.fit_unknown'),
};
