import { i18n } from '#i18n';
import type { FileChoice } from '../../lib/messages/contract.ts';

/** How a file fits into the hive's memory: the symbol repeats what the text says. */
export const fits: Record<FileChoice['fit'], { symbol: string; text: () => string }> = {
  gpu: { symbol: '●', text: () => i18n.t('files.fits_gpu') },
  cpu: { symbol: '◐', text: () => i18n.t('files.fits_cpu') },
  'too-large': { symbol: '✕', text: () => i18n.t('files.too_large') },
  unknown: { symbol: '?', text: () => i18n.t('files.fit_unknown') },
};

/** What distinguishes a file from the others, most important first. What is true of all files is said once, above the list. */
export function marksOf(file: FileChoice, files: readonly FileChoice[]): string[] {
  const { running, downloaded, recommended, tight, loads, start } = file;
  const differs = files.some((other) => other.loads !== loads);
  const marks = [
    running && i18n.t('offer.running'),
    downloaded && i18n.t('files.downloaded'),
    recommended && i18n.t('files.recommended'),
    tight && i18n.t('files.tight'),
    !start && i18n.t('files.split'),
    start && differs && loads === 'no' && i18n.t('files.not_loadable'),
    start && differs && loads === 'unsure' && i18n.t('files.maybe_not_loadable'),
  ];
  return marks.filter((mark): mark is string => typeof mark === 'string');
}
