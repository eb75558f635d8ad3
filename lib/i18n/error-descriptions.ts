import { i18n } from '#i18n';
import type { ErrorCode } from '../errors.ts';
import type { Run } from '../runs/run.ts';
import { formatBytes } from './format.ts';
import { nameHost } from './hive-texts.ts';
import { repoOf } from './hub-links.ts';
import { joinSentences } from './language.ts';
import { buildCommand, platformError } from './next-steps.ts';

/** More specific descriptions by the hive's text. The first match applies; the last entry matches everything. */
type Causes = readonly (readonly [pattern: RegExp, description: (run: Run, version?: string) => string])[];

const textOf = ({ failure }: Run): string => failure?.text ?? '';
const causeOf = (causes: Causes, run: Run, version?: string): string =>
  causes.find(([pattern]) => pattern.test(textOf(run)))?.[1](run, version) ?? '';
/** `rbee-hive 0.1.0`. */
const nameProgram = (version = ''): string => `rbee-hive ${version}`.trim();
const quoteHive = (run: Run): string | false => textOf(run) !== '' && i18n.t('error.log_line', { text: textOf(run) });

const diskCauses: Causes = [
  [
    /no space|not enough space|os error 28\b|quota/i,
    ({ file }) =>
      file?.size
        ? i18n.t('error.disk.description_sized', { size: formatBytes(file.size * 2) })
        : i18n.t('error.disk.description'),
  ],
  [/^/, (run) => joinSentences(i18n.t('error.disk.other'), quoteHive(run))],
];

const installCauses: Causes = [
  [platformError, () => i18n.t('error.worker_install.platform')],
  [
    /worker metadata|found in catalog|PKGBUILD|^Missing required field|^Invalid function syntax|file downloads not yet/,
    (_, version) => i18n.t('error.worker_install.catalog', { program: nameProgram(version) }),
  ],
  [/git clone/i, () => i18n.t('error.worker_install.source')],
  [/^(?:Build|Package) failed/, () => i18n.t('error.worker_install.build')],
  [/permission|os error|^Failed to (?:create|install)/i, () => i18n.t('error.worker_install.write')],
  [/^/, () => i18n.t('error.worker_install.other')],
];

const manualStart = ({ model }: Run): string => (model ? i18n.t('error.manual') : i18n.t('error.manual_without_model'));

const manualBuild = (run: Run): string | undefined => buildCommand(run) && i18n.t('error.worker_install.manual');

/** What happened, in sentences. `version` is that of the run's hive, if it is known. */
export const errorDescriptions: Record<ErrorCode, (run: Run, version?: string) => string> = {
  'hive-unreachable': (run) => i18n.t('error.hive_unreachable.description', { host: nameHost(run.hive) }),
  'not-a-hive': (run) => i18n.t('error.not_a_hive.description', { host: nameHost(run.hive) }),
  'hive-rejected': (run) => quoteHive(run) || i18n.t('error.hive_rejected.description'),
  'hive-protocol': () => i18n.t('error.hive_protocol.description'),
  'no-gguf': (run) => {
    const repo = repoOf(run);
    // In the resolve step it was the hub's listing that had none.
    if (run.failure?.step !== 'resolve') return i18n.t('error.no_gguf.description', { repo });
    return / split /.test(textOf(run)) ? i18n.t('note.split') : i18n.t('error.no_gguf.listed', { repo });
  },
  'file-missing': (run) => i18n.t('error.file_missing.description', { repo: repoOf(run) }),
  gated: () => i18n.t('error.gated.description'),
  'private-or-missing': (run) => i18n.t('error.private_or_missing.description', { repo: repoOf(run) }),
  'repo-disabled': (run) => i18n.t('error.repo_disabled.description', { repo: repoOf(run) }),
  'partial-file': () => i18n.t('error.partial_file.description'),
  'download-locked': () => i18n.t('error.download_locked.description'),
  disk: (run) => causeOf(diskCauses, run),
  network: ({ failure }) =>
    failure?.step === 'resolve' ? i18n.t('error.network.browser') : i18n.t('error.network.description'),
  'hub-busy': () => i18n.t('error.hub_busy.description'),
  'hub-protocol': () => i18n.t('error.hub_protocol.description'),
  'worker-missing': (run) => joinSentences(i18n.t('error.worker_missing.description'), manualBuild(run)),
  'worker-install': (run, version) =>
    joinSentences(causeOf(installCauses, run, version), manualBuild(run), quoteHive(run)),
  'spawn-binary': (run, version) =>
    joinSentences(i18n.t('error.spawn_binary.description', { program: nameProgram(version) }), manualStart(run)),
  'spawn-timeout': (run, version) =>
    joinSentences(i18n.t('error.spawn_timeout.description', { program: nameProgram(version) }), manualStart(run)),
  'spawn-unproven': ({ worker }) =>
    worker ? i18n.t('error.spawn_unproven.description') : i18n.t('error.spawn_unproven.description_no_address'),
  'no-ports': () => i18n.t('error.no_ports.description'),
  'model-unsupported': () => i18n.t('error.model_unsupported.description'),
  'unsupported-source': () => i18n.t('error.unsupported_source.description'),
  'job-lost': () => i18n.t('error.job_lost.description'),
  'cancelled-by-hive': () => i18n.t('error.cancelled_by_hive.description'),
  'message-rejected': () => i18n.t('error.message_rejected.description'),
  'not-deleted': () => i18n.t('error.not_deleted.description'),
  'not-stopped': () => i18n.t('error.not_stopped.description'),
  'permission-missing': (run) => i18n.t('error.permission_missing.description', { host: nameHost(run.hive) }),
  storage: () => i18n.t('error.storage.description'),
  internal: () => i18n.t('error.internal.description'),
  'extension-updated': () => i18n.t('error.extension_updated.description'),
};
