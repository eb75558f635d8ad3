import { RbeeError } from '../errors.ts';
import type { Device } from '../hive/types.ts';
import { backends } from '../hive/types.ts';
import { largestDevice } from '../hub/best-hive.ts';
import { chooseFile, type LastChoice } from '../hub/choose-file.ts';
import type { HubClient } from '../hub/client.ts';
import { findDerivatives } from '../hub/find-derivatives.ts';
import { HubError, type HubTrouble } from '../hub/hub-error.ts';
import { type Fit, fitOn, usableBy } from '../hub/memory-fit.ts';
import { hiveModelId, type ModelFileEntry } from '../hub/model-files.ts';
import { nextAttemptAt } from '../hub/retry-schedule.ts';
import type { Settings } from '../settings/settings.ts';
import { parseSubject } from '../subject.ts';
import type { RunEvent } from './events.ts';
import type { Note, Run } from './run.ts';
import { namedBackend } from './step-operation.ts';
import { currentStep } from './steps.ts';

/** The result of the resolve step: a file, a question to the user, a time to ask the hub again, or a failure. */
export type Resolution = Extract<RunEvent, { type: 'resolved' | 'choice-needed' | 'retry-scheduled' | 'failed' }>;

/** What the choice depends on besides the hub: the user's decisions, and what the hive has. */
type ResolveContext = {
  backend: Settings['backend'];
  /** The file last chosen on this hive. */
  last?: LastChoice | undefined;
  /** Whether the hive is known to have a model with that id. */
  isListed(id: string): boolean | Promise<boolean>;
  /** Asks the hive whether it has a model with that id. */
  isOnHive(id: string): Promise<boolean>;
  now(): number;
};

/** Refusals that a hive with a token may not get. */
const hiveMayHaveAccess: ReadonlySet<HubTrouble> = new Set(['missing', 'gated']);

/**
 * Chooses the file of the subject's repository and the device it runs on. A file that the user named is taken as it is, and so is a
 * model that the hive has under the repository's id alone. If the hub cannot be asked, the file of the last attempt or of the page
 * is taken: the hive may have a token that the extension has not. Without such a file, only a hive that may have access is asked to find one
 * itself, because hives rarely can; a temporary problem of the hub is waited for.
 */
export async function resolveRun(
  run: Run,
  all: Device[],
  hub: HubClient,
  { backend, last, isListed, isOnHive, now }: ResolveContext,
  signal: AbortSignal,
): Promise<Resolution> {
  const devices = usableBy(backend, all);
  const subject = parseSubject(run.subject);
  if (subject?.kind !== 'model') return { type: 'failed', code: 'unsupported-source', text: run.subject };
  const { repo, path: named }: NonNullable<Run['picked']> = run.picked ?? { repo: subject.repo, path: subject.file };
  const path = named ?? (await downloadedBefore(run, repo, isOnHive));

  if (!path && (await isListed(repo))) {
    return { type: 'resolved', model: repo, device: deviceFor(undefined, devices, backend) };
  }

  let listing: Awaited<ReturnType<HubClient['repository']>>;
  try {
    listing = await hub.repository(repo, signal);
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error;
    const before = run.model?.startsWith(`${repo}:`) ? run.file : undefined;
    const file: Run['file'] = named ? { path: named } : before;
    if (!file?.path && error instanceof HubError && !hiveMayHaveAccess.has(error.trouble))
      return waitForHub(run, error, now());
    return {
      type: 'resolved',
      model: file?.path ? hiveModelId(repo, file.path) : repo,
      ...(file && { file }),
      device: deviceFor(undefined, devices, backend),
      ...(error.code === 'gated' && { gated: true }),
      ...(!file?.size && { notes: ['size-unknown'] }),
    };
  }

  if (listing.disabled) return { type: 'failed', code: 'repo-disabled', text: listing.id };
  const entries = listing.models;
  if (path) {
    const entry = entries.find((other) => other.path === path);
    return resolved(listing, entry ?? { path }, entry && fitOn(entry, devices), devices, backend);
  }

  const choice = chooseFile(entries, devices, last);
  if ('entry' in choice && !('none' in choice)) {
    const asks =
      (run.fromCard || run.picked) &&
      choice.entry.loads === 'no' &&
      !(await isOnHive(hiveModelId(listing.id, choice.entry.path)));
    if (asks) return { type: 'choice-needed', reason: 'not-loadable' };
    return resolved(listing, choice.entry, choice.fit, devices, backend);
  }
  if (choice.none === 'no-fit') return { type: 'choice-needed', reason: 'no-fit' };
  try {
    if ((await findDerivatives(hub, listing, signal)).length > 0)
      return { type: 'choice-needed', reason: 'derivatives' };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.isTemporary) return waitForHub(run, error, now());
  }
  const text = choice.none === 'split' ? 'Every GGUF model here is split into several files.' : 'No GGUF file here.';
  return { type: 'failed', code: 'no-gguf', text };
}

