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

/** Hands over each event at the empty line that ends it. What goes beyond the cap is left out up to there. */
function createFeed(caps: SseCaps, onMessage: (message: SseMessage) => void): (chunk: string) => void {
  let endedInCr = false;
  let atLineStart = true;
  let kept = '';
  let skipped = 0;

  return (chunk) => {
    const text = normalise(chunk);
    for (let from = 0; from < text.length; ) {
      const ended = atLineStart && text[from] === '\n' ? from : text.indexOf('\n\n', from) + 1 || -1;
      const end = ended < 0 ? text.length : ended + 1;
      if (kept.length <= caps.event) kept += text.slice(from, end);
      else skipped += end - from;
      if (skipped > caps.skip) throw new RbeeError('hive-protocol', 'An event in the stream does not end.');
      from = end;
      atLineStart = text[end - 1] === '\n';
      if (ended < 0) return;
      const message = readEvent(kept);
      if (message) onMessage(skipped > 0 ? { ...message, cut: true } : message);
      kept = '';
      skipped = 0;
    }
  };

  /** One line ending for all, so that a CR at a chunk's end need not wait for the LF that may follow it. */
  function normalise(chunk: string): string {
    const text = endedInCr && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    if (chunk !== '') endedInCr = chunk.endsWith('\r');
    return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  }
}

/** The two fields that hives use (HTML standard, 9.2.6). An event without data is none. */
function readEvent(text: string): SseMessage | undefined {
  let event = '';
  let data: string | undefined;
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (field === 'event') event = value;
  }
  if (data === undefined) return undefined;
  return event ? { event, data } : { data };
}
