import { isDeepStrictEqual } from 'node:util';
import { safeParse } from 'zod/mini';
import type { Hives } from '../../../lib/background/hives.ts';
import { createLastChoice } from '../../../lib/background/last-chosen-file.ts';
import { createMessageHandlers } from '../../../lib/background/message-handlers.ts';
import { createPages } from '../../../lib/background/pages.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import type { Handlers } from '../../../lib/messages/receive.ts';
import { logKey, runKey } from '../../../lib/runs/keys.ts';
import { Run } from '../../../lib/runs/run.ts';
import { createRunner, type Runner } from '../../../lib/runs/runner.ts';
import { activeStep, currentStep, needsNoAction } from '../../../lib/runs/steps.ts';
import { createStore, type Store } from '../../../lib/runs/store.ts';
import { isConsistent } from '../../../lib/runs/validate-stored-run.ts';
import { alarmPeriod } from '../../../lib/runs/wake-up.ts';
import { defaultSettings } from '../../../lib/settings/settings.ts';
import type { StorageArea } from '../../../lib/storage-area.ts';
import { memoryArea } from './area.ts';
import type { Clock } from './clock.ts';
import { type Conditions, createSimHive, devices, type Plan, type SimJob, simUrl } from './sim-hive.ts';

export type Simulation = {
  plans: readonly Plan[];
  conditions: readonly Conditions[];
  telemetry: boolean;
  processList: boolean;
  binary: boolean;
  downloads: number;
};

type ServiceWorker = { termination: AbortController; store: Store; runner: Runner; commands: Handlers };

/** The second subject is the base model of the first one. */
export const subjects = [
  'hf:org/a',
  'hf:org/base-of-a',
  'hf:org/b',
  'hf:org/choose',
  'worker:llm-worker-rbee-cpu',
] as const;

export type SimBrowser = ReturnType<typeof createSimBrowser>;

/**
 * A browser with the extension, and a machine with a hive: the real reducer, store, runner and message handlers, which can be
 * terminated and started again from storage. Every change is checked; `violations` contains the detected errors.
 */
