import type { Device } from '../hive/types.ts';
import { chooseFile, type LastChoice } from './choose.ts';
import type { ModelFileEntry } from './files.ts';
import { type Fit, fitOn, freeBytes } from './fit.ts';

/** What is known of a hive that answers. */
export type Machine = {
  devices: Device[];
  /** What its telemetry says that its workers take; off Linux it lists none, ever. */
  workers: { rssMb?: number; vramMb?: number }[];
  last?: LastChoice | undefined;
};

const verdicts: readonly Fit['verdict'][] = ['gpu', 'cpu', 'unknown', 'too-large'];

/**
 * The machine to run a model on: where the file that a click takes there (or the named one) fits better (on a GPU, in memory, nobody
 * knows, not at all); of those equal in that, the one with the most memory left on that device; of those, the first. Where nothing
 * is known of fit, a machine with a GPU goes first. Undefined for no machines.
 *
 * Memory left is what a model may take there (`freeBytes`) less what telemetry says of the workers: `rss_mb` on a CPU, `vram_mb`
 * on a GPU, all of it on the one GPU, since it does not say on which. `total_vram_mb` is not read: it is 24,576 on machines without
 * `nvidia-smi` or with several GPUs (rbee-keeper/rbee 0509312f, 2025-11-14).
 */
export function bestHive<M extends Machine>(
  machines: readonly M[],
  entries: ModelFileEntry[],
  path?: string,
): M | undefined {
  const ranked = machines.map((machine) => {
    const fit = fitFor(machine, entries, path);
    const device = 'device' in fit ? fit.device : largestDevice(machine.devices);
    return {
      machine,
      rank: verdicts.indexOf(fit.verdict) + (fit.verdict === 'unknown' && device?.kind !== 'gpu' ? 0.5 : 0),
      left: device ? freeBytes(device) - takenBytes(device, machine) : 0,
    };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank || b.left - a.left)[0]?.machine;
}

function fitFor({ devices, last }: Machine, entries: ModelFileEntry[], path: string | undefined): Fit {
  const entry = path && entries.find((one) => one.path === path);
  if (entry) return fitOn(entry, devices);
  const choice = path ? undefined : chooseFile(entries, devices, last);
  return choice && 'fit' in choice ? choice.fit : { verdict: 'unknown' };
}

const takenBytes = ({ kind }: Device, { workers }: Machine): number =>
  workers.reduce((sum, { rssMb = 0, vramMb = 0 }) => sum + (kind === 'gpu' ? vramMb : rssMb), 0) * 2 ** 20;

/** The GPU with the most memory, or else the CPU. */
export const largestDevice = (devices: readonly Device[]): Device | undefined =>
  devices.toSorted((a, b) => Number(b.kind === 'gpu') - Number(a.kind === 'gpu') || b.memoryGb - a.memoryGb)[0];
