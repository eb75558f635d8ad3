import type { ServerResponse } from 'node:http';
import { type Gates, sleep } from '../net/wait.ts';
import type { StreamFault } from './faults.ts';

export type StreamWriter = {
  /** Sends one formatted event; false once the stream is over. */
  send(event: string): Promise<boolean>;
  end(): void;
  readonly closed: AbortSignal;
};

/** Writes server-sent events, with faults. */
export function createStreamWriter(
  response: ServerResponse,
  fault: StreamFault | undefined,
  gates: Gates,
): StreamWriter {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let events = 0;

  const cut = (): false => {
    if (fault?.cutCleanly) response.end();
    else response.destroy();
    gone.abort();
    return false;
  };

  const over = new Promise<void>((resolve) => {
    gone.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  /** Waits until there is room; with a fault, until the bytes were sent, so that a cut comes after them. */
  async function put(chunk: Buffer): Promise<void> {
    if (gone.signal.aborted) return;
    let left = (): void => {};
    const sent = new Promise<void>((resolve) => {
      left = resolve;
    });
    const room = response.write(chunk, () => left());
    if (fault || !room) await Promise.race([sent, over]);
  }

  async function interlude(): Promise<void> {
    const { silence, inject } = fault ?? {};
    if (silence?.afterEvents === events) {
      const over = silence.ms === undefined ? gates.wait(gone.signal) : sleep(silence.ms, gone.signal);
      await over.catch(() => {});
    }
    if (inject?.afterEvents === events) {
      for (let i = 0; i < (inject.repeat ?? 1) && !gone.signal.aborted; i++) await put(Buffer.from(inject.raw));
    }
  }

  return {
    closed: gone.signal,
    send: async (event) => {
      if (fault?.cutAfterEvents !== undefined && events >= fault.cutAfterEvents) return cut();
      await interlude();
      await put(Buffer.from(event));
      events++;
      return fault?.cutAfterEvents === events ? cut() : !gone.signal.aborted;
    },
    end: () => void response.end(),
  };
}
