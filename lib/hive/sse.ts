import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { RbeeError } from '../errors.ts';

export type SseMessage = EventSourceMessage;

/** Characters of one event: room for a `model_list` of 10,000 models, the longest event a hive has reason to send. */
const maxEvent = 8_000_000;
/** Bytes decoded at once. What they complete is handled without a pause. */
const sliceBytes = 16_384;
/** A network stream that always has data never lets the event loop run otherwise: no message, timer or other response is handled. */
const maxBusyMs = 10;

/**
 * Reads server-sent events and yields those of one slice together, because a yield per event costs more than parsing it. Gives the event
 * loop a turn at least every 10 ms. An event without its final blank line is dropped, as the HTML standard says. Rejects as the body does,
 * or with `hive-protocol` if an event is longer than `maxBufferSize`: what such an event would have said is lost, so the stream is too.
 */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  maxBufferSize = maxEvent,
): AsyncGenerator<SseMessage[]> {
  let messages: SseMessage[] = [];
  let tooLong: RbeeError | undefined;
  const parser = createParser({
    maxBufferSize,
    onEvent: (message) => messages.push(message),
    onError({ type, message }) {
      if (type === 'max-buffer-size-exceeded') tooLong = new RbeeError('hive-protocol', message);
    },
  });
  const decoder = new TextDecoder();
  let busySince = performance.now();
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      parser.feed(decoder.decode(chunk.subarray(at, at + sliceBytes), { stream: true }));
      if (messages.length > 0) yield messages;
      if (tooLong) throw tooLong;
      messages = [];
      if (performance.now() - busySince < maxBusyMs) continue;
      await new Promise((resolve) => setTimeout(resolve));
      busySince = performance.now();
    }
  }
}
