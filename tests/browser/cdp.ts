import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type CdpEvent = { method: string; params: Record<string, unknown>; sessionId?: string };

export type Cdp = {
  send<T = Record<string, unknown>>(method: string, params?: object, sessionId?: string): Promise<T>;
  listen(listener: (event: CdpEvent) => void): void;
  /** Resolves with the first event of that method in that session, from now on. */
  once(method: string, sessionId: string): Promise<CdpEvent>;
  close(): void;
};

type Answer = { id: number; result?: unknown; error?: { message: string } };

/** Where a browser started with `--remote-debugging-port=0` on this profile can be reached. */
export async function debuggingAddress(profile: string): Promise<{ port: number; path: string }> {
  const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
  return { port: Number(port), path: path ?? '' };
}

/**
 * A connection of its own to the browser, beside Playwright's: Playwright shows neither what a service worker throws nor
 * the toolbar's popup.
 */
export async function connectCdp(profile: string): Promise<Cdp> {
  const { port, path } = await debuggingAddress(profile);
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  type Waiting = { sessionId?: string | undefined; resolve: (value: never) => void; reject: (error: Error) => void };
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: CdpEvent) => void>();
  let last = 0;
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`No debugging connection on port ${port}`)), {
      once: true,
    });
  });
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Answer | CdpEvent;
    if (!('id' in message)) {
      // A target that has gone does not answer any more.
      if (message.method === 'Target.detachedFromTarget')
        rejectAll('The target is gone.', String(message.params.sessionId));
      for (const listener of listeners) listener(message);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(message.error.message));
    else asked?.resolve(message.result as never);
  });
  socket.addEventListener('close', () => {
    rejectAll('The browser has closed the debugging connection.');
  });

  function rejectAll(reason: string, gone?: string): void {
    for (const [id, { sessionId, reject }] of waiting) {
      if (gone !== undefined && sessionId !== gone) continue;
      waiting.delete(id);
      reject(new Error(reason));
    }
  }

  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { sessionId, resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params, sessionId }));
      }),
    listen: (listener) => {
      listeners.add(listener);
    },
    once: (method, sessionId) =>
      new Promise((resolve) => {
        const listener = (event: CdpEvent): void => {
          if (event.method !== method || event.sessionId !== sessionId) return;
          listeners.delete(listener);
          resolve(event);
        };
        listeners.add(listener);
      }),
    close: () => socket.close(),
  };
}
