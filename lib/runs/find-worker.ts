import type { HiveClient } from '../hive/client.ts';
import { servesModel } from '../hive/processes.ts';
import { mayHaveStarted } from './decide-without-evidence.ts';
import type { BeforeSpawn } from './events.ts';
import type { Run, Step, Worker } from './run.ts';
import { spawnKey } from './steps.ts';
import { isOnHost } from './validate-stored-run.ts';

/** A worker process on the hive's machine, from telemetry or from the process list. */
export type ListedWorker = { pid: number; port?: number; servesRun: boolean; backend?: string };

type Listing = {
  workers: ListedWorker[];
  /** Telemetry lists spawned workers here. It often lists none (always off Linux), so an empty one proves nothing. */
  hasTelemetry: boolean;
  /** At least one of the two sources answered. */
  answered: boolean;
  /** The process list works: it contains every worker that the user started. */
  hasProcesses: boolean;
};

/** Merges telemetry and `worker_process_list`. A source that fails is left out. */
export async function listWorkers(run: Run, hive: HiveClient, signal: AbortSignal): Promise<Listing> {
  const [telemetry, processes] = await Promise.all([
    hive.telemetry(signal),
    hive.workerProcesses(signal).catch(() => {
      signal.throwIfAborted();
      return undefined;
    }),
  ]);
  const byPid = new Map<number, ListedWorker>();
  for (const { pid, port, model } of telemetry?.workers ?? []) {
    const servesRun = model !== undefined && [run.model ?? '', run.path].includes(model);
    byPid.set(pid, { pid, ...(port && { port }), servesRun });
  }
  for (const process of processes ?? []) {
    const { pid, port, program } = process;
    const servesRun = run.model !== undefined && servesModel(process, run.model, run.path);
    const backend = /-(cpu|cuda|metal|rocm)(?:-\d+)?$/.exec(program)?.[1];
    byPid.set(pid, { ...byPid.get(pid), pid, port, servesRun, ...(backend && { backend }) });
  }
  return {
    workers: [...byPid.values()],
    hasTelemetry: (telemetry?.workers.length ?? 0) > 0,
    answered: telemetry !== undefined || processes !== undefined,
    hasProcesses: processes !== undefined,
  };
}

/**
 * The process of this spawn: it serves the run's model and was not listed before the POST. `unknown` if the hive could not list
 * workers then or now, or never lists spawned ones. `shared`: another process has the same port, and may be the one that answers.
 */
