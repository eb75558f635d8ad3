import { useCallback, useState } from 'preact/hooks';
import { RbeeError } from '../../lib/errors.ts';
import type { MessageType, Request, Response } from '../../lib/messages/contract.ts';
import { send } from '../../lib/messages/send.ts';

/** Sends a request and keeps what went wrong with the last one, to be shown beside what was clicked. */
export function useAsk() {
  const [error, setError] = useState<RbeeError>();
  const [busy, setBusy] = useState(false);

  const ask = useCallback(
    async <T extends MessageType>(type: T, request: Request<T>): Promise<Response<T> | undefined> => {
      setBusy(true);
      setError(undefined);
      try {
        return await send(type, request);
      } catch (cause) {
        setError(cause instanceof RbeeError ? cause : new RbeeError('message-rejected', String(cause), { cause }));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [],
  );

  return { ask, busy, error };
}
