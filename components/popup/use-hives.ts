import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { RbeeError } from '../../lib/errors.ts';
import type { HiveStatus } from '../../lib/hive/types.ts';
import { send } from '../../lib/messages/send.ts';
import { useGrants } from '../hive/permissions.ts';
import { poll } from '../ui/poll.ts';

const searchEveryMs = 5_000;
const refreshEveryMs = 15_000;

/** `hives` is undefined until the service worker has answered; `error` says why it did not. */
export type Hives = { hives: HiveStatus[] | undefined; error: RbeeError | undefined };

export async function requestHives(): Promise<Hives> {
  try {
    return { hives: (await send('hive/status', {})).hives, error: undefined };
  } catch (cause) {
    const error = cause instanceof RbeeError ? cause : new RbeeError('internal', String(cause), { cause });
    return { hives: undefined, error };
  }
}

/**
 * The state of the hives. Requested more often while none is connected, and again when `running` changes, because the hive then
 * lists other workers, and when permissions change. `replace` takes a newer answer.
 */
export function useHives(initial: Hives, running: string): Hives & { replace: (hives: HiveStatus[]) => void } {
  const [known, setKnown] = useState(initial);
  const newest = useRef(0);
  const isFirst = useRef(initial.hives !== undefined);
  const grants = useGrants();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `running` and `grants` restart the polling.
  useEffect(() => {
    const controller = new AbortController();
    poll(async () => {
      newest.current += 1;
      const requested = newest.current;
      const answer = isFirst.current ? initial : await requestHives();
      isFirst.current = false;
      // An answer to a request from before the user changed something would show that change undone.
      if (!controller.signal.aborted && requested === newest.current) setKnown(answer);
      return answer.hives?.some(({ state }) => state === 'connected') ? refreshEveryMs : searchEveryMs;
    }, controller.signal);
    return () => controller.abort();
  }, [initial, running, grants]);
  const replace = useCallback((hives: HiveStatus[]) => {
    newest.current += 1;
    setKnown({ hives, error: undefined });
  }, []);
  return { ...known, replace };
}
