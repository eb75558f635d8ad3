import type { Run } from '../../lib/runs/run.ts';
import { parseSubject } from '../../lib/subject.ts';

/**
 * Origin of the worker that can be asked something: it runs, with a model, on the machine of its run's hive. Undefined
 * otherwise: views talk to no other address, whatever a record says.
 */
export function workerToAsk({ state, worker, subject, hive }: Run): string | undefined {
  if (state !== 'running' || !worker || parseSubject(subject)?.kind !== 'model') return undefined;
  const address = URL.canParse(worker.address) && new URL(worker.address);
  if (!address || !URL.canParse(hive) || address.hostname !== new URL(hive).hostname) return undefined;
  return address.protocol === 'http:' && Number(address.port || 80) === worker.port ? address.origin : undefined;
}
