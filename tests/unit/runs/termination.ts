import type { HiveClient } from '../../../lib/hive/client.ts';
import type { StorageArea } from '../../../lib/runs/store.ts';

const never = new Promise<never>(() => {});

/** Settles as `work` does, unless death comes first: then nothing is ever heard of it. */
export async function whileAlive<T>(work: Promise<T>, death: AbortSignal): Promise<T> {
  try {
    const value = await work;
    return death.aborted ? await never : value;
  } catch (error) {
    return death.aborted ? never : Promise.reject(error);
  }
}

/** A hive's client whose connections break, and whose answers reach nobody, once its service worker is dead. */
export function mortalClient(client: HiveClient, death: AbortSignal): HiveClient {
  const method = (name: keyof HiveClient) => {
    const call = client[name] as (...args: unknown[]) => Promise<unknown>;
    return (...args: unknown[]) => {
      if (death.aborted) return never;
      const signal = AbortSignal.any([args.at(-1) as AbortSignal, death]);
      return whileAlive(call.call(client, ...args.slice(0, -1), signal), death);
    };
  };
  const names = ['submit', 'cancel', 'models', 'installedWorkers', 'deleteModel', 'stopWorker'] as const;
  const asks = ['telemetry', 'identify', 'workerHealth'] as const;
  return {
    ...client,
    ...Object.fromEntries([...names, ...asks].map((name) => [name, method(name)])),
    async *follow(jobId, signal) {
      if (death.aborted) await never;
      try {
        for await (const event of client.follow(jobId, AbortSignal.any([signal, death]))) {
          if (death.aborted) await never;
          yield event;
        }
      } catch (error) {
        if (death.aborted) await never;
        throw error;
      }
    },
  };
}

/** Storage that a dead service worker can no longer reach. */
export function mortalArea(area: StorageArea, death: AbortSignal): StorageArea {
  return {
    get: (keys) => (death.aborted ? never : whileAlive(area.get(keys), death)),
    set: (items) => (death.aborted ? never : whileAlive(area.set(items), death)),
    remove: (keys) => (death.aborted ? never : whileAlive(area.remove(keys), death)),
  };
}
