import { onTestFinished } from 'vitest';
import { type Hub, type HubOptions, startHub } from '../../hub/start-hub.ts';
import { type Client, createClient } from '../conformance/client.ts';
import { operation } from '../conformance/events.ts';
import { type HiveOptions, type StandIn, startHive } from '../start-hive.ts';

/** A hive for one test, and a client for it. */
export async function aHive(options: HiveOptions = {}): Promise<{ hive: StandIn } & Client> {
  const hive = await startHive(options);
  onTestFinished(hive.stop);
  return { hive, ...createClient(hive.url) };
}

export async function aHub(options: HubOptions = {}): Promise<Hub> {
  const hub = await startHub(options);
  onTestFinished(hub.stop);
  return hub;
}

export const list = operation('model_list');
export const model = 'local/tiny:tiny-Q8_0.gguf';
export const download = (id = model): object => operation('model_download', { model: id });
export const spawn = (worker = 'cpu'): object => operation('worker_spawn', { model, worker, device: 0 });
export const install = (id = 'llm-worker-rbee-cpu'): object => operation('worker_install', { worker_id: id });
