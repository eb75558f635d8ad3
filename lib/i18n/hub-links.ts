import { i18n } from '#i18n';
import type { ErrorCode } from '../errors.ts';
import { filesPage, repositoryPage, searchPage } from '../hub/hub-urls.ts';
import type { Run } from '../runs/run.ts';
import { repositoryOf } from '../subject.ts';

/** A page of the model hub or the marketplace that helps after a failure. */
export type HubLink = { label: string; url: string };

/** The repository that the run downloads from. */
export const repoOf = ({ picked, subject }: Run): string => picked?.repo ?? repositoryOf(subject) ?? subject;

const openModel = (run: Run): HubLink => ({ label: i18n.t('next.open_model'), url: repositoryPage(repoOf(run)) });
const openFiles = (run: Run): HubLink => ({ label: i18n.t('next.open_files'), url: filesPage(repoOf(run)) });
const searchHub = ({ subject }: Run): HubLink => ({
  label: i18n.t('next.search_hub'),
  url: searchPage(repositoryOf(subject)),
});

/** Models of all kinds: other GGUF files of this one would fail alike. */
const otherModel = (): HubLink => ({ label: i18n.t('next.other_model'), url: 'https://marketplace.rbee.dev/models' });

/** The errors whose next step is on such a page. */
export const hubLinks: Partial<Record<ErrorCode, (run: Run) => HubLink>> = {
  'no-gguf': searchHub,
  'file-missing': openFiles,
  gated: openModel,
  'private-or-missing': openModel,
  'repo-disabled': searchHub,
  'model-unsupported': otherModel,
  'unsupported-source': searchHub,
};
