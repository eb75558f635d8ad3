import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type CdpEvent = { method: string; params: Record<string, unknown>; sessionId?: string };

export type Cdp = {
  send<T = Record<string, unknown>>(method: string, params?: object, sessionId?: string): Promise<T>;
  listen(listener: (event: CdpEvent) => void): void;
  /** Resolves with the next event of this method in this session. */
  once(method: string, sessionId: string): Promise<CdpEvent>;
  close(): void;
};

type Reply = { id: number; result?: unknown; error?: { message: string } };

/** The debugging address of a browser that was started with `--remote-debugging-port=0` and this profile. */
export async function debuggingAddress(profile: string): Promise<{ port: number; path: string }> {
  const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
  return { port: Number(port), path: path ?? '' };
}

/**
 * A debugging connection in addition to Playwright's, which reports neither exceptions of service workers nor the toolbar
 * popup.
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
    const message = JSON.parse(String(data)) as Reply | CdpEvent;
    if (!('id' in message)) {
      // A closed target does not reply any more.
      if (message.method === 'Target.detachedFromTarget')
        rejectAll('The target was closed.', String(message.params.sessionId));
      for (const listener of listeners) listener(message);
      return;
    }
    const request = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) request?.reject(new Error(message.error.message));
    else request?.resolve(message.result as never);
  });
  socket.addEventListener('close', () => {
    rejectAll('The browser has closed the debugging connection.');
  });

  function rejectAll(reason: string, closedSession?: string): void {
    for (const [id, { sessionId, reject }] of waiting) {
      if (closedSession !== undefined && sessionId !== closedSession) continue;
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
