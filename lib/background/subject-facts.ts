import { defined } from '../defined.ts';
import { RbeeError } from '../errors.ts';
import { type Backend, backends, type Device } from '../hive/types.ts';
import { type Choice, chooseFile } from '../hub/choose-file.ts';
import type { HubClient } from '../hub/client.ts';
import { findDerivatives } from '../hub/find-derivatives.ts';
import { repositoryPage, searchPage } from '../hub/hub-urls.ts';
import { usableBy } from '../hub/memory-fit.ts';
import type { ModelFileEntry } from '../hub/model-files.ts';
import type { SummaryReason } from '../messages/contract.ts';
import { neverAborts } from '../never-aborts.ts';
import { waitingFor } from '../runs/create-run.ts';
import { isInstalled } from '../runs/evidence.ts';
import { chooseDevice } from '../runs/resolve.ts';
import { namedBackend, neededWorker } from '../runs/step-operation.ts';
import type { Store } from '../runs/store.ts';
import type { Settings } from '../settings/settings.ts';
import type { Hives } from './hives.ts';
import type { createLastChoice } from './last-chosen-file.ts';

export type SubjectDeps = {
  hives: Hives;
  hub: HubClient;
  lastChoice: ReturnType<typeof createLastChoice>;
  store: Store;
  settings(): Settings;
};

/** A view gets its reply after this time, with what is known by then. */
const replyWithinMs = 4_000;

/** Resolves with undefined for work that fails, or takes longer than a view waits. */
export type InTime = <T>(work: Promise<T>) => Promise<T | undefined>;

/** Starts one time limit for all work that a reply needs. */
export function createTimeLimit(): InTime {
  const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, replyWithinMs));
  return (work) => Promise.race([work.catch(() => undefined), timeout]);
}

/** How to ask a hive: which one, and whether a user gesture asked for it. */
export type HiveQuery = { hive: string; passive: boolean; inTime: InTime };

/** The hive, or undefined if it does not answer in time. */
export const verifyInTime = (hives: Hives, { hive, passive, inTime }: HiveQuery) =>
  inTime(passive ? hives.verifyPassively(hive, neverAborts) : hives.verify(hive, neverAborts));

export type ModelFacts = {
  /** The repository whose files these are: the subject's own, or one that the user has picked for it. */
  repo: string;
  picked: boolean;
  devices: Device[];
  files: ModelFileEntry[];
  /** The file that a click takes. */
  taken: ModelFileEntry | undefined;
  /** `org/name:file` of all models on the hive. */
  downloaded: ReadonlySet<string>;
  derivatives: { id: string; downloads: number }[];
  reasons: SummaryReason[];
  /** No file can be taken without a decision of the user. */
  undecided: boolean;
  /** There is nothing to decide either. */
  unsupported: boolean;
  link?: string;
};

/** What hub and hive know about a model. Either of them may not answer; then only its own facts are missing. */
export async function readModelFacts(
  subjectText: string,
  { repo: own, file }: { repo: string; file?: string },
  ask: HiveQuery,
  { hives, hub, lastChoice, store, settings }: SubjectDeps,
): Promise<ModelFacts> {
  const { hive, passive, inTime } = ask;
  // Once none of the picked repository's files fitted, those are what the user chooses from.
  const picked = waitingFor(store.all(), subjectText, hive)?.picked?.repo;
  const repo = picked ?? own;
  let gated = false;
  const listing = inTime(
    hub.repository(repo, neverAborts).catch((error: unknown) => {
      gated = error instanceof RbeeError && error.code === 'gated';
      throw error;
    }),
  );
  const verified = await verifyInTime(hives, ask);
  const [found, models, last] = await Promise.all([
    listing,
    verified && inTime(hives.models(verified.url, neverAborts, passive)),
    lastChoice.get(hive),
  ]);
  const id = found?.id ?? repo;
  const devices = usableBy(settings().backend, verified?.devices ?? []);
  const downloaded = new Set(models?.models.map((model) => model.id));
  // A disabled repository has none that can be downloaded.
  const files = found && !found.disabled ? found.models : [];
  const choice: Choice | undefined = found && chooseFile(files, devices, last);
  const none = choice && 'none' in choice ? choice.none : undefined;
  // A model that the hive got without a file name is taken as it is.
  const isWhole = !file && downloaded.has(repo);
  const path = file ?? (choice && !isWhole && !('none' in choice) ? choice.entry.path : undefined);
  const taken = files.find((entry) => entry.path === path);
  const undecided = none !== undefined && !file && !isWhole;
  const isUnusable = undecided && none !== 'no-fit';
  const listed = found && isUnusable && !found.disabled ? await inTime(findDerivatives(hub, found, neverAborts)) : [];
  const derivatives = listed ?? [];
  // A licence concerns the files of this repository, not derivatives.
  gated ||= Boolean(found?.gated) && derivatives.length === 0;
  // Without a decision, what is true of all files.
  const loads = taken ? taken.loads : none === 'no-fit' && sameFor(files.map((file) => file.loads));
  // If the hub did not list derivatives in time, a click may still find some.
  const unsupported = found?.disabled ?? (isUnusable && listed?.length === 0);

  const reasons: (SummaryReason | false | undefined)[] = [
    gated && 'gated',
    !found && !gated && 'unlisted',
    found?.disabled ? 'disabled' : undecided && (derivatives.length > 0 ? 'derivatives' : none),
    loads === 'no' && 'not-loadable',
    loads === 'unsure' && 'maybe-not-loadable',
  ];
  return {
    repo: id,
    picked: picked !== undefined,
    devices,
    files,
    taken,
    downloaded,
    derivatives,
    reasons: reasons.filter((reason) => typeof reason === 'string'),
    undecided,
    unsupported,
    ...defined({ link: unsupported ? searchPage(id) : gated ? repositoryPage(id) : undefined }),
  };
}

/** The value of all entries, or undefined if they differ. */
const sameFor = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

export type WorkerFacts = {
  /** The backends the subject may be installed for. */
  backends: Backend[];
  installed: Backend[];
  /** What a click installs; undefined if the hive does not answer. */
  usual: Backend | undefined;
  /** The subject's id names its backend, so there is nothing to choose. */
  fixed: boolean;
  reasons: SummaryReason[];
};

/** What the hive knows about a worker binary. */
export async function readWorkerFacts(
  subjectText: string,
  ask: HiveQuery,
  { hives, settings }: SubjectDeps,
): Promise<WorkerFacts> {
  const verified = await verifyInTime(hives, ask);
  const listed = (verified && (await ask.inTime(hives.installed(verified.url, neverAborts, ask.passive)))) ?? [];
  const named = namedBackend(subjectText);
  const devices = verified?.devices ?? [];
  const usual = devices.length > 0 ? chooseDevice(subjectText, devices, settings().backend).backend : undefined;
  const own = backends.filter((backend) => !named || backend === named);
  const installed = own.filter((backend) => {
    const needed = neededWorker({ subject: subjectText, device: { backend, index: 0 } });
    return listed.some((worker) => isInstalled(worker, needed));
  });
  const isInstalledUsual = usual !== undefined && installed.includes(usual);
  return {
    backends: own,
    installed,
    usual,
    fixed: named !== undefined,
    reasons: named === 'rocm' ? ['rocm'] : isInstalledUsual ? ['installed'] : [],
  };
}
