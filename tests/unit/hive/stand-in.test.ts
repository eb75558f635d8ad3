import { describe, expect, it, onTestFinished } from 'vitest';
import { createHiveClient, type HiveClient } from '../../../lib/hive/client.ts';
import type { HiveEvent } from '../../../lib/hive/events.ts';
import { infer } from '../../../lib/hive/infer.ts';
import type { Operation } from '../../../lib/hive/operation-types.ts';
import { servesModel } from '../../../lib/hive/processes.ts';
import { buildWorkerCommand, startWorkerCommand } from '../../../lib/hive-commands/commands.ts';
import { record } from '../../e2e/records.ts';
import type { HiveOptions } from '../../hive/options.ts';
import { type StandIn, startHive } from '../../hive/start-hive.ts';
import { startHub } from '../../hub/start-hub.ts';
import { findFreePort } from '../../net/free-port.ts';
import { never } from './server.ts';

const hive_id = 'localhost';
const file = 'acme/tiny-GGUF:tiny-Q4_K_M.gguf';
const download: Operation = { operation: 'model_download', hive_id, model: file };
const spawn: Operation = { operation: 'worker_spawn', hive_id, model: file, worker: 'cpu', device: 0 };

async function start(options: HiveOptions = {}): Promise<{ hive: StandIn; client: HiveClient }> {
  const hub = await startHub({ inventFiles: true });
  onTestFinished(() => hub.stop());
  const hive = await startHive({
    kind: 'better',
    hub: hub.url,
    progressMs: 10,
    machine: 'gpu24',
    heartbeatMs: 50,
    ...options,
  });
  onTestFinished(() => hive.stop());
  return { hive, client: createHiveClient(hive.url) };
}

async function follow(client: HiveClient, jobId: string): Promise<HiveEvent[]> {
  const events: HiveEvent[] = [];
  const end = await client.follow(jobId, never, (event) => events.push(event));
  return [...events, end];
}

async function run(client: HiveClient, operation: Operation): Promise<HiveEvent[]> {
  return follow(client, await client.submit(operation, never));
}

const actions = (events: HiveEvent[]) => events.flatMap((event) => (event.type === 'narration' ? [event.action] : []));
describe('the client with the stand-in hive', () => {
  it('downloads a model, spawns a worker, receives tokens, stops the worker and deletes the model', async () => {
    const { hive, client } = await start();
    expect(await client.identify(never)).toMatchObject({
      state: 'connected',
      devices: [
        { id: 'GPU-0', kind: 'gpu', memoryGb: 23 },
        { id: 'CPU-0', kind: 'cpu', memoryGb: 64 },
      ],
    });
    expect(await client.models(never)).toEqual([]);

    const downloaded = await run(client, download);
    expect(downloaded[0]).toEqual({ type: 'opened' });
    expect(downloaded.at(-1)).toEqual({ type: 'done' });
    expect(actions(downloaded)).toEqual(expect.arrayContaining(['execute', 'route_job', 'model_download_complete']));
    expect(await client.models(never)).toMatchObject([{ id: file, sizeBytes: expect.any(Number) }]);
    expect((await run(client, download)).at(-1)).toEqual({ type: 'failed', reason: `Model '${file}' already exists` });

    expect(await client.installedWorkers(never)).toMatchObject([{ id: expect.stringMatching(/cpu|cuda/) }, {}]);
    const spawned = await run(client, spawn);
    expect(spawned.at(-1)).toEqual({ type: 'done' });
    const text = spawned.flatMap((event) => (event.type === 'narration' ? [event.message] : [])).join('\n');
    const [, pid, port] = /spawned \(PID: (\d+), port: (\d+)\)/.exec(text)?.map(Number) ?? [];
    expect(await client.probeWorker(port ?? 0, never)).toMatchObject({ state: 'healthy' });
    await expect.poll(() => client.telemetry(never)).toMatchObject({ workers: [{ pid, port, model: file }] });

    const types: string[] = [];
    for await (const event of infer(client.workerAddress(port ?? 0), 'Hello', { maxTokens: 8 }, never))
      types.push(event.type);
    expect(types.at(-1)).toBe('cut');
    expect(types.filter((type) => type === 'token').length).toBeGreaterThan(0);

    expect(await client.stopWorker(pid ?? 0, never)).toBe('stopped');
    expect(hive.workers.map(({ alive }) => alive)).toEqual([false]);
    expect(await client.probeWorker(port ?? 0, never)).toMatchObject({ state: 'refused' });
    expect(await client.stopWorker(pid ?? 0, never)).toBe('gone');

    expect(await client.deleteModel(file, never)).toEqual([]);
    expect(hive.models()).toEqual([]);
    expect(hive.requests.filter(({ path }) => path.includes('shutdown'))).toEqual([]);
  });

  it('finds a worker by its process if there is no telemetry, and stops no other process', async () => {
    const { hive, client } = await start({ telemetry: false });
    await run(client, spawn);
    const pid = hive.workers[0]?.pid ?? 0;
    expect(await client.stopWorker(process.pid, never)).toBe('gone');
    expect(hive.calls()).not.toContain('POST worker_process_delete');
    expect(await client.stopWorker(pid, never)).toBe('stopped');
    expect(hive.workers[0]?.alive).toBe(false);
  });

  it.each([
    ['starting', startWorkerCommand],
    ['building and starting', buildWorkerCommand],
  ])(
    'recognises a worker that was started with the displayed command for %s it, and stops it',
    async (_, makeCommand) => {
      const { hive, client } = await start({ kind: 'today', models: [file] });
      const port = await findFreePort();
      const [model] = await client.models(never);
      const command = makeCommand(record(0, { model: file, path: model?.path ?? '', hive: hive.url }), port);
      hive.shell(command ?? '');
      await expect.poll(async () => (await client.probeWorker(port, never)).state).toBe('healthy');
      const [worker] = await client.workerProcesses(never);
      expect(worker).toMatchObject({ program: 'llm-worker-rbee-cpu', port, model: model?.path, modelRef: file });
      expect(await client.stopWorker(worker?.pid ?? 0, never)).toBe('stopped');
      expect((await client.probeWorker(port, never)).state).toBe('refused');
      expect(await client.workerProcesses(never)).toEqual([]);
    },
  );

  it('recognises a worker by the catalog’s folder if its path was not known', async () => {
    const { hive, client } = await start({ kind: 'today', models: [file] });
    const { path: _, ...run } = record(0, { model: file, hive: hive.url });
    hive.shell(startWorkerCommand(run, await findFreePort()) ?? '');
    await expect.poll(() => client.workerProcesses(never)).toHaveLength(1);
    const [worker] = await client.workerProcesses(never);
    expect(worker && servesModel({ ...worker, modelRef: '' }, file)).toBe(true);
  });
});
