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
import { nameSubject } from './subject-texts.ts';

/** The one thing to do next, as a button. */
export type Next =
  | { kind: 'retry' }
  | { kind: 'command'; command: string }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'options' }
  | { kind: 'reload' };

type ErrorWords = {
  /** What happened, for the person whose run it is. */
  what: (run: Run) => string;
  next: (run: Run) => Next;
};

/** What a text of the hive means more closely than its code does: the first that fits it. The last one fits all. */
type Causes = readonly (readonly [says: RegExp, what: (run: Run) => string])[];

const textOf = ({ failure }: Run): string => failure?.text ?? '';
const causeOf = (causes: Causes, run: Run): string => causes.find(([says]) => says.test(textOf(run)))?.[1](run) ?? '';
const said = (run: Run): string | false => textOf(run) !== '' && i18n.t('error.said', { text: textOf(run) });
const join = (...sentences: (string | false | undefined)[]): string => sentences.filter(Boolean).join(' ');

const diskCauses: Causes = [
  [
    /no space|not enough space|os error 28\b|quota/i,
    ({ file }) =>
      file?.size ? i18n.t('error.disk.what_sized', { size: formatBytes(file.size * 2) }) : i18n.t('error.disk.what'),
  ],
  [/^/, (run) => join(i18n.t('error.disk.other'), said(run))],
];

/** A worker that the hive's machine cannot run, whoever builds it. */
const isForeign = /^(?:Platform|Architecture) incompatible/;
const installCauses: Causes = [
  [isForeign, () => i18n.t('error.worker_install.platform')],
  [
    /worker metadata|found in catalog|PKGBUILD|^Missing required field|^Invalid function syntax|file downloads not yet/,
    () => i18n.t('error.worker_install.catalog'),
  ],
  [/git clone/i, () => i18n.t('error.worker_install.source')],
  [/^(?:Build|Package) failed/, () => i18n.t('error.worker_install.build')],
  [/permission|os error|^Failed to (?:create|install)/i, () => i18n.t('error.worker_install.write')],
  [/^/, () => i18n.t('error.worker_install.other')],
];

const byHand = ({ model }: Run): string => (model ? i18n.t('error.by_hand') : i18n.t('error.by_hand_bare'));

const retry = (): Next => ({ kind: 'retry' });
const command = (text: string | undefined): Next => (text ? { kind: 'command', command: text } : retry());
const startByHand = (run: Run): Next => command(startWorkerCommand(run));
const buildByHand = (run: Run): string | undefined =>
  isForeign.test(textOf(run)) ? undefined : buildWorkerCommand(run);
const toBuild = (run: Run): string | undefined => buildByHand(run) && i18n.t('error.worker_install.by_hand');

const repoOf = (run: Run): string => run.picked?.repo ?? nameSubject(run.subject).repo ?? nameSubject(run.subject).name;
const hubUrl = (run: Run, path = ''): string => `https://huggingface.co/${repoOf(run)}${path}`;

/** Where the hub is searched for GGUF files of a model. */
export function searchHubUrl(run: Run): string {
  const { repo, name } = nameSubject(run.subject);
  return `https://huggingface.co/models?library=gguf${repo ? `&search=${encodeURIComponent(name)}` : ''}`;
}

const filesUrl = (run: Run): string => hubUrl(run, '/tree/main');

