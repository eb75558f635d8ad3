import { RbeeError } from '../errors.ts';
import { chooseFile, type LastChoice } from '../hub/choose.ts';
import type { HubClient } from '../hub/client.ts';
import { hiveModelId, readFiles } from '../hub/files.ts';
import { fitOn } from '../hub/fit.ts';
import type { FileOffer, HiveModel, Offer } from '../messages/contract.ts';
import type { Hives } from './hives.ts';

/** A hive as far as it could be seen. */
export type Seen = Pick<Offer, 'hive' | 'devices'> & { models: HiveModel[] };

/**
 * The files of a repository with what this hive could do with each. A hive that is away costs only what it would have known.
 * Throws the hub's error where the hub has no list.
 */
export async function makeOffer(
  repo: string,
  looking: Promise<Seen>,
  { hub, last }: { hub: HubClient; last?: LastChoice | undefined },
  signal: AbortSignal,
): Promise<Offer> {
  const [listing, machine] = await Promise.all([hub.repository(repo, signal), looking]);
  const entries = readFiles(listing.files, listing.gguf);
  const choice = chooseFile(entries, machine.devices, last);
  const there = new Set(machine.models.map(({ id }) => id));
  const derivatives = 'none' in choice && choice.none === 'no-gguf' ? await hub.derivatives(listing.id, signal) : [];
  return {
    repo: listing.id,
    hive: machine.hive,
    gated: listing.gated,
    files: entries.map((entry): FileOffer => {
      const fits = fitOn(entry, machine.devices);
      return {
        path: entry.path,
        fit: fits.verdict,
        there: there.has(hiveModelId(listing.id, entry.path)),
        loads: entry.loads,
        ...(entry.label && { label: entry.label }),
        ...(entry.sizeBytes && { sizeBytes: entry.sizeBytes }),
        ...('needBytes' in fits && fits.needBytes && { needBytes: fits.needBytes }),
        ...('freeBytes' in fits && { roomBytes: fits.freeBytes }),
        ...(entry.refused && { refused: entry.refused }),
      };
    }),
    ...('none' in choice ? { none: choice.none } : { usual: choice.entry.path }),
    derivatives: derivatives.map(({ id, downloads }) => ({ repo: id, downloads })),
    devices: machine.devices,
  };
}

/** Throws nothing but the abort. */
export async function lookAt(hive: string, hives: Hives, signal: AbortSignal): Promise<Seen> {
  const nothing: HiveModel[] = [];
  try {
    const { url, devices } = await hives.verify(hive, signal);
    const models = await hives.models(url, signal).then(
      (read) => read.models,
      () => nothing,
    );
    return { hive: url, devices, models };
  } catch (error) {
    if (error instanceof RbeeError) return { hive, devices: [], models: nothing };
    throw error;
  }
}