export async function findProcess(
  run: Run,
  { before }: Step,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<{ pid: number; port?: number; shared: boolean } | 'none' | 'unknown'> {
  if (!before) return 'unknown';
  const { workers, hasTelemetry } = await listWorkers(run, hive, signal);
  const ours = workers.find(({ pid, servesRun }) => servesRun && !before.some((old) => old.pid === pid));
  if (!ours) return hasTelemetry ? 'none' : 'unknown';
  const shared = workers.some(({ pid, port }) => pid !== ours.pid && port === ours.port);
  return { pid: ours.pid, ...(ours.port && { port: ours.port }), shared };
}

/**
 * Looks for a worker that serves what the run needs: listed by the hive (a spawned one, or one the user started), or known from
 * another run or an earlier attempt. `worker` answers and can be used instead of a spawn. A process that an earlier attempt left and
 * that does not answer is stopped, or reported as remaining.
 */
export async function lookBeforeSpawn(
  run: Run,
  step: Step,
  runs: readonly Run[],
  hive: HiveClient,
  signal: AbortSignal,
): Promise<BeforeSpawn & { worker?: Worker }> {
  const isHere = ({ address, port }: Worker) => isOnHost(address, port, run.hive);
  const known = runs.flatMap(({ worker }) => (worker && isHere(worker) ? [worker] : []));
  const { workers, hasTelemetry, answered } = await listWorkers(run, hive, signal);
  const key = spawnKey(run);
  const isFree = (port: number | undefined) =>
    known.every((other) => other.portTaken || other.port !== port || other.spawnKey === key);
  const isSuitable = ({ servesRun, port, backend }: ListedWorker) =>
    servesRun && (!backend || backend === run.device?.backend) && isFree(port);
  const suitable = workers.filter(isSuitable);
  const ports = new Set([...known, ...suitable].flatMap(({ port }) => (port ? [port] : [])));
  const probes = await Promise.all(
    [...ports].map(async (port) => ({ port, probe: await hive.probeWorker(port, signal) })),
  );
  const addresses = new Map(
    probes.flatMap(({ port, probe }) => (probe.state === 'healthy' ? [[port, probe.address] as const] : [])),
  );
  const occupied = [...addresses.keys()];
  const before = answered ? workers.map(({ pid, port }) => ({ pid, ...(port && { port }) })) : undefined;

  for (const { port, pid } of suitable) {
    const address = port && addresses.get(port);
    if (address) return { worker: { address, port, pid } };
  }
  // Not listed: the port has to be enough, and no other run may know a different worker on it.
  const isOurs = ({ port, pid, portTaken }: Worker) =>
    hasTelemetry
      ? workers.some((other) => other.port === port && (pid ? other.pid === pid : other.servesRun))
      : !portTaken && isFree(port);
  const worker = known.find((one) => one.spawnKey === key && addresses.has(one.port) && isOurs(one));
  if (worker) return { worker };

  const silent = workers.filter(({ port }) => !port || !addresses.has(port));
  const remains = await clearRemains(run, step, silent, hasTelemetry, hive, signal);
  return { ...(before && { before }), occupied, ...(remains !== undefined && { remains }) };
}

/** Stops the process that an earlier attempt left. True: one may still exist; false: none does; undefined: nothing is known. */
async function clearRemains(
  run: Run,
  step: Step,
  workers: readonly ListedWorker[],
  hasTelemetry: boolean,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { worker } = run;
  if (!worker) return workers.some(({ servesRun }) => servesRun) ? true : undefined;
  const listed = workers.find(({ port }) => port === worker.port);
  if (hasTelemetry && !listed) return false;
  if (worker.spawnKey !== spawnKey(run)) return true;
  const pid = worker.pid ?? (listed?.servesRun ? listed.pid : undefined);
  return (await stopProcess({ ...run, worker: { ...worker, ...(pid && { pid }) } }, step, hive, signal)) !== undefined;
}

/**
 * Ends the process that a cancelled or superseded spawn has started; the client only stops what the hive shows as a worker. Returns
 * the note for the run if a process may remain.
 */
export async function stopProcess(
  run: Run,
  step: Step,
  hive: HiveClient,
  signal: AbortSignal,
): Promise<'process-may-remain' | undefined> {
  const pid = run.worker?.pid;
  if (!mayHaveStarted(run, step)) return undefined;
  try {
    const found = pid ? { pid } : await findProcess(run, step, hive, signal);
    if (typeof found === 'object') await hive.stopWorker(found.pid, signal);
    return found === 'unknown' ? 'process-may-remain' : undefined;
  } catch {
    signal.throwIfAborted();
    return 'process-may-remain';
  }
}

/** The worker a manual start waits for: listed with the run's model, or answering on the announced or the displayed port. */
export async function findManualWorker(
  run: Run,
  runs: readonly Run[],
  hive: HiveClient,
  signal: AbortSignal,
): Promise<Worker | undefined> {
  const findOn = async (port: number, pid?: number): Promise<Worker | undefined> => {
    const probe = await hive.probeWorker(port, signal);
    return probe.state === 'healthy' ? { address: probe.address, port, ...(pid && { pid }) } : undefined;
  };
  const { workers, hasProcesses } = await listWorkers(run, hive, signal);
  for (const { servesRun, port, pid } of workers) {
    const worker = servesRun && port ? await findOn(port, pid) : undefined;
    if (worker) return worker;
  }
  const isListed = (port: number) => workers.some((worker) => worker.port === port);
  const announced = run.worker && !run.worker.portTaken ? run.worker.port : undefined;
  // A spawned process need not be listed; a process started with the displayed command is, if the hive can list any.
  const candidates = [announced, ...(hasProcesses ? [] : [run.manual?.port])];
  for (const port of candidates) {
    if (!port || isListed(port) || isUsedByOther(run, port, runs)) continue;
    const worker = await findOn(port);
    if (worker) return worker;
  }
  return undefined;
}

const firstPort = 8080;
const maxProbes = 20;

/**
 * A port for the command of a manual start: not named by another run on this machine, not listed, and nothing answers there. The displayed
 * one is kept if its worker has just begun to answer and the hive cannot list it.
 */
export async function chooseFreePort(
  run: Run,
  runs: readonly Run[],
  hive: HiveClient,
  signal: AbortSignal,
): Promise<number> {
  const { workers, hasProcesses } = await listWorkers(run, hive, signal);
  // A process of the failed spawn may still come up on the announced port.
  const isNamed = (port: number) =>
    port === run.worker?.port ||
    isUsedByOther(run, port, runs) ||
    workers.some((worker) => worker.port === port && !worker.servesRun);
  const counted = Array.from({ length: runs.length + maxProbes }, (_, index) => firstPort + index);
  const candidates = [run.manual?.port, ...counted].filter(
    (port): port is number => port !== undefined && !isNamed(port),
  );
  for (const port of candidates.slice(0, maxProbes)) {
    const { state } = await hive.probeWorker(port, signal);
    const isOurs = state === 'healthy' && port === run.manual?.port && !hasProcesses;
    if (state === 'refused' || state === 'timeout' || isOurs) return port;
  }
  return candidates[maxProbes] ?? firstPort;
}

/** Another run on the same machine shows this port in its command, or has its worker there. */
function isUsedByOther(run: Run, port: number, runs: readonly Run[]): boolean {
  const host = hostOf(run.hive);
  return runs.some(
    (other) =>
      other.id !== run.id &&
      hostOf(other.hive) === host &&
      (other.manual?.port === port || (other.state === 'running' && other.worker?.port === port)),
  );
}

const hostOf = (url: string): string => new URL(url).hostname;
