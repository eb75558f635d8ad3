import { HiveUnreachable } from '../hive/client.ts';
import { bestHive } from '../hub/best-hive.ts';
import type { HubClient } from '../hub/client.ts';
import { readFiles } from '../hub/files.ts';
import { usableBy } from '../hub/fit.ts';
import type { VerifiedHive } from '../runs/runner.ts';
import type { Settings } from '../settings/settings.ts';
import { parseSubject } from '../subject.ts';
import type { Hives } from './hives.ts';
import type { createLastChoice } from './last-choice.ts';

export type PickDeps = { hives: Hives; hub: HubClient; lastChoice: ReturnType<typeof createLastChoice> };

/**
 * The hive that a subject fits best, with that kind of worker, of those that answer now. Throws `HiveUnreachable` where none does; the hub may be away, then
 * memory alone decides.
 */
export async function pickHive(
  text: string,
  { hives, hub, lastChoice }: PickDeps,
  worker: Settings['backend'],
  signal: AbortSignal,
): Promise<VerifiedHive> {
  const looks = await Promise.allSettled(
    hives.all().map(async (url) => {
      const hive = await hives.verify(url, signal);
      const telemetry = await hives.client(hive.url).telemetry(signal);
      return { ...hive, workers: telemetry?.workers ?? [], last: await lastChoice.get(hive.url) };
    }),
  );
  signal.throwIfAborted();
  const there = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
  const subject = parseSubject(text);
  const model = there.length > 1 && subject?.kind === 'model' ? subject : undefined;
  const files = model ? await hub.repository(model.repo, signal).catch(() => undefined) : undefined;
  signal.throwIfAborted();
  const machines = there.map((hive) => ({ ...hive, hive, devices: usableBy(worker, hive.devices) }));
  const best = bestHive(machines, files ? readFiles(files.files, files.gguf) : [], model?.file);
  if (best) return best.hive;
  const reasons = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason] : []));
  throw reasons.find((reason) => reason instanceof HiveUnreachable) ?? reasons[0];
}
