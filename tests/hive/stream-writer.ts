import type { ServerResponse } from 'node:http';
import { type Gates, sleep } from '../net/wait.ts';
import type { StreamFault } from './faults.ts';

export type StreamWriter = {
  /** Sends one formatted event. Returns false once the stream has ended. */
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
  const closed = new AbortController();
  response.on('close', () => closed.abort());
  let events = 0;

  const cut = (): false => {
    if (fault?.cutCleanly) response.end();
    else response.destroy();
    closed.abort();
    return false;
  };

  const ended = new Promise<void>((resolve) => {
    closed.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  /** Waits while the buffer is full. With a fault, waits until the bytes were sent, so that a cut happens after them. */
  async function write(chunk: Buffer): Promise<void> {
    if (closed.signal.aborted) return;
    let onSent = (): void => {};
    const sent = new Promise<void>((resolve) => {
      onSent = resolve;
    });
    const hasRoom = response.write(chunk, () => onSent());
    if (fault || !hasRoom) await Promise.race([sent, ended]);
  }

  async function applyFaults(): Promise<void> {
    const { silence, inject } = fault ?? {};
    if (silence?.afterEvents === events) {
      const silenceEnd = silence.ms === undefined ? gates.wait(closed.signal) : sleep(silence.ms, closed.signal);
      await silenceEnd.catch(() => {});
    }
    if (inject?.afterEvents === events) {
      for (let i = 0; i < (inject.repeat ?? 1) && !closed.signal.aborted; i++) await write(Buffer.from(inject.raw));
    }
  }

  return {
    closed: closed.signal,
    send: async (event) => {
      if (fault?.cutAfterEvents !== undefined && events >= fault.cutAfterEvents) return cut();
      await applyFaults();
      await write(Buffer.from(event));
      events++;
      return fault?.cutAfterEvents === events ? cut() : !closed.signal.aborted;
    },
    end: () => void response.end(),
  };
}
