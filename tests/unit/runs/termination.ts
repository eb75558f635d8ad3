import type { HiveClient } from '../../../lib/hive/client.ts';
import type { StorageArea } from '../../../lib/storage-area.ts';

const never = new Promise<never>(() => {});

/** Settles as `work` does, or never if the service worker is terminated first. */
export async function unlessTerminated<T>(work: Promise<T>, termination: AbortSignal): Promise<T> {
  try {
    const value = await work;
    return termination.aborted ? await never : value;
  } catch (error) {
    return termination.aborted ? never : Promise.reject(error);
  }
}

/** A hive client whose connections are closed and whose promises never settle once its service worker is terminated. */
export function terminableClient(client: HiveClient, termination: AbortSignal): HiveClient {
  const method = (name: keyof HiveClient) => {
    const call = client[name] as (...args: unknown[]) => Promise<unknown>;
    return (...args: unknown[]) => {
      if (termination.aborted) return never;
      const signal = AbortSignal.any([args.at(-1) as AbortSignal, termination]);
      return unlessTerminated(call.call(client, ...args.slice(0, -1), signal), termination);
    };
  };
  const names = [
    'submit',
    'cancel',
    'models',
    'installedWorkers',
    'workerProcesses',
    'deleteModel',
    'stopWorker',
  ] as const;
  const checks = ['telemetry', 'identify', 'probeWorker'] as const;
  return {
    ...client,
    ...Object.fromEntries([...names, ...checks].map((name) => [name, method(name)])),
    follow(jobId, signal, onEvent) {
      if (termination.aborted) return never;
      const following = client.follow(jobId, AbortSignal.any([signal, termination]), (event) => {
        if (!termination.aborted) onEvent(event);
      });
      return unlessTerminated(following, termination);
    },
  };
}

/** Storage that a terminated service worker can no longer access. */
export function terminableArea(area: StorageArea, termination: AbortSignal): StorageArea {
  return {
    get: (keys) => (termination.aborted ? never : unlessTerminated(area.get(keys), termination)),
    set: (items) => (termination.aborted ? never : unlessTerminated(area.set(items), termination)),
    remove: (keys) => (termination.aborted ? never : unlessTerminated(area.remove(keys), termination)),
  };
}