/** The file of the last attempt, if the hive still has it: a new attempt starts the model that the user sees. */
async function downloadedBefore(
  { file, model }: Run,
  repo: string,
  isOnHive: ResolveContext['isOnHive'],
): Promise<string | undefined> {
  const isSame = file?.path && model === hiveModelId(repo, file.path);
  return isSame && (await isOnHive(model)) ? file.path : undefined;
}

/** Schedules the next request to the hub, or fails if it cannot succeed or was repeated often enough. */
function waitForHub(run: Run, error: HubError, now: number): Resolution {
  const failures = (currentStep(run)?.retry?.count ?? 0) + 1;
  const retryAt = nextAttemptAt(error, failures, now);
  const { code } = error;
  return retryAt ? { type: 'retry-scheduled', code, retryAt } : { type: 'failed', code, text: error.message };
}

const loadNotes: Partial<Record<ModelFileEntry['loads'], Note[]>> = {
  no: ['not-loadable'],
  unsure: ['maybe-not-loadable'],
};

/** The event for a file, with what is known to speak against it. */
function resolved(
  { id, gated }: { id: string; gated: false | string },
  { path, sizeBytes, loads }: Pick<ModelFileEntry, 'path' | 'sizeBytes'> & Partial<ModelFileEntry>,
  fit: Fit | undefined,
  devices: Device[],
  backend: Settings['backend'],
): Resolution {
  return {
    type: 'resolved',
    model: hiveModelId(id, path),
    file: { path, ...(sizeBytes && { size: sizeBytes }) },
    device: deviceFor(fit, devices, backend),
    gated: gated !== false,
    notes: [...(fit && 'tight' in fit ? ['tight' as const] : []), ...((loads && loadNotes[loads]) ?? [])],
  };
}

/** What the run of a worker page installs or starts: the backend in the page's id, else the preferred one, else the one for the hive's devices. */
export function chooseDevice(
  subject: string,
  devices: Device[],
  preferred: Settings['backend'],
): NonNullable<Run['device']> {
  const named = namedBackend(subject);
  const backend = backends.find((known) => known === named) ?? preferred;
  return deviceFor(undefined, usableBy(backend, devices), backend);
}

/** `GPU-1` is `cuda` 1. A hive lists NVIDIA cards only, so Metal has to be chosen by the user. `devices`: usable ones. */
function deviceFor(fits: Fit | undefined, devices: Device[], backend: Settings['backend']): NonNullable<Run['device']> {
  if (backend === 'cpu' || backend === 'metal') return { backend, index: 0 };
  const device = fits && 'device' in fits ? fits.device : largestDevice(devices);
  const index = Number(/^GPU-(\d{1,3})$/.exec(device?.id ?? '')?.[1] ?? 0);
  return { backend: backend === 'cuda' || device?.kind === 'gpu' ? 'cuda' : 'cpu', index };
}