export function createSimBrowser(simulation: Simulation, clock: Clock) {
  const area = memoryArea();
  const session = memoryArea();
  const violations: string[] = [];
  /** The number of times that the user had the job of a run submitted again. */
  const userResubmits = new Map<string, number>();
  const started: { job: SimJob; key: string; step: string; restarts: number; at: number }[] = [];
  let serviceWorker: ServiceWorker | undefined;
  let latency = 0;

  const hive = createSimHive({
    ...simulation,
    now: () => clock.steady,
    onPost,
    ownerOf: (jobId) => known().find((run) => run.steps.some(({ job }) => job?.id === jobId))?.id,
    onStart,
  });

  function report(what: string, run?: Run): void {
    violations.push(`${what}${run ? `\n${JSON.stringify(run)}` : ''}`);
  }

  /** The stored runs, with the changes that the service worker has not stored yet. */
  function known(): Run[] {
    const stored = [...area.items].flatMap(([key, value]) => (key.startsWith('run:') ? [value as Run] : []));
    return [...new Map([...stored, ...(serviceWorker?.store.all() ?? [])].map((run) => [run.id, run])).values()];
  }

  /** Checks that a run never has two live jobs, and that a job that may still run is not submitted again. */
  function onStart(job: SimJob): void {
    const run = known().find(({ id }) => id === job.owner);
    if (!run) return; // The run was dismissed while it was being cancelled.
    const same = ({ operation }: SimJob) => operation.operation === job.operation.operation;
    const parallel = hive.jobs.filter(
      (other) => other !== job && other.owner === run.id && other.state === 'running' && same(other),
    );
    if (parallel.length > 0) report(`Two live jobs: ${parallel[0]?.id} and ${job.id}`, run);
    const ofOthers = hive.jobs.filter(
      (other) =>
        other.owner !== run.id &&
        other.state === 'running' &&
        same(other) &&
        other.operation.model === job.operation.model,
    );
    const isActive = (id: string | undefined) => known().some((other) => other.id === id && !needsNoAction(other));
    if (job.operation.model && ofOthers.some(({ owner }) => isActive(owner)))
      report('Two live jobs for one model', run);
    const found = run.steps.find((each) => each.job?.id === job.id);
    const step = found?.name ?? '';
    const key = `${run.id} ${run.attempt} ${step} ${userResubmits.get(run.id) ?? 0} ${found?.retry?.count ?? 0}`;
    const before = started.filter((each) => each.key === key);
    if (step !== 'download' && before.length > 0) report(`Resubmitted automatically: ${step}`, run);
    if (before.some((each) => each.restarts === job.restarts))
      report('Resubmitted to a hive that had not been offline', run);
    if (before.length > 3) report('Resubmitted more than three times', run);
    started.push({ job, key, step, restarts: job.restarts, at: clock.steady });
  }

  /** Checks that no second worker is started if a run knows one that responds. */
  function onPost({ operation, model }: SimJob['operation']): void {
    if (operation !== 'worker_spawn' || clock.steady - hive.lastFaultAt < 10_000) return;
    const there = hive.processes.filter(
      (process) => process.model === model && process.endedAt === undefined && process.healthyAt < clock.steady - 500,
    );
    for (const { port, pid, job } of there) {
      if (job === '' && simulation.processList) report('A second worker in addition to one that the user started');
      // After a restart the hive announces a port twice; without telemetry its owner is unknown.
      const isClaimed = known().some(({ worker }) => worker?.port === port && worker.pid !== pid);
      if (isClaimed && !simulation.telemetry) continue;
      const run = known().find(({ worker }) => worker?.port === port && worker.pid === pid && !worker.portTaken);
      if (run) report('A second worker in addition to a known one', run);
    }
  }

  function onChange(run: Run, before: Run | undefined): void {
    if (!safeParse(Run, run).success || !isConsistent(run)) report('A run that cannot be read back', run);
    if (run.state === 'running' && before?.state !== 'running') checkRunning(run);
    if (run.state === 'failed' && before?.state !== 'failed') checkFailure(run, before, run.failure?.code);
    if (run.hiveFailure && run.hiveFailure !== before?.hiveFailure) checkFailure(run, before, run.hiveFailure.code);
    if (run.state === 'cancelled') checkCancelled(run);
    const percent = activeStep(run)?.progress?.percent;
    const was = before && activeStep(before);
    if (asksAgain(run) > asksAgain(before)) userResubmits.set(run.id, (userResubmits.get(run.id) ?? 0) + 1);
    if (was?.job?.id === activeStep(run)?.job?.id && percent !== undefined && percent < (was?.progress?.percent ?? 0)) {
      report('A percentage decreased', run);
    }
    if (run.state === 'installed' && ![...hive.binaries.keys()].some((id) => id.startsWith('llm-worker-rbee-cpu'))) {
      report('Installed without a binary', run);
    }
  }

  /** How many of the user's requests to try again the record contains: of the hive after a failure, and for a lost job. */
  const asksAgain = (run: Run | undefined) => {
    const job = run && activeStep(run)?.job;
    return Number(run?.tryHive === true) + Number(job?.state === 'lost' && job.resubmit === true);
  };
  const isRecent = (at: number | undefined) => at !== undefined && clock.steady - at < 200;

  function checkRunning(run: Run): void {
    const there = hive.processes.filter(
      ({ port, healthyAt, endedAt }) =>
        port === run.worker?.port && healthyAt <= clock.steady && (endedAt === undefined || isRecent(endedAt)),
    );
    if (there.length === 0) return report('Running without a worker that responds', run);
    const spawn = run.steps.find(({ name }) => name === 'spawn');
    const known = simulation.telemetry && spawn?.before;
    if (known && !there.some(({ owner, model }) => owner === run.id || model === run.model))
      report('Running on the worker of another run', run);
  }

  function checkFailure(run: Run, before: Run | undefined, code: ErrorCode | undefined): void {
    const step = before && currentStep(before);
    if (code === 'internal') report('An internal error', run);
    if (run.failure?.code === 'storage' && step?.job && step.job.state !== 'posted')
      report('Failed because of storage although its job continues', run);
    if (run.failure?.code !== 'storage' && run.failure?.text.includes('quota'))
      report('A full storage is reported as another error', run);
    const begun = started.find(({ job }) => job.id === step?.job?.id)?.at ?? 0;
    const isAlive = hive.processes.some(({ job, endedAt }) => job === step?.job?.id && endedAt === undefined);
    if (code === 'spawn-timeout' && isAlive && clock.steady - begun < 149_000)
      report('Failed although the worker may only be slow', run);
    // The evidence was not available, or cannot be stored.
    if (!step?.job || run.failure?.code === 'storage' || !hive.up || clock.steady - hive.lastFaultAt < 10_000) return;
    const since =
      step.name === 'download'
        ? hive.models.get(run.model ?? '')
        : step.name === 'install'
          ? [...hive.binaries].find(([id]) => id.startsWith('llm-worker-rbee-cpu'))?.[1]
          : hive.processes.find(
              ({ job, endedAt, port }) =>
                job === step.job?.id &&
                endedAt === undefined &&
                ((run.worker?.port === port && !run.worker.portTaken) || (simulation.telemetry && step.before)),
            )?.healthyAt;
    if (since !== undefined && since < clock.steady - 500) report('Failed although there was evidence', run);
  }

  function checkCancelled(run: Run): void {
    const job = run.steps.find(({ state }) => state === 'cancelled')?.job?.id;
    const left = hive.processes.some((process) => process.job === job && process.endedAt === undefined);
    if (left && !run.notes?.includes('process-may-remain'))
      report('Cancelled, and its worker continues without a note', run);
  }

  /** Slow storage. Pending writes are lost when the service worker is terminated. */
  function storageOf(termination: AbortSignal, of: StorageArea): StorageArea {
    const never = new Promise<never>(() => {});
    const slow = async <T>(act: () => Promise<T>): Promise<T> => {
      latency = (latency + 7) % 20;
      await new Promise<void>((resolve) => setTimeout(resolve, latency));
      if (termination.aborted) return never;
      const value = await act();
      return termination.aborted ? never : value;
    };
    return {
      get: (keys) => slow(() => of.get(keys)),
      set: (items) => slow(() => of.set(items)),
      remove: (keys) => slow(() => of.remove(keys)),
    };
  }

  async function boot(): Promise<ServiceWorker> {
    if (serviceWorker) return serviceWorker;
    const termination = new AbortController();
    const store = createStore(
      storageOf(termination.signal, area),
      (run, before) => {
        if (termination.signal.aborted) return;
        onChange(run, before);
        scheduleSoon();
      },
      { now: () => clock.now },
    );
    let due = false;
    const scheduleSoon = () => {
      if (due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        if (!termination.signal.aborted) runner.schedule();
      });
    };
    const client = hive.client(termination.signal);
    const verify: Hives['verify'] = async (url, signal) => {
      const key = 'verified';
      const { [key]: at } = (await session.get(key)) as { verified?: number };
      if (at !== undefined && Math.abs(clock.now - at) < 60_000) return { url, devices };
      const seen = await client.identify(signal);
      if (seen.state !== 'connected') {
        await session.remove(key);
        const { HiveUnreachable } = await import('../../../lib/hive/client.ts');
        throw new HiveUnreachable('refused', 'No hive.');
      }
      await session.set({ [key]: clock.now });
      return { url, devices };
    };
    const runner = createRunner({
      store,
      client: () => client,
      verify,
      planner: {
        selectHive: (run, signal) => verify(run.hive, signal),
        chooseDevice: () => ({ backend: 'cpu', index: 0 }),
        async chooseFile(run, _devices, signal) {
          await new Promise<void>((resolve) => setTimeout(resolve, 30));
          if (termination.signal.aborted) await new Promise<never>(() => {});
          signal.throwIfAborted();
          if (run.subject === 'hf:org/choose' && !run.picked) return { type: 'choice-needed', reason: 'no-fit' };
          const model = `${run.subject.replace(/^hf:|base-of-/g, '')}:f.gguf`;
          return { type: 'resolved', model, file: { path: 'f.gguf' }, device: { backend: 'cpu', index: 0 } };
        },
      },
      forget: () => void session.items.delete('verified'),
      limits: () => ({ downloads: simulation.downloads }),
      now: () => clock.now,
      keepAlive: () => () => {},
    });
    const hives = {
      ready: Promise.resolve(),
      client: () => client,
      verify,
      known: (url: string | undefined) => url,
      defaultHive: () => simUrl,
      usesBestFit: () => false,
      orDefault: () => simUrl,
    } as unknown as Hives;
    const hub = undefined as never;
    const commands = createMessageHandlers({
      store,
      runner,
      hives,
      hub,
      lastChoice: createLastChoice(storageOf(termination.signal, area)),
      pages: createPages({ session, runs: store.all, send: async () => {} }),
      settings: () => defaultSettings,
      now: () => clock.now,
    });
    serviceWorker = { termination, store, runner, commands };
    void store.ready.then(() => {
      scheduleSoon();
      return runner.lookForHives(termination.signal);
    });
    return serviceWorker;
  }

  /** The alarm that starts the service worker every 30 s while a run needs it. */
  async function alarm(): Promise<void> {
    if (alarmPeriod(known(), clock.now)) {
      const { store, runner, termination } = await boot();
      void store.ready.then(() => {
        runner.schedule();
        return runner.lookForHives(termination.signal);
      });
    }
    setTimeout(() => void alarm(), 30_000);
  }
  setTimeout(() => void alarm(), 30_000);

  return {
    hive,
    area,
    violations,
    boot,
    startedAt: (jobId: string): number | undefined => started.find(({ job }) => job.id === jobId)?.at,
    runs: (): Run[] => (serviceWorker?.store.all() ?? []).toSorted((a, b) => a.order - b.order),
    /** Terminates the service worker. The next event starts it again. */
    terminate(): void {
      serviceWorker?.termination.abort();
      serviceWorker = undefined;
    },
    /** Checks that storage contains exactly the runs of the store, and no orphaned logs. */
    checkStorage(): void {
      const runs = serviceWorker?.store.all() ?? [];
      const keys = new Set(runs.flatMap(({ id }) => [runKey(id), logKey(id)]));
      for (const key of area.items.keys())
        if (!keys.has(key) && key !== 'last-choice') report(`An orphaned item in storage: ${key}`);
      for (const run of runs) {
        if (run.state === 'cancelled') checkCancelled(run);
        const stored = area.items.get(runKey(run.id));
        if (!isDeepStrictEqual(stored, run))
          report(`Stored differently than displayed: ${JSON.stringify(stored)}`, run);
      }
      const clicked = runs.map(({ subject }) => subject);
      if (new Set(clicked).size !== clicked.length) report(`Two runs for one subject: ${clicked.join(' ')}`);
    },
  };
}
