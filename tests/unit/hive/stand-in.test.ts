import { describe, expect, it, onTestFinished } from 'vitest';
import { createHiveClient, type HiveClient } from '../../../lib/hive/client.ts';
import type { HiveEvent } from '../../../lib/hive/events.ts';
import { infer } from '../../../lib/hive/infer.ts';
import type { Operation } from '../../../lib/hive/operations.ts';
import { hiveFaults } from '../../hive/faults.ts';
import type { HiveOptions } from '../../hive/options.ts';
import { type StandIn, startHive } from '../../hive/start-hive.ts';
import { startHub } from '../../hub/start-hub.ts';
import { never } from './server.ts';

const hive_id = 'localhost';
const file = 'acme/tiny-GGUF:tiny-Q4_K_M.gguf';
const download: Operation = { operation: 'model_download', hive_id, model: file };
const spawn: Operation = { operation: 'worker_spawn', hive_id, model: file, worker: 'cpu', device: 0 };
const patience = { timeout: 60_000 };

async function start(options: HiveOptions = {}): Promise<{ hive: StandIn; client: HiveClient }> {
  const hub = await startHub({ makeUp: true });
  onTestFinished(() => hub.stop());
  const hive = await startHive({ hub: hub.url, progressMs: 10, machine: 'gpu24', heartbeatMs: 50, ...options });
  onTestFinished(() => hive.stop());
  return { hive, client: createHiveClient(hive.url) };
}

async function follow(client: HiveClient, jobId: string): Promise<HiveEvent[]> {
  const events: HiveEvent[] = [];
  for await (const event of client.follow(jobId, never)) events.push(event);
  return events;
}

async function run(client: HiveClient, operation: Operation): Promise<HiveEvent[]> {
  return follow(client, await client.submit(operation, never));
}

const actions = (events: HiveEvent[]) => events.flatMap((event) => (event.type === 'narration' ? [event.action] : []));
/** What differs from job to job is its id. */
const withoutId = (events: HiveEvent[]) => JSON.parse(JSON.stringify(events).replaceAll(/job-[\da-f-]{36}/g, 'job'));

