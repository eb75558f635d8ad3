import { createParser } from 'eventsource-parser';
import { RbeeError } from '../errors.ts';

/** One event of a stream. `cut` where it was longer than the cap: `data` is its beginning only. */
export type SseMessage = { event?: string | undefined; data: string; cut?: boolean };

export type SseCaps = {
  /** Characters of one event that are kept. What follows is read past, up to the event's end, without being held. */
  event: number;
  /** Characters of one event that are read past before the stream is given up as garbage. */
  skip: number;
};

/** Room for a `model_list` of 10,000 models, the longest event a hive has reason to send. */
export const sseCaps: SseCaps = { event: 8_000_000, skip: 256_000_000 };

const sliceBytes = 65_536;
const more = { stream: true };

/**
 * Reads server-sent events, however they are cut into chunks and whatever line endings they have. Yields what one chunk
 * completed at a time (a yield per event costs more than the parsing). An event that the stream's end cut off is not an
 * event. Rejects as the body does, or with `hive-protocol` where nothing but garbage comes. The reader is released in the
 * end, the body is left to whoever opened it.
 */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  caps: SseCaps = sseCaps,
): AsyncGenerator<SseMessage[]> {
  let messages: SseMessage[] = [];
  const feed = createFeed(caps, (message) => messages.push(message));
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (let at = 0; at < value.length; at += sliceBytes) {
        const slice = value.length > sliceBytes ? value.subarray(at, at + sliceBytes) : value;
        feed(decoder.decode(slice, more));
        if (messages.length === 0) continue;
        yield messages;
        messages = [];
      }
    }
  } finally {
    reader.releaseLock();
  }
}

/** The parser takes lines of any length, so what goes in is measured, and beyond the cap left out up to the event's end. */
function createFeed(caps: SseCaps, onMessage: (message: SseMessage) => void): (chunk: string) => void {
  let cut = false;
  let endedInCr = false;
  let atLineStart = true;
  let length = 0;
  let skipped = 0;
  let skipping = false;
  const parser = createParser({
    onEvent: (message) => onMessage(cut ? { ...message, cut } : message),
  });

  return (chunk) => {
    let text = normalise(chunk);
    if (text === '') return;
    if (skipping) {
      const end = endOfEvent(text);
      if (end < 0) {
        skipped += text.length;
        if (skipped > caps.skip) throw new RbeeError('hive-protocol', 'An endless event.');
        atLineStart = text.endsWith('\n');
        return;
      }
      cut = true;
      parser.feed('\n\n');
      cut = false;
      skipping = false;
      skipped = 0;
      length = 0;
      atLineStart = true;
      text = text.slice(end);
      if (text === '') return;
    }
    const last = text.lastIndexOf('\n\n');
    if (last >= 0) length = text.length - last - 2;
    else if (atLineStart && text.startsWith('\n')) length = text.length - 1;
    else length += text.length;
    atLineStart = text.endsWith('\n');
    parser.feed(text);
    skipping = length > caps.event;
  };

  /** One line ending for all, so that a CR at a chunk's end need not wait for the LF that may follow it. */
  function normalise(chunk: string): string {
    const text = endedInCr && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    if (chunk !== '') endedInCr = chunk.endsWith('\r');
    return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  }

  function endOfEvent(text: string): number {
    if (atLineStart && text.startsWith('\n')) return 1;
    const at = text.indexOf('\n\n');
    return at < 0 ? -1 : at + 2;
  }
}
