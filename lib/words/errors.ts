import { i18n } from '#i18n';
import type { ErrorCode } from '../errors.ts';
import type { Run } from '../runs/run.ts';
import { buildWorkerCommand, otherHivePort, startHiveCommand, startWorkerCommand } from './commands.ts';
import { nameHost } from './hive.ts';
import { formatBytes } from './numbers.ts';
import { nameSubject } from './subject.ts';

/** The one thing to do next, as a button. */
export type Next =
  | { kind: 'retry' }
  | { kind: 'command'; command: string }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'options' }
  | { kind: 'reload' };

type ErrorWords = {
  title: () => string;
  /** What happened, for the person whose run it is. */
  what: (run: Run) => string;
  next: (run: Run) => Next;
};

const retry = (): Next => ({ kind: 'retry' });
const command = (text: string | undefined): Next => (text ? { kind: 'command', command: text } : retry());
const startByHand = (run: Run): Next => command(startWorkerCommand(run));

const repoOf = (run: Run): string => run.picked?.repo ?? nameSubject(run.subject).repo ?? nameSubject(run.subject).name;
const hubUrl = (run: Run, path = ''): string => `https://huggingface.co/${repoOf(run)}${path}`;

/** Where the hub is searched for GGUF files of a model. */
export function searchHubUrl(run: Run): string {
  const { repo, name } = nameSubject(run.subject);
  return `https://huggingface.co/models?library=gguf${repo ? `&search=${encodeURIComponent(name)}` : ''}`;
}

const filesUrl = (run: Run): string => hubUrl(run, '/tree/main');

/** One code, one title, one sentence, one next step. */
export const errorWords: Record<ErrorCode, ErrorWords> = {
  'hive-unreachable': {
    title: () => i18n.t('error.hive_unreachable.title'),
    what: (run) => i18n.t('error.hive_unreachable.what', { host: nameHost(run.hive) }),
    next: (run) => command(startHiveCommand(run.hive)),
  },
  'not-a-hive': {
    title: () => i18n.t('error.not_a_hive.title'),
    what: (run) => i18n.t('error.not_a_hive.what', { host: nameHost(run.hive) }),
    next: (run) => command(startHiveCommand(run.hive, otherHivePort(run.hive))),
  },
  'hive-rejected': {
    title: () => i18n.t('error.hive_rejected.title'),
    what: ({ failure }) =>
      failure?.text
        ? i18n.t('error.hive_rejected.what', { text: failure.text })
        : i18n.t('error.hive_rejected.what_silent'),
    next: retry,
  },
  'hive-protocol': {
    title: () => i18n.t('error.hive_protocol.title'),
    what: () => i18n.t('error.hive_protocol.what'),
    next: retry,
  },
  'no-gguf': {
    title: () => i18n.t('error.no_gguf.title'),
    what: (run) => i18n.t('error.no_gguf.what', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'file-missing': {
    title: () => i18n.t('error.file_missing.title'),
    what: (run) => i18n.t('error.file_missing.what', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_files'), url: filesUrl(run) }),
  },
  gated: {
    title: () => i18n.t('error.gated.title'),
    what: () => i18n.t('error.gated.what'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_model'), url: hubUrl(run) }),
  },
  'download-locked': {
    title: () => i18n.t('error.download_locked.title'),
    what: () => i18n.t('error.download_locked.what'),
    next: retry,
  },
  disk: {
    title: () => i18n.t('error.disk.title'),
    what: ({ file }) =>
      file?.size ? i18n.t('error.disk.what_sized', { size: formatBytes(file.size * 2) }) : i18n.t('error.disk.what'),
    next: retry,
  },
  network: {
    title: () => i18n.t('error.network.title'),
    what: () => i18n.t('error.network.what'),
    next: retry,
  },
  'worker-missing': {
    title: () => i18n.t('error.worker_missing.title'),
    what: ({ model }) => (model ? i18n.t('error.worker_missing.what') : i18n.t('error.worker_install.what')),
    next: (run) => command(startWorkerCommand(run) ?? buildWorkerCommand(run)),
  },
  'worker-install': {
    title: () => i18n.t('error.worker_install.title'),
    what: (run) =>
      buildWorkerCommand(run)
        ? i18n.t('error.worker_install.what')
        : i18n.t('error.worker_install.what_other', { text: run.failure?.text ?? '' }),
    next: (run) => command(buildWorkerCommand(run) ?? startWorkerCommand(run)),
  },
  'spawn-binary': {
    title: () => i18n.t('error.spawn_binary.title'),
    what: ({ model }) => (model ? i18n.t('error.spawn_binary.what') : i18n.t('error.spawn_binary.what_bare')),
    next: startByHand,
  },
  'spawn-timeout': {
    title: () => i18n.t('error.spawn_timeout.title'),
    what: ({ model }) => (model ? i18n.t('error.spawn_timeout.what') : i18n.t('error.spawn_timeout.what_bare')),
    next: startByHand,
  },
  'spawn-unproven': {
    title: () => i18n.t('error.spawn_unproven.title'),
    what: ({ worker }) => (worker ? i18n.t('error.spawn_unproven.what') : i18n.t('error.spawn_unproven.what_nowhere')),
    next: ({ worker }) =>
      worker ? { kind: 'link', label: i18n.t('next.open_address'), url: `${worker.address}/health` } : retry(),
  },
  'no-ports': {
    title: () => i18n.t('error.no_ports.title'),
    what: () => i18n.t('error.no_ports.what'),
    next: (run) => command(startHiveCommand(run.hive)),
  },
  'unsupported-source': {
    title: () => i18n.t('error.unsupported_source.title'),
    what: () => i18n.t('error.unsupported_source.what'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'job-lost': {
    title: () => i18n.t('error.job_lost.title'),
    what: () => i18n.t('error.job_lost.what'),
    next: retry,
  },
  'cancelled-by-hive': {
    title: () => i18n.t('error.cancelled_by_hive.title'),
    what: () => i18n.t('error.cancelled_by_hive.what'),
    next: retry,
  },
  'message-rejected': {
    title: () => i18n.t('error.message_rejected.title'),
    what: () => i18n.t('error.message_rejected.what'),
    next: () => ({ kind: 'reload' }),
  },
  'permission-missing': {
    title: () => i18n.t('error.permission_missing.title'),
    what: (run) => i18n.t('error.permission_missing.what', { host: nameHost(run.hive) }),
    next: () => ({ kind: 'options' }),
  },
  storage: {
    title: () => i18n.t('error.storage.title'),
    what: () => i18n.t('error.storage.what'),
    next: retry,
  },
  'extension-updated': {
    title: () => i18n.t('error.extension_updated.title'),
    what: () => i18n.t('error.extension_updated.what'),
    next: () => ({ kind: 'reload' }),
  },
};