/** What happened, in a few words. Separate from the rest, because pages show nothing else of an error. */
export const errorTitles: Record<ErrorCode, () => string> = {
  'hive-unreachable': () => i18n.t('error.hive_unreachable.title'),
  'not-a-hive': () => i18n.t('error.not_a_hive.title'),
  'hive-rejected': () => i18n.t('error.hive_rejected.title'),
  'hive-protocol': () => i18n.t('error.hive_protocol.title'),
  'no-gguf': () => i18n.t('error.no_gguf.title'),
  'file-missing': () => i18n.t('error.file_missing.title'),
  gated: () => i18n.t('error.gated.title'),
  'private-or-missing': () => i18n.t('error.private_or_missing.title'),
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

/** One code, one sentence, one next step. */
export const errorTexts: Record<ErrorCode, ErrorWords> = {
  'hive-unreachable': {
    what: (run) => i18n.t('error.hive_unreachable.what', { host: nameHost(run.hive) }),
    next: (run) => command(startHiveCommand(run.hive)),
  },
  'not-a-hive': {
    what: (run) => i18n.t('error.not_a_hive.what', { host: nameHost(run.hive) }),
    next: (run) => command(startHiveCommand(run.hive, otherHivePort(run.hive))),
  },
  'hive-rejected': {
    what: ({ failure }) =>
      failure?.text
        ? i18n.t('error.hive_rejected.what', { text: failure.text })
        : i18n.t('error.hive_rejected.what_silent'),
    next: retry,
  },
  'hive-protocol': {
    what: () => i18n.t('error.hive_protocol.what'),
    next: retry,
  },
  'no-gguf': {
    what: (run) => {
      const repo = repoOf(run);
      // There the hive was not asked: it is the hub's list that says so.
      if (run.failure?.step !== 'resolve') return i18n.t('error.no_gguf.what', { repo });
      return / split /.test(textOf(run)) ? i18n.t('choice.split') : i18n.t('error.no_gguf.listed', { repo });
    },
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'file-missing': {
    what: (run) => i18n.t('error.file_missing.what', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_files'), url: filesUrl(run) }),
  },
  gated: {
    what: () => i18n.t('error.gated.what'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_model'), url: hubUrl(run) }),
  },
  'private-or-missing': {
    what: (run) => i18n.t('error.private_or_missing.what', { repo: repoOf(run) }),
    next: (run) => ({ kind: 'link', label: i18n.t('next.open_model'), url: hubUrl(run) }),
  },
  'partial-file': {
    what: () => i18n.t('error.partial_file.what'),
    next: (run) => command(deletePartialFilesCommand(repoOf(run))),
  },
  'download-locked': {
    what: () => i18n.t('error.download_locked.what'),
    next: retry,
  },
  disk: {
    what: (run) => causeOf(diskCauses, run),
    next: retry,
  },
  network: {
    what: () => i18n.t('error.network.what'),
    next: retry,
  },
  'hub-busy': {
    what: () => i18n.t('error.hub_busy.what'),
    next: retry,
  },
  'worker-missing': {
    what: (run) => join(i18n.t('error.worker_install.catalog'), toBuild(run)),
    next: (run) => command(buildByHand(run)),
  },
  'worker-install': {
    what: (run) => join(causeOf(installCauses, run), toBuild(run), said(run)),
    next: (run) => command(buildByHand(run)),
  },
  'spawn-binary': {
    what: (run) => join(i18n.t('error.spawn_binary.what'), byHand(run)),
    next: startByHand,
  },
  'spawn-timeout': {
    what: (run) => join(i18n.t('error.spawn_timeout.what'), byHand(run)),
    next: startByHand,
  },
  'spawn-unproven': {
    what: ({ worker }) => (worker ? i18n.t('error.spawn_unproven.what') : i18n.t('error.spawn_unproven.what_nowhere')),
    next: ({ worker }) =>
      worker ? { kind: 'link', label: i18n.t('next.open_address'), url: `${worker.address}/health` } : retry(),
  },
  'no-ports': {
    what: () => i18n.t('error.no_ports.what'),
    next: (run) => command(startHiveCommand(run.hive)),
  },
  'model-unsupported': {
    what: () => i18n.t('error.model_unsupported.what'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'unsupported-source': {
    what: () => i18n.t('error.unsupported_source.what'),
    next: (run) => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) }),
  },
  'job-lost': {
    what: () => i18n.t('error.job_lost.what'),
    next: retry,
  },
  'cancelled-by-hive': {
    what: () => i18n.t('error.cancelled_by_hive.what'),
    next: retry,
  },
  'message-rejected': {
    what: () => i18n.t('error.message_rejected.what'),
    next: () => ({ kind: 'reload' }),
  },
  'permission-missing': {
    what: (run) => i18n.t('error.permission_missing.what', { host: nameHost(run.hive) }),
    next: () => ({ kind: 'options' }),
  },
  storage: {
    what: () => i18n.t('error.storage.what'),
    next: retry,
  },
  internal: {
    what: () => i18n.t('error.internal.what'),
    next: retry,
  },
  'extension-updated': {
    what: () => i18n.t('error.extension_updated.what'),
    next: () => ({ kind: 'reload' }),
  },
};
