import type { Device } from '../hive/types.ts';
import { chooseFile, type LastChoice } from './choose-file.ts';
import { type Fit, fitOn, freeBytes } from './memory-fit.ts';
import type { ModelFileEntry } from './model-files.ts';

/** What is known of a hive that is online. */
export type Machine = {
  devices: Device[];
  /** What its telemetry reports of its workers' memory. Only hives on Linux report any. */
  workers: { rssMb?: number; vramMb?: number }[];
  last?: LastChoice | undefined;
};

const verdicts: readonly Fit['verdict'][] = ['gpu', 'cpu', 'unknown', 'too-large'];

/**
 * The machine to run a model on: the one where the file that a click would choose there (or the named one) fits best; of several, the one
 * with the most memory left on that device; then the first. If nothing is known of the fit, machines with a GPU come first.
 *
 * What workers already use is subtracted: `rss_mb` on a CPU, `vram_mb` on a GPU, all of it from the one GPU, because telemetry does not say
 * which GPU. `total_vram_mb` is not used: it is 24,576 on machines without `nvidia-smi` or with several GPUs (rbee-keeper/rbee 0509312f,
 * 2025-11-14).
 */
export function bestHive<M extends Machine>(
  machines: readonly M[],
  entries: readonly ModelFileEntry[],
  path?: string,
): M | undefined {
  const ranked = machines.map((machine) => {
    const fit = fitFor(machine, entries, path);
    const device = 'device' in fit ? fit.device : largestDevice(machine.devices);
    return {
      machine,
      rank: verdicts.indexOf(fit.verdict) + (fit.verdict === 'unknown' && device?.kind !== 'gpu' ? 0.5 : 0),
      left: device ? freeBytes(device) - usedBytes(device, machine) : 0,
    };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank || b.left - a.left)[0]?.machine;
}

function fitFor({ devices, last }: Machine, entries: readonly ModelFileEntry[], path: string | undefined): Fit {
  const entry = path && entries.find((other) => other.path === path);
  if (entry) return fitOn(entry, devices);
  const choice = path ? undefined : chooseFile(entries, devices, last);
  return choice && 'fit' in choice ? choice.fit : { verdict: 'unknown' };
}

const usedBytes = ({ kind }: Device, { workers }: Machine): number =>
  workers.reduce((sum, { rssMb = 0, vramMb = 0 }) => sum + (kind === 'gpu' ? vramMb : rssMb), 0) * 2 ** 20;

/** The GPU with the most memory, or else the CPU. */
export const largestDevice = (devices: readonly Device[]): Device | undefined =>
  devices.toSorted((a, b) => Number(b.kind === 'gpu') - Number(a.kind === 'gpu') || b.memoryGb - a.memoryGb)[0];
