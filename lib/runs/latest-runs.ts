import { browser } from '../browser.ts';
import { isRunKey } from './keys.ts';
import type { Run } from './run.ts';

export type LatestRuns = {
  /** The newest run for what a page offers, whichever file of it was chosen. */
  of(subject: string): Run | undefined;
  /** What the service worker answered: newer than what was known, or the same. */
  take(runs: readonly unknown[]): void;
  /** Forgets what was known, until the next answer: a page that was frozen has missed what the storage told meanwhile. */
  clear(): void;
};

/**
 * The stored runs, by subject, for a view that has no room for the schema (`lib/runs/watch.ts` has it): a record is taken
 * when it looks like a run, and every text in it is shown as text. Calls back after each change.
 */
export function watchLatestRuns(listener: () => void, signal: AbortSignal): LatestRuns {
  const runs = new Map<string, Run>();
  let bySubject: Map<string, Run> | undefined;

  const onChanged = (changes: Record<string, { newValue?: unknown }>) => {
    const keys = Object.keys(changes).filter(isRunKey);
    for (const key of keys) {
      const record = changes[key]?.newValue;
      if (isRun(record)) runs.set(record.id, record);
      else runs.delete(key.slice('run:'.length));
    }
    bySubject = undefined;
    if (keys.length > 0) listener();
  };
  const { onChanged: changed } = browser.storage.local;
  changed.addListener(onChanged);
  signal.addEventListener('abort', () => {
    // Throws where the extension is gone, and with it the listener.
    try {
      changed.removeListener(onChanged);
    } catch {}
  });

  return {
    of(subject) {
      bySubject ??= index(runs.values());
      return bySubject.get(subject);
    },
    take(records) {
      for (const record of records.filter(isRun)) {
        const known = runs.get(record.id);
        // Only answers can be overtaken: what the storage tells comes in order, whatever the clock says.
        if (!known || known.updatedAt <= record.updatedAt) runs.set(record.id, record);
      }
      bySubject = undefined;
      listener();
    },
    clear: () => runs.clear(),
  };
}

function index(runs: Iterable<Run>): Map<string, Run> {
  const newest = new Map<string, Run>();
  for (const run of runs) {
    const offered = run.subject.replace(/^(hf:[^:]*):.*$/, '$1');
    if ((newest.get(offered)?.order ?? -1) < run.order) newest.set(offered, run);
  }
  return newest;
}

function isRun(record: unknown): record is Run {
  const { id, subject, state, hive, steps } = (record ?? {}) as Partial<Run>;
  return [id, subject, state, hive].every((text) => typeof text === 'string') && Array.isArray(steps);
}
