import { browser } from '../browser.ts';
import { RbeeError } from '../errors.ts';
import type { MessageType, Reply, Request, Response } from './contract.ts';

const maxAttempts = 10;
const retryAfterMs = 50;

/**
 * Sends a request to the service worker, which wakes it. Throws the `RbeeError` of its reply, or `extension-updated` if the extension was
 * updated, disabled or removed since this script started.
 */
export async function send<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>> {
  let reply: Reply<T> | undefined;
  for (let attempt = 0; ; attempt += 1) {
    if (!browser.runtime?.id) throw new RbeeError('extension-updated', 'The extension context is gone.');
    try {
      reply = (await browser.runtime.sendMessage({ type, request })) as Reply<T> | undefined;
      break;
    } catch (cause) {
      // A service worker that is being terminated does not receive the message; the next one will (Chromium 156, Firefox 153).
      const isLost = attempt < maxAttempts && /Receiving end/.test(String(cause));
      if (isLost) await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      else if (browser.runtime?.id) throw new RbeeError('internal', String(cause), { cause });
    }
  }
  if (!reply) throw new RbeeError('internal', `No answer to ${type}.`);
  if (!reply.ok) throw new RbeeError(reply.error.code, reply.error.message);
  return reply.value;
}
