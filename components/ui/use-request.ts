import { useCallback, useState } from 'preact/hooks';
import { RbeeError } from '../../lib/errors.ts';
import type { MessageType, Request, Response } from '../../lib/messages/contract.ts';
import { send as sendMessage } from '../../lib/messages/send.ts';

/** Sends requests to the service worker and keeps the error of the last one, to be shown next to the control. */
export function useRequest() {
  const [error, setError] = useState<RbeeError>();
  const [busy, setBusy] = useState(false);

  const send = useCallback(
    async <T extends MessageType>(type: T, request: Request<T>): Promise<Response<T> | undefined> => {
      setBusy(true);
      setError(undefined);
      try {
        return await sendMessage(type, request);
      } catch (cause) {
        setError(cause instanceof RbeeError ? cause : new RbeeError('internal', String(cause), { cause }));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [],
  );

  return { send, busy, error };
}
