import { isLoopback } from '../hive/address.ts';
import { neverAborts } from '../never-aborts.ts';
import type { Run, Worker } from '../runs/run.ts';
import type { Store } from '../runs/store.ts';
import type { Hives } from './hives.ts';

/** A worker that answered this lately is not asked again. */
const provenForMs = 5_000;

type Deps = { store: Store; hives: Hives; now(): number };

/** Asks the workers of running runs whether they still answer, and records the answers. Never rejects for a hive that is offline. */
export async function proveWorkers(runs: readonly Run[], { store, hives, now }: Deps): Promise<void> {
  await Promise.all(
    runs.map(async (run) => {
      const { worker } = run;
      if (run.state !== 'running' || !worker || Math.abs(now() - (worker.provenAt ?? 0)) < provenForMs) return;
      const { state } = await hives.client(run.hive).probeWorker(worker.port, neverAborts);
      if (state === 'healthy') store.apply(run.id, { type: 'worker-proven' });
      // A timeout proves nothing: the machine may be busy, or the browser may not let us ask.
      else if (state !== 'timeout' && (await hasGone(run.hive, worker, hives)))
        store.apply(run.id, { type: 'worker-gone' });
    }),
  );
}

/**
 * Whether a worker that refuses or answers something else has gone. On this machine it has. Elsewhere the network may be in between, and a
 * captive portal answers everything: only the hive itself, asked now, can tell that it lists no such worker.
 */
async function hasGone(hive: string, worker: Worker, hives: Hives): Promise<boolean> {
  if (isLoopback(hive)) return true;
  const client = hives.client(hive);
  const [telemetry, processes] = await Promise.all([
    client.telemetry(neverAborts),
    client.workerProcesses(neverAborts).catch(() => undefined),
  ]);
  const isListed = [...(telemetry?.workers ?? []), ...(processes ?? [])].some(({ port }) => port === worker.port);
  return !isListed && (telemetry !== undefined || processes !== undefined);
}
