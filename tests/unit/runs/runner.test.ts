import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HiveOptions, type StandIn, startHive } from '../../hive/start-hive.ts';
import { type Hub, startHub } from '../../hub/start-hub.ts';
import { type Desk, openDesk } from './desk.ts';

const repo = 'bartowski/Llama-3.2-1B-Instruct-GGUF';
const file = 'Llama-3.2-1B-Instruct-Q4_K_M.gguf';
const model = `${repo}:${file}`;
const subject = `hf:${model}`;

let hub: Hub;
let hive: StandIn;
let desk: Desk;

async function open(options: HiveOptions = {}): Promise<void> {
  hive = await startHive({ hub: hub.url, progressMs: 20, heartbeatMs: 20, ...options });
  desk = await openDesk({ hive: hive.url, hub: hub.url });
}

beforeEach(async () => {
  hub = await startHub({ maxBytesSent: 65_536 });
});
afterEach(async () => {
  desk.die();
  await Promise.all([hive.stop(), hub.stop()]);
});

const start = (what = subject) => desk.commands['run/start']({ subject: what });
const download = ['POST model_download', 'GET model_download'];
const list = ['POST model_list', 'GET model_list'];
const binaries = ['POST worker_list_installed', 'GET worker_list_installed'];
const spawn = ['POST worker_spawn', 'GET worker_spawn'];

describe('one click', () => {
  it('ends in a running worker, and asks the hive for nothing it does not need', async () => {
    await open();
    await start();
    await desk.until((run) => run.state === 'running');
    const run = desk.run();
    expect(hive.calls()).toEqual([...download, ...list, ...binaries, ...spawn]);
    expect(desk.states).toEqual([
      'queued',
      'resolving',
      'queued',
      'downloading',
      'queued',
      'starting',
      'queued',
      'starting',
      'running',
    ]);
    const [worker] = hive.workers;
    expect(run).toMatchObject({ model, worker: { pid: worker?.pid, port: worker?.port } });
    expect(run.notes).toBeUndefined();
    expect(await (await fetch(`${run.worker?.address}/health`)).json()).toEqual({ status: 'healthy' });
    expect(desk.held()).toBe(0);
  });
});
