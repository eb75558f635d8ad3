import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { RbeeError } from '../../lib/errors.ts';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { send } from '../../lib/messages/send.ts';
import type { Run } from '../../lib/runs/run.ts';
import { type HiveNames, watchHiveNames } from '../../lib/settings/hive-names.ts';
import { poll } from '../ui/poll.ts';
import { watchRuns } from './watch-runs.ts';

const syncEveryMs = 15_000;
const lookForHiveEveryMs = 5_000;
const askHiveEveryMs = 15_000;

/** The stored runs, kept up to date by storage; the service worker is asked to prove them again while somebody looks. */
export function useRuns(initial: Run[]): Run[] {
  const [runs, setRuns] = useState(initial);
  useEffect(() => {
    const controller = new AbortController();
    void watchRuns(setRuns, controller.signal);
    poll(async () => {
      // Not critical: what is stored stays on view, and the hive's region says when nothing answers.
      await send('run/sync', {}).catch(() => {});
      return syncEveryMs;
    }, controller.signal);
    return () => controller.abort();
  }, []);
  return runs;
}

/** What a person calls the hives, also when that is changed in the options meanwhile. */
export function useNames(initial: HiveNames): HiveNames {
  const [names, setNames] = useState(initial);
  useEffect(() => {
    const controller = new AbortController();
    void watchHiveNames(setNames, controller.signal);
    return () => controller.abort();
  }, []);
  return names;
}

export type Hives = { hives: HiveStatus[] | undefined; error: RbeeError | undefined };

export async function askHives(): Promise<Hives> {
  try {
    return { hives: (await send('hive/status', {})).hives, error: undefined };
  } catch (cause) {
    const error = cause instanceof RbeeError ? cause : new RbeeError('message-rejected', String(cause), { cause });
    return { hives: undefined, error };
  }
}

/**
 * What is known of the hives: often while none is connected, so that starting one shows at once, and anew with each change of `running`:
 * a run that runs has a worker that the hive lists. `keep` takes a newer answer.
 */
export function useHives(initial: Hives, running: string): Hives & { keep: (hives: HiveStatus[]) => void } {
  const [known, setKnown] = useState(initial);
  const newest = useRef(0);
  const first = useRef(initial.hives !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when the running ones change.
  useEffect(() => {
    const controller = new AbortController();
    poll(async () => {
      newest.current += 1;
      const asked = newest.current;
      const now = first.current ? initial : await askHives();
      first.current = false;
      // What was asked before a person changed something would show the change undone.
      if (!controller.signal.aborted && asked === newest.current) setKnown(now);
      return now.hives?.some(({ state }) => state === 'connected') ? askHiveEveryMs : lookForHiveEveryMs;
    }, controller.signal);
    return () => controller.abort();
  }, [initial, running]);
  const keep = useCallback((hives: HiveStatus[]) => {
    newest.current += 1;
    setKnown({ hives, error: undefined });
  }, []);
  return { ...known, keep };
}
