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
import { nameSubject } from './subject-texts.ts';

/** The next step, as a button. */
export type Next =
  | { kind: 'retry' }
  | { kind: 'command'; command: string }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'options' }
  | { kind: 'reload' };

/** The worker does not support the hive's platform, so building it there is no use. */
const platformError = /^(?:Platform|Architecture) incompatible/;

const retry = (): Next => ({ kind: 'retry' });
const command = (text: string | undefined): Next => (text ? { kind: 'command', command: text } : retry());
const startCommand = (run: Run): Next => command(startWorkerCommand(run));

/** The command that builds and starts the run's worker; undefined if the hive's platform is not supported. */
export const buildCommand = (run: Run): string | undefined =>
  platformError.test(run.failure?.text ?? '') ? undefined : buildWorkerCommand(run);

/** The repository that the run downloads from. */
export const repoOf = (run: Run): string =>
  run.picked?.repo ?? nameSubject(run.subject).repo ?? nameSubject(run.subject).name;

const hubUrl = (run: Run, path = ''): string => `https://huggingface.co/${repoOf(run)}${path}`;

/** The hub's search for GGUF files of a model. */
export function searchHubUrl(run: Run): string {
  const { repo, name } = nameSubject(run.subject);
  return `https://huggingface.co/models?library=gguf${repo ? `&search=${encodeURIComponent(name)}` : ''}`;
}

const openModel = (run: Run): Next => ({ kind: 'link', label: i18n.t('next.open_model'), url: hubUrl(run) });
const searchHub = (run: Run): Next => ({ kind: 'link', label: i18n.t('next.search_hub'), url: searchHubUrl(run) });

/** The one next step for each error. */
export const nextSteps: Record<ErrorCode, (run: Run) => Next> = {
  'hive-unreachable': (run) => command(startHiveCommand(run.hive)),
  'not-a-hive': (run) => command(startHiveCommand(run.hive, otherHivePort(run.hive))),
  'hive-rejected': retry,
  'hive-protocol': retry,
  'no-gguf': searchHub,
  'file-missing': (run) => ({ kind: 'link', label: i18n.t('next.open_files'), url: hubUrl(run, '/tree/main') }),
  gated: openModel,
  'private-or-missing': openModel,
  'repo-disabled': searchHub,
  'partial-file': (run) => command(deletePartialFilesCommand(repoOf(run))),
  'download-locked': retry,
  disk: retry,
  network: retry,
  'hub-busy': retry,
  'worker-missing': (run) => command(buildCommand(run)),
  'worker-install': (run) => command(buildCommand(run)),
  'spawn-binary': startCommand,
  'spawn-timeout': startCommand,
  'spawn-unproven': ({ worker }) =>
    worker ? { kind: 'link', label: i18n.t('next.open_address'), url: `${worker.address}/health` } : retry(),
  'no-ports': (run) => command(startHiveCommand(run.hive)),
  'model-unsupported': searchHub,
  'unsupported-source': searchHub,
  'job-lost': retry,
  'cancelled-by-hive': retry,
  'message-rejected': () => ({ kind: 'reload' }),
  'permission-missing': () => ({ kind: 'options' }),
  storage: retry,
  internal: retry,
  'extension-updated': () => ({ kind: 'reload' }),
};
