import type { Run, Step, StepName } from './run.ts';
import { currentStep, isLost, needsNoAction, sharesModel } from './steps.ts';

export type Limits = { downloads: number };

/** Browsers give six connections to a host; two stay free for cancels and reads. */
const streamsPerHive = 4;

/**
 * The queued runs that may continue now, in click order even if the file of a later click was found sooner. There is only one spawn
 * at a time on a hive, because each attempt uses up a port.
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
    const isOpen = name !== 'resolve' && !isLost(currentStep(run));
    for (const each of isOpen ? [name, 'streams'] : [name]) busy.set(key(run, each), count(run, each) + 1);
  };

  /** Runs of earlier clicks that will ask for a download. */
  const ahead = (run: Run) =>
    runs.filter(
      (other) =>
        other.hive === run.hive &&
        other.order < run.order &&
        (other.state === 'resolving' || other.state === 'queued') &&
        currentStep(other)?.name === 'resolve',
    ).length;

  /** Another run is working on the same model, or comes first: its result serves this one too. */
  const waitsForOther = (run: Run) =>
    runs.some((other) => {
      const isFirst = other.state === 'queued' && other.order < run.order;
      return (
        sharesModel(run, other) && (isFirst || (currentStep(other)?.state === 'active' && other.state !== 'choose'))
      );
    });

  const waiting: Run[] = [];
  for (const run of runs) {
    const step = currentStep(run);
    if (!step || needsNoAction(run)) continue;
    if (step.state === 'active') {
      if (run.state !== 'choose' && !isReleased(step)) take(run, step.name);
    } else if (run.state === 'queued') waiting.push(run);
  }

  return waiting
    .sort((a, b) => a.order - b.order)
    .filter((run) => {
      const step = currentStep(run);
      if (!step || (step.name !== 'resolve' && waitsForOther(run))) return false;
      const taken = count(run, step.name) + (step.name === 'download' ? ahead(run) : 0);
      const free = taken < most[step.name] && (step.name === 'resolve' || count(run, 'streams') < streamsPerHive);
      if (free) take(run, step.name);
      return free;
    });
}

/** A lost job does not block other runs: it may have ended. A lost download keeps its place until it was looked for once. */
function isReleased({ name, job }: Step): boolean {
  if (job?.state !== 'lost') return false;
  return name === 'install' || (name === 'download' && job.checks > 0);
}
