import { i18n } from '#i18n';
import { parseSubject } from '../subject.ts';

export type SubjectNames = {
  /** The publisher, with the separator that belongs before the name; empty if unknown. */
  owner: string;
  name: string;
};

/** The display name of a subject. An unknown subject is shown as it is. */
export function nameSubject(text: string): SubjectNames {
  const subject = parseSubject(text);
  switch (subject?.kind) {
    case 'model': {
      const [owner = '', name = ''] = subject.repo.split('/');
      return { owner: `${owner}/`, name };
    }
    case 'worker':
      return { owner: `${i18n.t('run.worker_owner')} `, name: subject.id };
    case 'civitai':
      return { owner: '', name: i18n.t('run.civitai', { id: subject.id }) };
    default:
      return { owner: '', name: text };
  }
}
