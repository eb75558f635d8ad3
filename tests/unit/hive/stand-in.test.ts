import { describe, expect, it, onTestFinished } from 'vitest';
import { createHiveClient, type HiveClient } from '../../../lib/hive/client.ts';
import type { Operation } from '../../../lib/hive/operation-types.ts';
import { servesModel } from '../../../lib/hive/processes.ts';
import { startWorkerCommand } from '../../../lib/hive-commands/commands.ts';
import { record } from '../../e2e/records.ts';
import type { HiveOptions } from '../../hive/options.ts';
import { type StandIn, startHive } from '../../hive/start-hive.ts';
import { findFreePort } from '../../net/free-port.ts';
import { never } from './server.ts';

const file = 'acme/tiny-GGUF:tiny-Q4_K_M.gguf';
const spawn: Operation = { operation: 'worker_spawn', hive_id: 'localhost', model: file, worker: 'cpu', device: 0 };

async function start(options: HiveOptions = {}): Promise<{ hive: StandIn; client: HiveClient }> {
  const hive = await startHive({ kind: 'better', models: [file], heartbeatMs: 50, ...options });
  onTestFinished(() => hive.stop());
  return { hive, client: createHiveClient(hive.url) };
}

describe('the client with the stand-in hive', () => {
  it('finds a worker by its process if there is no telemetry, and stops no other process', async () => {
    const { hive, client } = await start({ telemetry: false });
    const jobId = await client.submit(spawn, never);
    await client.follow(jobId, never, () => {});
    const pid = hive.workers[0]?.pid ?? 0;
    expect(await client.stopWorker(process.pid, never)).toBe('gone');
    expect(hive.calls()).not.toContain('POST worker_process_delete');
    expect(await client.stopWorker(pid, never)).toBe('stopped');
    expect(hive.workers[0]?.alive).toBe(false);
  });

  it('recognises a worker by the catalog’s folder if its path was not known', async () => {
    const { hive, client } = await start({ kind: 'today', models: [file] });
    const { path: _, ...run } = record(0, { model: file, hive: hive.url });
    hive.shell(startWorkerCommand(run, await findFreePort()) ?? '');
    await expect.poll(() => client.workerProcesses(never)).toHaveLength(1);
    const [worker] = await client.workerProcesses(never);
    expect(worker && servesModel({ ...worker, modelRef: '' }, file)).toBe(true);
  });
});
