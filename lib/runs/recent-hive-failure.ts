import type { HiveFailure, Run } from './run.ts';

const rememberedForMs = 24 * 3_600_000;

/**
 * The failure because of which a run starts with the manual start: this hive could not install or spawn for this backend within the
 * last day, and its installed workers are still the same. It no longer counts once the hive was offline (`hive-failure-forgotten`).
 */
export function recentHiveFailure(
  run: Run,
  runs: readonly Run[],
  installed: readonly string[],
  now: number,
): HiveFailure | undefined {
  return runs
    .flatMap(({ hive, hiveFailure }) => (hive === run.hive && hiveFailure) || [])
    .find(
      ({ at, backend, installed: then }) =>
        backend === run.device?.backend && Math.abs(now - at) < rememberedForMs && isSameSet(then, installed),
    );
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));