describe('a whole life with the stand-in hive', patience, () => {
  it('goes from an empty hive to tokens and back', async () => {
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
    const said = spawned.flatMap((event) => (event.type === 'narration' ? [event.message] : [])).join('\n');
    const [, pid, port] = /spawned \(PID: (\d+), port: (\d+)\)/.exec(said)?.map(Number) ?? [];
    expect(await client.workerHealth(port ?? 0, never)).toBe('healthy');
    await expect.poll(() => client.telemetry(never)).toMatchObject({ workers: [{ pid, port, model: file }] });

    const told: string[] = [];
    for await (const event of infer(client.workerAddress(port ?? 0), 'Hello', { maxTokens: 8 }, never))
      told.push(event.type);
    expect(told.at(-1)).toBe('done');
    expect(told.filter((type) => type === 'token').length).toBeGreaterThan(0);

    expect(await client.stopWorker(pid ?? 0, never)).toBe('stopped');
    expect(hive.workers.map(({ alive }) => alive)).toEqual([false]);
    expect(await client.workerHealth(port ?? 0, never)).toBe('refused');
    expect(await client.stopWorker(pid ?? 0, never)).toBe('gone');

    expect(await client.deleteModel(file, never)).toEqual([]);
    expect(hive.models()).toEqual([]);
    expect(hive.requests.filter(({ path }) => path.includes('shutdown'))).toEqual([]);
  });

  it('finds a worker by its process where there is no telemetry, and stops nothing else', async () => {
    const { hive, client } = await start({ telemetry: false });
    await run(client, spawn);
    const pid = hive.workers[0]?.pid ?? 0;
    expect(await client.stopWorker(process.pid, never)).toBe('gone');
    expect(hive.calls()).not.toContain('POST worker_process_delete');
    expect(await client.stopWorker(pid, never)).toBe('stopped');
    expect(hive.workers[0]?.alive).toBe(false);
  });

  it('cancels what runs, once', async () => {
    const { hive, client } = await start({ faults: [{ after: 'hf_download_file', pause: true }] });
    const jobId = await client.submit(download, never);
    const reading = follow(client, jobId);
    await hive.until(() => hive.jobs[0]?.lines.some((line) => JSON.stringify(line).includes('hf_download_file')));
    expect(await client.cancel(jobId, never)).toBe('cancelled');
    expect((await reading).at(-1)).toEqual({ type: 'cancelled' });
    expect(await client.cancel(jobId, never)).toBe('gone');
    expect(await client.cancel('job-never-heard-of', never)).toBe('gone');
  });

  it('tells a stream that was taken from one that was done', async () => {
    const { client } = await start();
    const jobId = await client.submit({ operation: 'model_list', hive_id }, never);
    expect((await follow(client, jobId)).at(-1)).toEqual({ type: 'done' });
    const lost = [{ type: 'opened' }, { type: 'lost', why: 'taken' }];
    expect(await follow(client, jobId)).toEqual(lost);
    expect(await follow(client, 'job-never-heard-of')).toEqual(lost);
  });

  it('loses the jobs of a hive that dies, and says so each time', async () => {
    const { hive, client } = await start({ faults: [{ after: 'hf_download_file', pause: true }] });
    const jobId = await client.submit(download, never);
    const reading = follow(client, jobId);
    await hive.until(() => hive.jobs[0]?.lines.some((line) => JSON.stringify(line).includes('hf_download_file')));
    await hive.kill();
    expect((await reading).at(-1)).toEqual({ type: 'lost', why: 'ended' });
    expect(await follow(client, jobId)).toEqual([{ type: 'lost', why: 'refused' }]);
    expect(await client.identify(never)).toEqual({ state: 'down', why: 'refused' });
    await expect(client.models(never)).rejects.toMatchObject({ code: 'hive-unreachable', why: 'refused' });
    await hive.restart();
    expect((await client.identify(never)).state).toBe('connected');
    expect((await follow(client, jobId)).at(-1)).toEqual({ type: 'lost', why: 'taken' });
    expect(await client.cancel(jobId, never)).toBe('gone');
  });

  it('reads the same of a job in pieces of one byte and with any line ending', async () => {
    const { hive, client } = await start({ models: [file] });
    const list: Operation = { operation: 'model_list', hive_id };
    const plain = withoutId(await run(client, list));
    expect(plain.at(-1)).toEqual({ type: 'done' });
    for (const stream of [
      { pieceBytes: 1 },
      { lineEnd: '\r\n' },
      { lineEnd: '\r' },
      { pieceBytes: 3, lineEnd: '\r' },
    ] as const) {
      hive.setFaults([{ on: 'stream', stream }]);
      expect(withoutId(await run(client, list)), JSON.stringify(stream)).toEqual(plain);
    }
  });

  it('tells what it heard of a job that was cut after any event, and that contact was lost', async () => {
    const { hive, client } = await start();
    const list: Operation = { operation: 'model_list', hive_id };
    const plain = withoutId(await run(client, list)) as HiveEvent[];
    for (let cut = 0; cut < plain.length - 1; cut += 1) {
      hive.setFaults([{ on: 'stream', stream: { cutAfterEvents: cut, cutCleanly: cut % 2 === 0 } }]);
      const heard = withoutId(await run(client, list)) as HiveEvent[];
      expect(heard.at(-1), `after ${cut}`).toMatchObject(
        cut === plain.length - 1 ? { type: 'done' } : { type: 'lost' },
      );
      expect(heard.slice(0, -1)).toEqual(plain.slice(0, heard.length - 1));
    }
  });

  it.each([
    ['noMarker', { noMarker: true }, { type: 'lost', why: 'ended' }],
    ['another content type', { contentType: 'text/plain' }, { type: 'lost', why: 'garbled' }],
    ['garbage in between', { inject: { afterEvents: 2, raw: '\0garbage\u{10ffff}\n' } }, { type: 'done' }],
    ['10 MB in between', { inject: { afterEvents: 2, raw: 'x'.repeat(1_000), repeat: 10_000 } }, { type: 'done' }],
  ] as const)('knows how a stream with %s ended', async (_, stream, end) => {
    const { hive, client } = await start();
    hive.setFaults([{ on: 'stream', stream }]);
    expect((await run(client, { operation: 'model_list', hive_id })).at(-1)).toEqual(end);
  });

  it('hears all of a burst of 9,000 lines', async () => {
    const { hive, client } = await start({ models: [file] });
    hive.setFaults([{ after: 'model_list_start', burst: { count: 9_000 } }]);
    const events = await run(client, { operation: 'model_list', hive_id });
    expect(events.length).toBeGreaterThan(9_000);
    expect(events.at(-1)).toEqual({ type: 'done' });
  });

  it.each([
    ['somebodysWebServer', 'not-a-hive'],
    ['somebodysApi', 'not-a-hive'],
    ['queen', 'not-a-hive'],
    ['htmlCapabilities', 'not-a-hive'],
    ['brokenCapabilities', 'not-a-hive'],
  ] as const)('does not take %s for a hive', async (fault, state) => {
    const { hive, client } = await start();
    hive.setFaults(hiveFaults[fault]);
    expect(await client.identify(never)).toEqual({ state });
  });

  it('recognises a hive that is too old', async () => {
    const { client } = await start({ wire: '2025-10-31' });
    expect(await client.identify(never)).toEqual({ state: 'old-hive' });
  });

  it('does not take the silence of a hive from before 2025-11-02 for an empty list', async () => {
    const { client } = await start({ wire: '2025-11-01', models: [file] });
    await expect(client.models(never)).rejects.toMatchObject({ code: 'hive-protocol' });
  });

  it.each([
    ['submitLost', 'hive-unreachable'],
    ['submitRefused', 'hive-unreachable'],
    ['submitGarbage', 'hive-protocol'],
    ['submitHtml', 'hive-protocol'],
  ] as const)('says what became of a job where %s', async (fault, code) => {
    const { hive, client } = await start();
    hive.setFaults(hiveFaults[fault]);
    await expect(client.submit(download, never)).rejects.toMatchObject({ code });
  });

  it('passes on every word of an operation that the hive does not know', async () => {
    const { client } = await start();
    const events = await run(client, { operation: 'model_sing' } as unknown as Operation);
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      reason: expect.stringContaining('Failed to parse operation'),
    });
  });
});
