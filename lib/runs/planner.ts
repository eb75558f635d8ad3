import { type HiveClient, HiveUnreachable } from '../hive/client.ts';
import type { Device, HiveModel, VerifiedHive } from '../hive/types.ts';
import { bestHive } from '../hub/best-hive.ts';
import type { LastChoice } from '../hub/choose-file.ts';
import type { HubClient } from '../hub/client.ts';
import { usableBy } from '../hub/memory-fit.ts';
import type { Settings } from '../settings/settings.ts';
import { parseSubject } from '../subject.ts';
import { chooseDevice, type Resolution, resolveRun } from './resolve.ts';
import type { Run } from './run.ts';

/** Chooses hive, device and file of a run. It only reads: nothing is stored, and no hive is asked to do anything. */
export type Planner = {
  /** The run's hive, verified; for a run with `bestFit`, the best one for its subject. Throws as `Hives.verify`. */
  selectHive(run: Run, signal: AbortSignal): Promise<VerifiedHive>;
  /** What the run of a worker page installs or starts on those devices. */
  chooseDevice(run: Run, devices: Device[]): NonNullable<Run['device']>;
  /** The result of the resolve step. */
  chooseFile(run: Run, devices: Device[], signal: AbortSignal): Promise<Resolution>;
};

export type PlannerDeps = {
  hives: {
    /** The configured hives, in the order they are asked. */
    all(): readonly string[];
    /** Throws `HiveUnreachable`, or an `RbeeError` where something else answers. */
    verify(url: string, signal: AbortSignal): Promise<VerifiedHive>;
    client(url: string): HiveClient;
    /** Whether the hive's last listing has a model with that id. */
    isListed(url: string, id: string): Promise<boolean>;
    /** The hive's models, at most a minute old. Throws as `verify`. */
    models(url: string, signal: AbortSignal): Promise<{ models: readonly HiveModel[] }>;
  };
  hub: HubClient;
  lastChoice: { get(hive: string): Promise<LastChoice | undefined> };
  /** The backend of the options; a run's own goes first. */
  backend(): Settings['backend'];
  now(): number;
};

/** The planner of the service worker; tests use it as well. */
export function createPlanner(deps: PlannerDeps): Planner {
  const { hives, hub, lastChoice } = deps;
  const backendOf = (run: Run) => run.backend ?? deps.backend();
  return {
    selectHive: (run, signal) =>
      run.bestFit ? selectBestHive(run.subject, backendOf(run), deps, signal) : hives.verify(run.hive, signal),

    chooseDevice: (run, devices) => chooseDevice(run.subject, devices, backendOf(run)),

    async chooseFile(run, devices, signal) {
      const last = await lastChoice.get(run.hive);
      const isListed = (id: string) => hives.isListed(run.hive, id);
      const isOnHive = (id: string) =>
        hives.models(run.hive, signal).then(
          ({ models }) => models.some((model) => model.id === id),
          () => false,
        );
      const backend = backendOf(run);
      return resolveRun(run, devices, hub, { backend, last, isListed, isOnHive, now: deps.now }, signal);
    },
  };
}

/**
 * The hive that fits the subject best, among those that answer now. Throws `HiveUnreachable` where none answers. If the hub does
 * not answer, memory alone decides.
 */
export async function selectBestHive(
  subjectText: string,
  backend: Settings['backend'],
  { hives, hub, lastChoice }: Omit<PlannerDeps, 'backend' | 'now'>,
  signal: AbortSignal,
): Promise<VerifiedHive> {
  const results = await Promise.allSettled(
    hives.all().map(async (url) => {
      const hive = await hives.verify(url, signal);
      const telemetry = await hives.client(hive.url).telemetry(signal);
      return { hive, workers: telemetry?.workers ?? [], last: await lastChoice.get(hive.url) };
    }),
  );
  signal.throwIfAborted();
  const online = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const subject = parseSubject(subjectText);
  const model = online.length > 1 && subject?.kind === 'model' ? subject : undefined;
  const listing = model ? await hub.repository(model.repo, signal).catch(() => undefined) : undefined;
  signal.throwIfAborted();
  const machines = online.map((machine) => ({ ...machine, devices: usableBy(backend, machine.hive.devices) }));
  const best = bestHive(machines, listing?.models ?? [], model?.file);
  if (best) return best.hive;
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  throw reasons.find((reason) => reason instanceof HiveUnreachable) ?? reasons[0];
}
