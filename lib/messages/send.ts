import { browser } from '../browser.ts';
import { RbeeError } from '../errors.ts';
import type { MessageType, Reply, Request, Response } from './contract.ts';

const patience = 10;

/**
 * Asks the service worker, and wakes it if it sleeps. Throws the `RbeeError` the service worker answered with, or
 * `extension-updated` where this script belongs to an extension that was updated, disabled or removed.
 */
export async function send<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>> {
  let reply: Reply<T> | undefined;
  for (let tries = 0; ; tries += 1) {
    if (!browser.runtime?.id) throw new RbeeError('extension-updated', 'The extension context is gone.');
    try {
      reply = (await browser.runtime.sendMessage({ type, request })) as Reply<T> | undefined;
      break;
    } catch (cause) {
      // A service worker that is being ended at this moment takes no message: nobody has seen it, and the next one will
      // (seen in Chromium 156 and Firefox 153).
      const unheard = tries < patience && /Receiving end/.test(String(cause));
      if (unheard) await new Promise((resolve) => setTimeout(resolve, 50));
      else if (browser.runtime?.id) throw new RbeeError('message-rejected', String(cause), { cause });
    }
  }
  if (!reply) throw new RbeeError('message-rejected', `No answer to ${type}.`);
  if (!reply.ok) throw new RbeeError(reply.error.code, reply.error.message);
  return reply.value;
}
