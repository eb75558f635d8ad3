import * as z from 'zod/mini';
import { isLoopback } from '../hive/address.ts';
import { Run, type RunState, type StepName } from './run.ts';
import { activeStep, currentStep } from './steps.ts';

/** Click orders this large come from damaged records; the next one would not be a safe integer. */
const maxOrder = 2 ** 40;

/**
 * Reads a stored run. Undefined for anything the service worker could not have stored: another shape, a state without what belongs to
 * it, or addresses that do not belong to a configured hive. Never throws.
 */
export function readStoredRun(value: unknown, hives: readonly string[] | undefined): Run | undefined {
  const run = z.safeParse(Run, value).data;
  return run && isConsistent(run) && (!hives || belongsToHive(run, hives)) ? run : undefined;
}

const stepsOfState: Partial<Record<RunState, readonly StepName[]>> = {
  resolving: ['resolve'],
  downloading: ['download'],
  installing: ['install'],
  starting: ['install', 'spawn'],
};

/** Whether the record has what its state needs to continue or to be displayed. */
export function isConsistent(run: Run): boolean {
  const active = activeStep(run)?.name;
  switch (run.state) {
    case 'queued':
    case 'offline':
      return currentStep(run) !== undefined;
    case 'resolving':
    case 'downloading':
    case 'installing':
    case 'starting':
      return active !== undefined && stepsOfState[run.state]?.includes(active) === true;
    case 'choose':
      return active !== undefined && run.choice !== undefined && (run.choice !== 'start-worker' || !!run.manual);
    case 'cancelling':
      return run.cancel !== undefined && currentStep(run) !== undefined;
    case 'running':
    case 'stopped':
      return run.worker !== undefined;
    case 'failed':
      return run.failure !== undefined;
    case 'installed':
    case 'cancelled':
      return true;
  }
}

/**
 * Whether the run's hive is one of `hives` and its worker is on that hive's machine. A compromised content script may have
 * written a record in a browser that does not restrict storage. Pids are verified by the hive before they are used.
 */
export function belongsToHive({ hive, worker }: Run, hives: readonly string[]): boolean {
  return hives.includes(hive) && (!worker || isOnHost(worker.address, worker.port, hive));
}

/** Whether a worker's address is on the machine of a hive, with this port. */
export function isOnHost(address: string, port: number, hive: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(hive)) return false;
  const url = new URL(address);
  if (url.origin !== address || url.protocol !== 'http:' || Number(url.port || 80) !== port) return false;
  // A worker is also reached under another name of this machine.
  return url.hostname === new URL(hive).hostname || (isLoopback(address) && isLoopback(hive));
}

/** Numbers the click orders from 1 if one of them is too large to count on. */
export function withSafeOrders(runs: readonly Run[]): Run[] {
  if (runs.every(({ order }) => order < maxOrder)) return [...runs];
  return runs.toSorted((a, b) => a.order - b.order).map((run, index) => ({ ...run, order: index + 1 }));
}
