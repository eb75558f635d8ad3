import type { Device } from '../hive/types.ts';
import type { Settings } from '../settings/settings.ts';
import { needBytes } from './memory-estimate.ts';

/** Where a model fits. All numbers are estimates, and to be shown as such. */
export type Fit =
  /** `tight`: within 15 % of what is free, so it may turn out too large. */
  | { verdict: 'gpu' | 'cpu'; tight?: true; needBytes: number; device: Device; freeBytes: number }
  /** `device` is the one with the most memory. */
  | { verdict: 'too-large'; needBytes: number; device: Device; freeBytes: number }
  /** The file's size or the devices are not known. */
  | { verdict: 'unknown'; needBytes?: number };

const gib = 2 ** 30;

/** The accuracy of the estimate of memory. */
const margin = 1.15;

/**
 * Memory that a model may take on a device. A hive rounds GiB down, so there is up to 1 GiB more than it reports: on a GPU that is left to
 * the screen, on a CPU half of it counts. A CPU's memory is the system's: a sixth of it, at least 1 and at most 8 GiB, is left to the rest.
 */
export function freeBytes({ kind, memoryGb }: Pick<Device, 'kind' | 'memoryGb'>): number {
  if (kind === 'gpu') return memoryGb * gib;
  const reserved = Math.min(Math.max(memoryGb / 6, 1), 8);
  return Math.max(memoryGb + 0.5 - reserved, 0) * gib;
}

/** The devices that a worker with this backend runs on. Hives do not report what Metal runs on. */
export const usableBy = (backend: Settings['backend'], devices: readonly Device[]): Device[] =>
  withUnifiedMemory(devices).filter(
    ({ kind }) => ({ cpu: 'cpu', cuda: 'gpu', auto: kind, metal: kind })[backend] === kind,
  );

/**
 * A GPU with unified memory has no memory of its own to report (`nvidia-smi` prints `[N/A]`, the hive sends 0). It has that of the system,
 * which the hive reports as the CPU's.
 */
function withUnifiedMemory(devices: readonly Device[]): Device[] {
  const system = devices.find(({ kind }) => kind === 'cpu');
  return devices.map((device) =>
    device.kind === 'gpu' && device.memoryGb === 0 && system
      ? { ...device, memoryGb: freeBytes(system) / gib }
      : device,
  );
}

/**
 * Where a model fits: GPUs first, each by itself, because a hive starts a worker on one device; of several, the one with the most memory. A
 * device that the model is slightly too large for is taken if there is no other. Ignores speed, and what else is running there.
 */
export function fitOn(entry: Parameters<typeof needBytes>[0], devices: readonly Device[]): Fit {
  const need = needBytes(entry);
  if (need === undefined) return { verdict: 'unknown' };
  const rooms = withUnifiedMemory(devices)
    .map((device) => ({ device, freeBytes: freeBytes(device) }))
    .toSorted((a, b) => b.freeBytes - a.freeBytes);
  for (const limit of [1, margin]) {
    for (const verdict of ['gpu', 'cpu'] as const) {
      const room = rooms.find(({ device, freeBytes }) => device.kind === verdict && need <= freeBytes * limit);
      if (room) return { verdict, ...(need * margin > room.freeBytes && { tight: true }), needBytes: need, ...room };
    }
  }
  const [largest] = rooms;
  const isKnown = rooms.every(({ device }) => device.memoryGb > 0);
  return largest && isKnown
    ? { verdict: 'too-large', needBytes: need, ...largest }
    : { verdict: 'unknown', needBytes: need };
}
