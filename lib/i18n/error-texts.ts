import { i18n } from '#i18n';
import type { ErrorCode } from '../errors.ts';
import {
  buildWorkerCommand,
  deletePartialFilesCommand,
  otherHivePort,
  startHiveCommand,
  startWorkerCommand,
} from '../hive-commands/commands.ts';
import type { Run } from '../runs/run.ts';
import { formatBytes } from './format.ts';
import { nameHost } from './hive-texts.ts';
import { joinSentences } from './language.ts';
import { nameSubject } from './subject-texts.ts';

/** The next step, as a button. */
export type Next =
  | { kind: 'retry' }
  | { kind: 'command'; command: string }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'options' }
  | { kind: 'reload' };

type ErrorText = {
  /** What happened, in sentences. `version` is that of the run's hive, if it is known. */
  description: (run: Run, version?: string) => string;
  next: (run: Run) => Next;
};

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

/** The worker does not support the hive's platform, so building it there is no use. */
const platformError = /^(?:Platform|Architecture) incompatible/;
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

const retry = (): Next => ({ kind: 'retry' });
const command = (text: string | undefined): Next => (text ? { kind: 'command', command: text } : retry());
const startCommand = (run: Run): Next => command(startWorkerCommand(run));
const buildCommand = (run: Run): string | undefined =>
  platformError.test(textOf(run)) ? undefined : buildWorkerCommand(run);
const manualBuild = (run: Run): string | undefined => buildCommand(run) && i18n.t('error.worker_install.manual');

const repoOf = (run: Run): string => run.picked?.repo ?? nameSubject(run.subject).repo ?? nameSubject(run.subject).name;
const hubUrl = (run: Run, path = ''): string => `https://huggingface.co/${repoOf(run)}${path}`;

/** The hub's search for GGUF files of a model. */
export function searchHubUrl(run: Run): string {
  const { repo, name } = nameSubject(run.subject);
  return `https://huggingface.co/models?library=gguf${repo ? `&search=${encodeURIComponent(name)}` : ''}`;
}

const filesUrl = (run: Run): string => hubUrl(run, '/tree/main');

/** What happened, in a few words. Separate from the rest so that the content script bundles nothing else. */
export const errorTitles: Record<ErrorCode, () => string> = {
  'hive-unreachable': () => i18n.t('error.hive_unreachable.title'),
  'not-a-hive': () => i18n.t('error.not_a_hive.title'),
  'hive-rejected': () => i18n.t('error.hive_rejected.title'),
  'hive-protocol': () => i18n.t('error.hive_protocol.title'),
  'no-gguf': () => i18n.t('error.no_gguf.title'),
  'file-missing': () => i18n.t('error.file_missing.title'),
  gated: () => i18n.t('error.gated.title'),
  'private-or-missing': () => i18n.t('error.private_or_missing.title'),
  'repo-disabled': () => i18n.t('error.repo_disabled.title'),
  'partial-file': () => i18n.t('error.partial_file.title'),
  'download-locked': () => i18n.t('error.download_locked.title'),
  disk: () => i18n.t('error.disk.title'),
  network: () => i18n.t('error.network.title'),
  'hub-busy': () => i18n.t('error.hub_busy.title'),
  'worker-missing': () => i18n.t('error.worker_missing.title'),
  'worker-install': () => i18n.t('error.worker_install.title'),
  'spawn-binary': () => i18n.t('error.spawn_binary.title'),
  'spawn-timeout': () => i18n.t('error.spawn_timeout.title'),
  'spawn-unproven': () => i18n.t('error.spawn_unproven.title'),
  'no-ports': () => i18n.t('error.no_ports.title'),
  'model-unsupported': () => i18n.t('error.model_unsupported.title'),
  'unsupported-source': () => i18n.t('error.unsupported_source.title'),
  'job-lost': () => i18n.t('error.job_lost.title'),
  'cancelled-by-hive': () => i18n.t('error.cancelled_by_hive.title'),
  'message-rejected': () => i18n.t('error.message_rejected.title'),
  'permission-missing': () => i18n.t('error.permission_missing.title'),
  storage: () => i18n.t('error.storage.title'),
  internal: () => i18n.t('error.internal.title'),
  'extension-updated': () => i18n.t('error.extension_updated.title'),
};

