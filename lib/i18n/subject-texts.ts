import { i18n } from '#i18n';
import { parseSubject } from '../subject.ts';

export type SubjectNames = {
  /** Who published it, with the separator that belongs before the name; empty where nobody is named. */
  owner: string;
  name: string;
  /** Hugging Face repository, where it is one. */
  repo?: string;
};

/** What to call a subject. A text that is none (a record of another version) is shown as it is. */
export function nameSubject(text: string): SubjectNames {
  const subject = parseSubject(text);
  switch (subject?.kind) {
    case 'model': {
      const [owner = '', name = ''] = subject.repo.split('/');
      return { owner: `${owner}/`, name, repo: subject.repo };
    }
    case 'worker':
      return { owner: `${i18n.t('run.worker_owner')} `, name: subject.id };
    case 'civitai':
      return { owner: '', name: i18n.t('run.civitai', { id: subject.id }) };
    default:
      return { owner: '', name: text };
  }
}
