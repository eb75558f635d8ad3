import { browser } from '../browser.ts';
import { RbeeError } from '../errors.ts';
import type { MessageType, Reply, Request, Response } from './contract.ts';

/**
 * Asks the service worker, and wakes it if it sleeps. Throws the `RbeeError` the service worker answered with, or
 * `extension-updated` where this script belongs to an extension that was updated, disabled or removed.
 */
export async function send<T extends MessageType>(type: T, request: Request<T>): Promise<Response<T>> {
  if (!browser.runtime?.id) throw new RbeeError('extension-updated', 'The extension context is gone.');
  let reply: Reply<T> | undefined;
  try {
    reply = (await browser.runtime.sendMessage({ type, request })) as Reply<T> | undefined;
  } catch (cause) {
    throw new RbeeError(browser.runtime?.id ? 'message-rejected' : 'extension-updated', String(cause), { cause });
  }
  if (!reply) throw new RbeeError('message-rejected', `No answer to ${type}.`);
  if (!reply.ok) throw new RbeeError(reply.error.code, reply.error.message);
  return reply.value;
}