/** The description and the next step of each error. The titles are in `errorTitles`, the texts in `lib/locales`. */
export const errorTexts: Record<ErrorCode, ErrorText> = {
  'hive-unreachable': {
    description: (run) => i18n.t('error.hive_unreachable.description', { host: nameHost(run.hive) }),
    next: (run) => command(startHiveCommand(run.hive)),
  },
  'not-a-hive': {
    description: (run) => i18n.t('error.not_a_hive.description', { host: nameHost(run.hive) }),
    next: (run) => command(startHiveCommand(run.hive, otherHivePort(run.hive))),
  },
  'hive-rejected': {
    description: ({ failure }) =>
      failure?.text
        ? i18n.t('error.hive_rejected.description', { text: failure.text })
        : i18n.t('error.hive_rejected.description_empty'),
    next: retry,
  },
  'hive-protocol': {
    description: () => i18n.t('error.hive_protocol.description'),
    next: retry,
  },
  'no-gguf': {
    description: (run) => {
      const repo = repoOf(run);
      // In the resolve step it was the hub's listing that had none.
      if (run.failure?.step !== 'resolve') return i18n.t('error.no_gguf.description', { repo });
      return / split /.test(textOf(run)) ? i18n.t('choice.split') : i18n.t('error.no_gguf.listed', { repo });
    },
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'file-missing': {
    description: (run) => i18n.t('error.file_missing.description', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_files'), url: filesUrl(run) }),
  },
  gated: {
    description: () => i18n.t('error.gated.description'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_model'), url: hubUrl(run) }),
  },
  'private-or-missing': {
    description: (run) => i18n.t('error.private_or_missing.description', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_model'), url: hubUrl(run) }),
  },
  'repo-disabled': {
    description: (run) => i18n.t('error.repo_disabled.description', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'partial-file': {
    description: () => i18n.t('error.partial_file.description'),
    next: (run) => command(deletePartialFilesCommand(repoOf(run))),
  },
  'download-locked': {
    description: () => i18n.t('error.download_locked.description'),
    next: retry,
  },
  disk: {
    description: (run) => causeOf(diskCauses, run),
    next: retry,
  },
  network: {
    description: () => i18n.t('error.network.description'),
    next: retry,
  },
  'hub-busy': {
    description: () => i18n.t('error.hub_busy.description'),
    next: retry,
  },
  'worker-missing': {
    description: (run, version) =>
      joinSentences(i18n.t('error.worker_install.catalog', { program: nameProgram(version) }), manualBuild(run)),
    next: (run) => command(buildCommand(run)),
  },
  'worker-install': {
    description: (run, version) =>
      joinSentences(causeOf(installCauses, run, version), manualBuild(run), quoteHive(run)),
    next: (run) => command(buildCommand(run)),
  },
  'spawn-binary': {
    description: (run, version) =>
      joinSentences(i18n.t('error.spawn_binary.description', { program: nameProgram(version) }), manualStart(run)),
    next: startCommand,
  },
  'spawn-timeout': {
    description: (run, version) =>
      joinSentences(i18n.t('error.spawn_timeout.description', { program: nameProgram(version) }), manualStart(run)),
    next: startCommand,
  },
  'spawn-unproven': {
    description: ({ worker }) =>
      worker ? i18n.t('error.spawn_unproven.description') : i18n.t('error.spawn_unproven.description_no_address'),
    next: ({ worker }) =>
      worker ? { kind: 'link', label: i18n.t('next.open_address'), url: `${worker.address}/health` } : retry(),
  },
  'no-ports': {
    description: () => i18n.t('error.no_ports.description'),
    next: (run) => command(startHiveCommand(run.hive)),
  },
  'model-unsupported': {
    description: () => i18n.t('error.model_unsupported.description'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'unsupported-source': {
    description: () => i18n.t('error.unsupported_source.description'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'job-lost': {
    description: () => i18n.t('error.job_lost.description'),
    next: retry,
  },
  'cancelled-by-hive': {
    description: () => i18n.t('error.cancelled_by_hive.description'),
    next: retry,
  },
  'message-rejected': {
    description: () => i18n.t('error.message_rejected.description'),
    next: () => ({ kind: 'reload' }),
  },
  'permission-missing': {
    description: (run) => i18n.t('error.permission_missing.description', { host: nameHost(run.hive) }),
    next: () => ({ kind: 'options' }),
  },
  storage: {
    description: () => i18n.t('error.storage.description'),
    next: retry,
  },
  internal: {
    description: () => i18n.t('error.internal.description'),
    next: retry,
  },
  'extension-updated': {
    description: () => i18n.t('error.extension_updated.description'),
    next: () => ({ kind: 'reload' }),
  },
};
