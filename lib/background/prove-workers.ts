import { isLoopback } from '../hive/address.ts';
import type { HiveClient } from '../hive/client.ts';
import { neverAborts } from '../never-aborts.ts';
import { listWorkers } from '../runs/find-worker.ts';
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
      const client = hives.client(run.hive);
      const { state } = await client.probeWorker(worker.port, neverAborts);
      if (state === 'healthy') store.apply(run.id, { type: 'worker-proven' });
      // A timeout proves nothing: the machine may be busy, or the browser may not let us ask.
      else if (state !== 'timeout' && (await hasGone(run, worker, client)))
        store.apply(run.id, { type: 'worker-gone' });
    }),
  );
}

/**
 * Whether a worker that refuses or answers something else has gone. On this machine it has. Elsewhere the network may be in between, and a
 * captive portal answers everything: only the hive itself, asked now, can tell that it lists no such worker.
 */
async function hasGone(run: Run, worker: Worker, client: HiveClient): Promise<boolean> {
  if (isLoopback(run.hive)) return true;
  const { workers, answered } = await listWorkers(run, client, neverAborts);
  return answered && workers.every(({ port }) => port !== worker.port);
}
