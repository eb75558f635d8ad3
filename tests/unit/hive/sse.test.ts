import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHiveClient } from '../../../lib/hive/client.ts';
import { type HiveEvent, isEnd } from '../../../lib/hive/events.ts';
import { readSse, type SseMessage } from '../../../lib/hive/sse.ts';
import { parseByStandard } from './standard.ts';
import { begin, event, narration, sampleEvents, sampleStream } from './wire.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function bodyOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function read(
  chunks: Iterable<Uint8Array>,
  maxBufferSize?: number,
  messages: SseMessage[] = [],
): Promise<SseMessage[]> {
  for await (const batch of readSse(bodyOf(chunks), maxBufferSize)) messages.push(...batch);
  return messages;
}

const cut = (all: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));

/** Follows a job whose body has exactly these chunks, which is impossible over a network. */
async function follow(chunks: Iterable<Uint8Array>): Promise<HiveEvent[]> {
  const headers = { 'content-type': 'text/event-stream' };
  const client = createHiveClient('http://localhost:7835', {
    fetch: async () => new Response(bodyOf(chunks), { headers }),
  });
  const events: HiveEvent[] = [];
  const end = await client.follow('job-1', new AbortController().signal, (one) => events.push(one));
  return [...events, end];
}

const lineEndings = [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
] as const;

describe('a job stream', () => {
  const whole = (ending: string) => bytes(sampleStream.replaceAll('\n', ending));

  it.each(lineEndings)('with %s line endings has the same events for every cut into two chunks', async (_, ending) => {
    const all = whole(ending);
    for (let at = 0; at <= all.length; at += 1) {
      const events = await follow([all.subarray(0, at), all.subarray(at)]);
      if (JSON.stringify(events) !== JSON.stringify(sampleEvents)) expect(events, `cut at ${at}`).toEqual(sampleEvents);
    }
    expect(await follow([all])).toEqual(sampleEvents);
  });

  it.each(lineEndings)('with %s line endings yields an event as soon as it is complete', async (_, ending) => {
    let send: ((text: string) => void) | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (text) => controller.enqueue(bytes(text.replaceAll('\n', ending)));
      },
    });
    const reading = readSse(body);
    for (const value of ['one', 'two', 'three']) {
      const next = reading.next();
      send?.(event(value));
      expect((await next).value).toMatchObject([{ data: value }]);
    }
    const end = reading.return(undefined);
    await end;
  });
});

describe('a damaged job stream', () => {
  const seed = 20_251_114;
  const source = bytes(
    begin('model_list') +
      narration('model_list_result', 'Found 1 model(s) 🦀') +
      event('{"action":"model_list","payload":{"models":[]}}', 'data') +
      narration('build_output', 'one\n[DONE]\nthree') +
      event('[ERROR] no') +
      event('[DONE]') +
      event('[CANCELLED]'),
  );
  const anywhere = fc.nat(source.length);
  const damage = fc.oneof(
    fc.record({ at: anywhere, drop: fc.nat(40), insert: fc.uint8Array({ maxLength: 6 }) }),
    fc.record({
      at: anywhere,
      drop: fc.nat(400),
      insert: fc
        .constantFrom(
          '\n',
          '\r',
          '\r\n',
          '\n\n',
          'data: ',
          'data:',
          'event: data\n',
          '[DONE]',
          ':',
          '\ufeff',
          '\0',
          event('[DONE]'),
          '🦀',
        )
        .map(bytes),
    }),
  );

  it('never throws, ends once, and is done only if a complete event after the start is [DONE]', async () => {
    const outcomes = new Set<string>();
    const damaged = fc.asyncProperty(
      fc.array(damage, { minLength: 1, maxLength: 6 }),
      fc.array(anywhere, { maxLength: 4 }),
      async (changes, cuts) => {
        let stream = [...source];
        for (const { at, drop, insert } of changes) stream = stream.toSpliced(at, drop, ...insert);
        const all = Uint8Array.from(stream);
        const at = cuts.toSorted((a, b) => a - b);
        const events = await follow([0, ...at].map((from, i) => all.subarray(from, at[i])));

        const [first, ...before] = events;
        const end = before.pop();
        expect(first).toEqual({ type: 'opened' });
        expect(before.some(isEnd)).toBe(false);
        expect(end && isEnd(end)).toBe(true);
        outcomes.add(end?.type ?? '');

        const standard = parseByStandard(all);
        expect(before.length).toBeLessThanOrEqual(standard.length);
        const decisive = standard[before.length];
        const saysDone = decisive?.data === '[DONE]' && decisive.event === 'message' && before.length >= 2;
        expect(end?.type === 'done').toBe(saysDone);
        if (!decisive) expect(end).toEqual({ type: 'lost', why: 'ended' });
        for (const one of before) {
          if (one.type === 'narration') expect(one.message).not.toMatch(/[^\P{Cc}\t\n]/u);
        }
      },
    );
    await fc.assert(damaged, { seed, numRuns: 10_000 });
    expect([...outcomes].toSorted()).toEqual(['cancelled', 'done', 'failed', 'lost']);
  });
});

describe('an event that is too long', () => {
  const long = 'x'.repeat(5_000);

  it.each([
    ['one line', `data: ${long}\n\n`],
    ['many lines', `${'data: a line of build output\n'.repeat(500)}\n`],
  ])('because of %s ends the stream with an error after the events before it', async (_, oversized) => {
    const all = bytes(`${event('before')}${oversized}${event('after')}`);
    for (const size of [1, 64, 1_000]) {
      const messages: SseMessage[] = [];
      const reading = read(cut(all, size), 1_000, messages);
      await expect(reading).rejects.toMatchObject({ code: 'hive-protocol' });
      expect(messages).toMatchObject([{ data: 'before' }]);
    }
  });

  it('is not assumed for many short events, whatever their chunks are', async () => {
    const all = bytes(event('short\nshort').repeat(200));
    for (const size of [1, 7, all.length]) expect(await read(cut(all, size), 1_000)).toHaveLength(200);
  });

  it('makes its job lost, so that evidence decides', async () => {
    const endless = function* () {
      yield bytes(`${begin('worker_install')}data: `);
      for (;;) yield bytes('x'.repeat(1_000_000));
    };
    expect((await follow(endless())).at(-1)).toEqual({ type: 'lost', why: 'garbled' });
  });
});
