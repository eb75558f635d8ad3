import { i18n } from '#i18n';
import type { ErrorCode } from '../errors.ts';
import { filesPage, repositoryPage, searchPage } from '../hub/hub-urls.ts';
import type { Run } from '../runs/run.ts';
import { nameSubject } from './subject-texts.ts';

/** A page of the model hub that helps after a failure. */
export type HubLink = { label: string; url: string };

/** The repository that the run downloads from. */
export const repoOf = (run: Run): string =>
  run.picked?.repo ?? nameSubject(run.subject).repo ?? nameSubject(run.subject).name;

const openModel = (run: Run): HubLink => ({ label: i18n.t('next.open_model'), url: repositoryPage(repoOf(run)) });
const openFiles = (run: Run): HubLink => ({ label: i18n.t('next.open_files'), url: filesPage(repoOf(run)) });
const searchHub = ({ subject }: Run): HubLink => ({
  label: i18n.t('next.search_hub'),
  url: searchPage(nameSubject(subject).repo),
});

/** The errors whose next step is on the model hub. */
export const hubLinks: Partial<Record<ErrorCode, (run: Run) => HubLink>> = {
  'no-gguf': searchHub,
  'file-missing': openFiles,
  gated: openModel,
  'private-or-missing': openModel,
  'repo-disabled': searchHub,
  'model-unsupported': searchHub,
  'unsupported-source': searchHub,
};
