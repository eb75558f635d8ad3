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
import { hubLinks, repoOf } from './hub-links.ts';

/** The next step, as a button. */
export type Next =
  | { kind: 'retry' }
  | { kind: 'command'; command: string }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'options' }
  | { kind: 'reload' };

/** The worker does not support the hive's platform, so building it there is no use. */
export const platformError = /^(?:Platform|Architecture) incompatible/;

const command = (text: string | undefined): Next => (text ? { kind: 'command', command: text } : { kind: 'retry' });
const buildStep = (run: Run): Next => command(buildCommand(run));
const startStep = (run: Run): Next => command(startWorkerCommand(run));

/** The command that builds and starts the run's worker; undefined if the hive's platform is not supported. */
export const buildCommand = (run: Run): string | undefined =>
  platformError.test(run.failure?.text ?? '') ? undefined : buildWorkerCommand(run);

/** Errors with a next step other than another attempt or a page of the hub. */
const ownSteps: Partial<Record<ErrorCode, (run: Run) => Next>> = {
  'hive-unreachable': (run) => command(startHiveCommand(run.hive)),
  'not-a-hive': (run) => command(startHiveCommand(run.hive, otherHivePort(run.hive))),
  'partial-file': (run) => command(deletePartialFilesCommand(repoOf(run))),
  'worker-missing': buildStep,
  'worker-install': buildStep,
  'spawn-binary': startStep,
  'spawn-timeout': startStep,
  'spawn-unproven': ({ worker }) =>
    worker ? { kind: 'link', label: i18n.t('next.open_address'), url: `${worker.address}/health` } : { kind: 'retry' },
  'no-ports': (run) => command(startHiveCommand(run.hive)),
  'message-rejected': () => ({ kind: 'reload' }),
  'permission-missing': () => ({ kind: 'options' }),
  'extension-updated': () => ({ kind: 'reload' }),
};

/** The one next step for an error. */
export function nextStep(code: ErrorCode, run: Run): Next {
  const link = hubLinks[code]?.(run);
  return link ? { kind: 'link', ...link } : (ownSteps[code]?.(run) ?? { kind: 'retry' });
}
