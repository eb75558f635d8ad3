import { currentStep, isFinished } from './reducer.ts';
import type { Run, StepName } from './run.ts';

export type Limits = { downloads: number };

/** Browsers give six connections to a host; two stay free for cancels and reads. */
const streamsPerHive = 4;

/** Two runs that came to the same model on the same hive: from a base model's page and its derivative's, for instance. */
export const isTwin = (run: Run, other: Run): boolean =>
  !!run.model && run.id !== other.id && run.hive === other.hive && run.model === other.model;

/**
 * Which queued runs may go on now, in click order, also where a later click's file was found sooner. A spawn never runs beside another on its hive: each attempt burns a
 * port. A download or spawn whose contact was lost holds its place, since the hive may still be at it.
 */
export function admit(runs: readonly Run[], limits: Limits): Run[] {
  const most: Record<StepName, number> = {
    resolve: Number.POSITIVE_INFINITY,
    download: limits.downloads,
    install: 1,
    spawn: 1,
  };
  const busy = new Map<string, number>();
  const key = (run: Run, name: string) => `${name} ${run.hive}`;
  const count = (run: Run, name: string) => busy.get(key(run, name)) ?? 0;
  const take = (run: Run, name: StepName) => {
    const isOpen = name !== 'resolve' && !currentStep(run)?.job?.lostAt;
    for (const each of isOpen ? [name, 'streams'] : [name]) busy.set(key(run, each), count(run, each) + 1);
  };

  /** Downloads that will be asked for by clicks that came earlier. */
  const ahead = (run: Run) =>
    runs.filter(
      (other) =>
        other.hive === run.hive &&
        other.order < run.order &&
        (other.state === 'resolving' || other.state === 'queued') &&
        currentStep(other)?.name === 'resolve',
    ).length;

  /** Another run is at the same model, or comes first: what it comes to serves this one too. */
  const isHeld = (run: Run) =>
    runs.some((other) => {
      const isFirst = other.state === 'queued' && other.order < run.order;
      return isTwin(run, other) && (isFirst || (currentStep(other)?.state === 'active' && other.state !== 'choose'));
    });

  const waiting: Run[] = [];
  for (const run of runs) {
    const step = currentStep(run);
    if (!step || isFinished(run)) continue;
    if (step.state === 'active') {
      // A lost install may be over for good, with nothing to show for it: it holds up nobody.
      if (run.state !== 'choose' && !(step.name === 'install' && step.job?.lostAt)) take(run, step.name);
    } else if (run.state === 'queued') waiting.push(run);
  }

  return waiting
    .sort((a, b) => a.order - b.order)
    .filter((run) => {
      const step = currentStep(run);
      if (!step || (step.name !== 'resolve' && isHeld(run))) return false;
      const taken = count(run, step.name) + (step.name === 'download' ? ahead(run) : 0);
      const free = taken < most[step.name] && (step.name === 'resolve' || count(run, 'streams') < streamsPerHive);
      if (free) take(run, step.name);
      return free;
    });
}
