import type { Run } from '../../lib/runs/run.ts';
import { isOnHost } from '../../lib/runs/validate-stored-run.ts';
import { parseSubject } from '../../lib/subject.ts';

/**
 * Origin of the worker that prompts are sent to: it runs a model on the host of its run's hive. Undefined otherwise, so that a forged
 * record cannot make the popup contact another host.
 */
export function promptOrigin({ state, worker, subject, hive }: Run): string | undefined {
  if (state !== 'running' || !worker || parseSubject(subject)?.kind !== 'model') return undefined;
  return isOnHost(worker.address, worker.port, hive) ? worker.address : undefined;
}
