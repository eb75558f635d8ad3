import { defined } from '../defined.ts';
import type { HiveClient, Telemetry, WorkerProcess } from '../hive/client.ts';
import type { HiveWorker } from '../hive/types.ts';
import type { Run } from '../runs/run.ts';

/**
 * The workers of one hive: those of runs, of its telemetry, and of its process list, one for each port. A hive on Linux has an empty
 * telemetry beside a running worker (rbee-keeper/rbee 0509312f), and only Unix has a process list, so each source alone is incomplete.
 * `telemetry` and `processes` are undefined if the hive could not be asked.
 */
export function combineWorkers(
  hive: string,
  runs: readonly Run[],
  telemetry: Telemetry | undefined,
  processes: readonly WorkerProcess[] | undefined,
  addressOf: HiveClient['workerAddress'],
): HiveWorker[] {
  const byPort = new Map<number, HiveWorker>();
  const add = (
    source: HiveWorker['source'],
    port: number | undefined,
    pid: number | undefined,
    model: string | undefined,
  ) => {
    if (!port) return;
    const known = byPort.get(port);
    // A port has one process; sources that know less add what is missing.
    byPort.set(port, {
      source,
      port,
      address: addressOf(port),
      ...defined({ pid, model }),
      ...known,
    });
  };
  for (const { pid, port, model, modelRef } of processes ?? []) add('processes', port, pid, modelRef ?? model);
  for (const { pid, port, model } of telemetry?.workers ?? []) add('telemetry', port, pid, model);
  for (const run of runs) {
    if (run.hive === hive && run.state === 'running') add('run', run.worker?.port, run.worker?.pid, run.model);
  }
  return [...byPort.values()].sort((a, b) => a.port - b.port);
}
