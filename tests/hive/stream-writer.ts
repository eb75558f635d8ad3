import type { ServerResponse } from 'node:http';
import { type Gates, sleep } from '../net/wait.ts';
import type { StreamFault } from './faults.ts';

export type StreamWriter = {
  /** Sends one formatted event; false once the stream is over. */
  send(event: string): Promise<boolean>;
  end(): void;
  readonly closed: AbortSignal;
};

/** Writes server-sent events, with whatever is to go wrong on the way. */
export function createStreamWriter(
  response: ServerResponse,
  fault: StreamFault | undefined,
  gates: Gates,
): StreamWriter {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let events = 0;
  let bytes = 0;

  const cut = (): false => {
    if (fault?.cutCleanly) response.end();
    else response.destroy();
    gone.abort();
    return false;
  };

  const over = new Promise<void>((resolve) => {
    gone.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  /** Waits for room; where something is to go wrong, until the bytes have left, so that a cut comes after them. */
  async function put(chunk: Buffer): Promise<void> {
    if (gone.signal.aborted) return;
    let left = (): void => {};
    const sent = new Promise<void>((resolve) => {
      left = resolve;
    });
    const room = response.write(chunk, () => left());
    if (fault || !room) await Promise.race([sent, over]);
  }

  async function write(text: string): Promise<boolean> {
    let chunk = Buffer.from(fault?.lineEnd ? text.replaceAll('\n', fault.lineEnd) : text);
    const limit = fault?.cutAtByte ?? Number.POSITIVE_INFINITY;
    const last = bytes + chunk.length >= limit;
    if (last) chunk = chunk.subarray(0, limit - bytes);
    bytes += chunk.length;
    const size = fault?.pieceBytes ?? chunk.length;
    for (let at = 0; at < chunk.length; at += size) {
      await put(chunk.subarray(at, at + size));
      // Otherwise the pieces would leave in one packet.
      if (fault?.pieceBytes) await new Promise((resolve) => setImmediate(resolve));
    }
    return last ? cut() : !gone.signal.aborted;
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
      const open = await write(event);
      events++;
      if (open && fault?.cutAfterEvents === events) return cut();
      return open;
    },
    end: () => void response.end(),
  };
}
